import { describe, expect, it } from "vitest";
import { eventType } from "./event.ts";
import { issuePath, type StandardSchema } from "./standard-schema.ts";

const schema: StandardSchema<{ amount: number }> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { amount: number } }) },
};

describe("eventType", () => {
  it("keeps its name, schema and version", () => {
    expect(eventType("api/invoice.created", { schema, version: "2" })).toMatchObject({
      name: "api/invoice.created",
      schema,
      version: "2",
    });
    expect(eventType("plain")).toMatchObject({ name: "plain", schema: undefined, version: undefined });
  });

  it("creates what can be sent, with the version and whatever else is given", () => {
    const type = eventType("api/invoice.created", { schema, version: "2" });
    expect(type.create({ amount: 1 })).toEqual({ name: "api/invoice.created", data: { amount: 1 }, v: "2" });
    expect(type.create({ amount: 1 }, { id: "i-1", ts: 5, user: { id: "ada" }, context: { endpoint: "/" } })).toEqual({
      name: "api/invoice.created",
      data: { amount: 1 },
      v: "2",
      id: "i-1",
      ts: 5,
      user: { id: "ada" },
      context: { endpoint: "/" },
    });
    expect(eventType("plain").create(1)).toEqual({ name: "plain", data: 1 });
  });
});

describe("issuePath", () => {
  it.each<[Parameters<typeof issuePath>[0]["path"], string]>([
    [undefined, ""],
    [[], ""],
    [["amount"], "amount"],
    [["lines", 2, "price"], "lines[2].price"],
    [[{ key: "lines" }, { key: 0 }], "lines[0]"],
    [[0], "[0]"],
    [[Symbol("s")], "Symbol(s)"],
  ])("%j is %s", (path, expected) => {
    expect(issuePath({ message: "no", path })).toBe(expected);
  });
});
