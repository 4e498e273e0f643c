import { describe, expect, it } from "vitest";
import { EventRefusedError } from "../core/errors.ts";
import { eventType, type AnyEventType } from "../core/event.ts";
import { systemRandomness } from "../core/ids.ts";
import type { SchemaResult, StandardSchema } from "../core/standard-schema.ts";
import { unstorablePart } from "../core/storable.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { eventId, prepareEvent, type EventDoor } from "./prepare-event.ts";

type Result = SchemaResult<unknown>;

function schemaOf(validate: (value: unknown) => Result | Promise<Result>): StandardSchema<any, any> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}
function doorOf(door: Partial<EventDoor> & { readonly types?: readonly AnyEventType[] } = {}): EventDoor {
  return {
    eventTypes: new Map((door.types ?? []).map((type) => [type.name, type])),
    contextSchema: undefined,
    clock: new ManualClock(1_000),
    random: systemRandomness,
    backend: { unkeepablePart: () => undefined },
    ...door,
  };
}
/** What is wrong with an event, as `path: message`. */
async function issuesOf(door: EventDoor, given: unknown): Promise<string[]> {
  const refused = await prepareEvent(door, given).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(EventRefusedError);
  return (refused as EventRefusedError).issues.map(({ path, message }) => `${path}: ${message}`);
}

describe("an event that can be kept", () => {
  it("has an id of its own where the sender gave none, and is of the time at which it is accepted", async () => {
    const event = await prepareEvent(doorOf(), { name: "a" });
    expect(event).toMatchObject({ name: "a", data: undefined, ts: undefined, isNamed: false, version: undefined });
    expect(event.id).toMatch(/^evt_/);
  });

  it("keeps what the sender gave", async () => {
    const given = {
      name: "a",
      data: { x: 1 },
      id: "i-1",
      user: { id: "ada" },
      ts: 5,
      v: "2",
      context: { endpoint: "/" },
    };
    expect(await prepareEvent(doorOf(), given)).toEqual({
      id: "i-1",
      isNamed: true,
      name: "a",
      data: { x: 1 },
      user: { id: "ada" },
      context: { endpoint: "/" },
      ts: 5,
      version: "2",
    });
  });

  it("has the data and the context that its schemas made of it, also when they take their time", async () => {
    const type = eventType("a", {
      schema: schemaOf(async (value) => ({ value: { ...(value as object), checked: true } })),
    });
    const contextSchema = schemaOf((value) => ({ value: { tenant: "t1", ...(value as object) } }));
    const event = await prepareEvent(doorOf({ types: [type], contextSchema }), { name: "a", data: { x: 1 } });
    expect([event.data, event.context]).toEqual([{ x: 1, checked: true }, { tenant: "t1" }]);
  });

  it("is not checked by another event's schema", async () => {
    const type = eventType("a", { schema: schemaOf(() => ({ issues: [{ message: "never" }] })) });
    expect(await prepareEvent(doorOf({ types: [type] }), { name: "b", data: 1 })).toMatchObject({ name: "b", data: 1 });
  });
});

describe("an event that is refused", () => {
  it.each([undefined, null, "a", 1])("%j is no event", async (given) => {
    expect(await issuesOf(doorOf(), given)).toEqual([": an event is an object with a name"]);
  });

  it.each([undefined, "", 1, "a\u0000b", "line\nbreak", "\ud800", "x".repeat(257)])(
    "a name cannot be %j",
    async (name) => {
      expect(await issuesOf(doorOf(), { name })).toEqual(["name: an event needs a name, without control characters"]);
    },
  );

  it.each(["", 1, null, "a\u0000b", "\udc00", "x".repeat(257)])("an id cannot be %j", async (id) => {
    expect((await issuesOf(doorOf(), { name: "a", id }))[0]).toMatch(/^id: an id is a text of 1 to 256 characters/);
  });

  it("says everything that is wrong with its shape at once", async () => {
    const given = { name: "a", id: "", ts: Number.NaN, v: 2, context: "ada", payload: 1, date: 2 };
    expect((await issuesOf(doorOf(), given)).map((issue) => issue.split(":")[0])).toEqual([
      "payload",
      "date",
      "id",
      "ts",
      "v",
      "context",
    ]);
  });
});

describe("what is wrong with it", () => {
  it("names every issue of its schema, with its path", async () => {
    const issues = [
      { message: "expected a number", path: ["amount"] },
      { message: "too dear", path: ["lines", 2, { key: "price" }] },
      { message: "is odd" },
    ];
    const type = eventType("a", { schema: schemaOf(async () => ({ issues })) });
    const door = doorOf({ types: [type] });
    expect(await issuesOf(door, { name: "a", data: {} })).toEqual([
      "amount: expected a number",
      "lines[2].price: too dear",
      ": is odd",
    ]);
    await expect(prepareEvent(door, { name: "a" })).rejects.toThrow(
      'event "a" was not sent: amount: expected a number; lines[2].price: too dear; is odd',
    );
  });

  it("names the issues of the context's schema under context, together with those of the data", async () => {
    const contextSchema = schemaOf(() => ({ issues: [{ message: "required", path: ["userId"] }, { message: "odd" }] }));
    const type = eventType("a", { schema: schemaOf(() => ({ issues: [{ message: "required", path: ["x"] }] })) });
    expect(await issuesOf(doorOf({ types: [type], contextSchema }), { name: "a" })).toEqual([
      "x: required",
      "context.userId: required",
      "context: odd",
    ]);
  });

  it("names what cannot be stored, and where, only where it would be", async () => {
    const given = { name: "a", data: { send: () => {} }, user: Symbol("s"), context: { at: [new WeakMap()] } };
    expect(await issuesOf(doorOf({ backend: { unkeepablePart: unstorablePart } }), given)).toEqual([
      "data.send: cannot be stored: it is the function send",
      "user: cannot be stored: it is a symbol",
      "context.at[0]: cannot be stored: it is an instance of WeakMap",
    ]);
    expect(await prepareEvent(doorOf(), given)).toMatchObject({ name: "a" });
  });
});

describe("eventId", () => {
  it("is the sender's where there is one", () => {
    expect(eventId(doorOf(), "i-1")).toEqual({ id: "i-1", isNamed: true });
    expect(eventId(doorOf(), undefined)).toMatchObject({ isNamed: false });
    expect(eventId(doorOf(), undefined).id).not.toBe(eventId(doorOf(), undefined).id);
  });
});
