import { describe, expect, it } from "vitest";
import { InvalidDefinitionError, InvalidRetryPolicyError, InvalidStepError } from "../core/errors.ts";
import { eventType } from "../core/event.ts";
import { functionKey, readFunction } from "./app-function.ts";

const handler = () => "value";
const invoiceCreated = eventType("api/invoice.created");

function read(...args: unknown[]) {
  return readFunction("billing", args, (_name, triggers) =>
    triggers.map((trigger) => ({ timezone: "UTC", context: undefined, ...(trigger as { readonly cron: string }) })),
  );
}

describe("the three shapes", () => {
  it.each<[string, unknown[]]>([
    ["Inngest 2: name, trigger, handler", [{ name: "Handle payments" }, { event: "api/invoice.created" }, handler]],
    [
      "Inngest 3: id, triggers, handler",
      [{ id: "handle-payments", name: "Handle payments" }, [{ event: "api/invoice.created" }], handler],
    ],
    [
      "Inngest 4: options with triggers, handler",
      [{ name: "Handle payments", triggers: { event: "api/invoice.created" } }, handler],
    ],
    [
      "triggers as a list in the options",
      [{ name: "Handle payments", triggers: [{ event: "api/invoice.created" }] }, handler],
    ],
    ["an event type", [{ name: "Handle payments" }, invoiceCreated, handler]],
    ["an event type inside", [{ name: "Handle payments" }, { event: invoiceCreated }, handler]],
  ])("%s", (_shape, args) => {
    const made = read(...args);
    expect([made.id, made.name, made.key, made.events]).toEqual([
      "handle-payments",
      "Handle payments",
      "billing/handle-payments",
      ["api/invoice.created"],
    ]);
    expect(made.handler({})).toBe("value");
    expect(made.options).not.toHaveProperty("triggers");
  });

  it("cron triggers stand alone, in lists, and beside events", () => {
    const schedule = { cron: "0 9 * * *", timezone: "UTC", context: undefined };
    for (const made of [
      read({ name: "F" }, { cron: "0 9 * * *" }, handler),
      read({ name: "F", triggers: [{ cron: "0 9 * * *" }] }, handler),
    ])
      expect([made.events, made.schedules]).toEqual([[], [schedule]]);
    const both = read({ name: "F" }, [{ event: "a" }, { cron: "0 9 * * *" }], handler);
    expect([both.events, both.schedules]).toEqual([["a"], [schedule]]);
  });

  it("several triggers are each listened to once", () => {
    const made = read({ name: "F" }, [{ event: "a" }, invoiceCreated, { event: "a" }], handler);
    expect(made.events).toEqual(["a", "api/invoice.created"]);
  });
});

describe("ids", () => {
  it.each([
    ["Handle payments", "handle-payments"],
    ["  Überweisung — 2. Versuch! ", "überweisung-2-versuch"],
    ["足", "足"],
    ["!!!", "!!!"],
    ["🦶", "%F0%9F%A6%B6"],
  ])("%j has the id %j", (name, id) => {
    expect(read({ name }, { event: "a" }, handler).id).toBe(id);
  });

  it("an id alone is the name, too, and stays as it is", () => {
    const made = read({ id: "Handle/Payments" }, { event: "a" }, handler);
    expect([made.id, made.name]).toEqual(["Handle/Payments", "Handle/Payments"]);
  });

  it("two apps' functions never have one key", () => {
    expect(functionKey("a/b", "c")).not.toBe(functionKey("a", "b/c"));
    expect(functionKey("billing", "a/b")).toBe("billing/a/b");
  });
});

describe("what is refused", () => {
  it.each<[string, unknown[], RegExp]>([
    ["no options", [], /options first/],
    ["null", [null, { event: "a" }, handler], /options first/],
    ["neither name nor id", [{}, { event: "a" }, handler], /a name or an id/],
    ["an empty name", [{ name: "" }, { event: "a" }, handler], /a name or an id/],
    ["no handler", [{ name: "F" }, { event: "a" }], /"F" has no handler/],
    ["a handler that is none", [{ name: "F" }, { event: "a" }, {}], /"F" has no handler/],
    ["no trigger", [{ name: "F" }, undefined, handler], /needs a trigger/],
    ["no trigger in the options", [{ name: "F" }, handler], /needs a trigger/],
    ["no triggers", [{ name: "F" }, [], handler], /has no trigger/],
    ["a trigger without an event", [{ name: "F" }, {}, handler], /names no event/],
    ["an empty event", [{ name: "F" }, { event: "" }, handler], /names no event/],
    ["a condition", [{ name: "F" }, { event: "a", if: "event.data.x" }, handler], /"if", which is not supported/],
    ["no place at all", [{ name: "F", concurrency: 0 }, { event: "a" }, handler], /concurrency .* from 1 up$/],
    ["half a place", [{ name: "F", concurrency: 2.5 }, { event: "a" }, handler], /concurrency .* from 1 up$/],
    [
      "places without end",
      [{ name: "F", concurrency: Infinity }, { event: "a" }, handler],
      /concurrency .* from 1 up$/,
    ],
    ["places as a text", [{ name: "F", concurrency: "5" }, { event: "a" }, handler], /concurrency .* from 1 up$/],
    [
      "a limit for each key",
      [{ name: "F", concurrency: { limit: 5, key: "event.user.id" } }, { event: "a" }, handler],
      /a limit for each key is not supported/,
    ],
    ["throttle", [{ name: "F", throttle: {} }, { event: "a" }, handler], /"throttle", which is not supported/],
    ["rateLimit", [{ name: "F", rateLimit: {} }, { event: "a" }, handler], /"rateLimit", which is not supported/],
    [
      "cancelOn",
      [{ name: "F", cancelOn: [{}] }, { event: "a" }, handler],
      /function "F": an entry of cancelOn names no event/,
    ],
  ])("%s", (_what, args, message) => {
    expect(() => read(...args)).toThrow(InvalidDefinitionError);
    expect(() => read(...args)).toThrow(message);
  });

  it("retries that make no sense, here rather than in the first run", () => {
    expect(() => read({ name: "F", retries: -1 }, { event: "a" }, handler)).toThrow(InvalidRetryPolicyError);
  });
});

describe("its chain", () => {
  it("each link returns the same function, in the order written", () => {
    const made = read({ name: "F" }, { event: "a" }, handler);
    expect(made.possibleError(TypeError, RangeError).onError(handler).next(0).abstractError(handler)).toBe(made);
    expect(made.chain.map(({ kind }) => kind)).toEqual([
      "possibleError",
      "possibleError",
      "onError",
      "next",
      "abstractError",
    ]);
  });

  it("refuses what makes no sense, and closes with the first run", () => {
    const made = read({ name: "F" }, { event: "a" }, handler);
    expect(() => made.possibleError(1)).toThrow(InvalidStepError);
    made.close();
    expect(() => made.next()).toThrow(InvalidDefinitionError);
    expect(() => made.next()).toThrow(/the chain of "F" is final/);
    expect(made.chain).toEqual([]);
  });
});
