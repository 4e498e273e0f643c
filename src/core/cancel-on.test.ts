import { describe, expect, it } from "vitest";
import { cancelTriggerProblem, cancellersOf } from "./cancel-on.ts";
import { eventType } from "./event.ts";

describe("what cancels a run", () => {
  it("is each event that is listed, with the part that its own event has at the path", () => {
    const data = { orderId: 7, customer: { id: "c" } };
    const triggers = [
      { event: "shop.closed" },
      { event: eventType("order.cancelled"), match: "data.orderId" },
      { event: "customer.gone", match: "customer.id" },
    ];
    expect(cancellersOf(triggers, data)).toEqual([
      { event: "shop.closed", match: undefined },
      { event: "order.cancelled", match: { orderId: 7 } },
      { event: "customer.gone", match: { customer: { id: "c" } } },
    ]);
  });

  it("is nothing at a path that its event has not got", () => {
    for (const data of [undefined, null, 5, {}, { order: null }, { order: { id: undefined } }])
      expect(cancellersOf([{ event: "order.cancelled", match: "order.id" }], data)).toEqual([]);
    expect(cancellersOf(undefined, {})).toEqual([]);
  });
});

describe("a list that makes no sense is refused", () => {
  it.each<[given: unknown, problem: RegExp]>([
    ["order.cancelled", /is a list/],
    [[{}], /names no event/],
    [[{ event: "" }], /names no event/],
    [[{ event: "a", if: "x" }], /has "if"/],
    [[{ event: "a", match: 5 }], /is a path/],
    [[{ event: "a", match: "data..id" }], /is a path/],
  ])("%j", (given, problem) => {
    expect(cancelTriggerProblem(given)).toMatch(problem);
  });

  it("and one that does is not", () => {
    expect(cancelTriggerProblem([{ event: "a", match: "data.id" }, { event: eventType("b") }])).toBeUndefined();
  });
});
