// What a function receives of an event that was kept.
import { describe, expect, it } from "vitest";
import { encodeValue } from "../core/value-codec.ts";
import { sampleEvent } from "../testing/journal-samples.ts";
import { receivedEvent } from "./received-event.ts";

describe("a received event", () => {
  const record = sampleEvent({
    data: encodeValue({ at: new Date(5) }),
    user: encodeValue({ id: "u_1", email: "ada@example.com" }),
    context: encodeValue({ endpoint: "/pay" }),
    version: null,
  });

  it("has what was sent, and its user in the context", () => {
    const { id, name, data, user, v, context } = receivedEvent(record);
    expect({ id, name, data, v }).toEqual({
      id: record.id,
      name: record.name,
      data: { at: new Date(5) },
      v: undefined,
    });
    expect(user).toEqual({ id: "u_1", email: "ada@example.com" });
    expect(context).toMatchObject({ endpoint: "/pay", userId: "u_1", eventName: record.name });
  });
  it("is frozen, and its data are made anew for each who receives it", () => {
    const [one, other] = [receivedEvent(record), receivedEvent(record)];
    expect(Object.isFrozen(one)).toBe(true);
    expect(one.data).not.toBe(other.data);
  });
});
