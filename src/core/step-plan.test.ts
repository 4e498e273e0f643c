import { describe, expect, it } from "vitest";
import { InvalidStepError } from "./errors.ts";
import { planBody, planBranches, planFail, planMap, planRun, planSleep, planSleepUntil } from "./step-plan.ts";

const body = () => 1;

const planRunOf = ([first, second, ...input]: readonly unknown[]) => planRun(first, second, input);

describe("run", () => {
  it("reads a name, options or a body first", () => {
    expect(planRunOf(["Charge", body])).toEqual({
      kind: "run",
      name: "Charge",
      options: {},
      body,
      input: [],
      isNamed: true,
    });
    expect(planRunOf([{ name: "Charge", retries: 2 }, body])).toMatchObject({
      name: "Charge",
      options: { name: "Charge", retries: 2 },
    });
    expect(planRunOf([{ id: "charge" }, body])).toMatchObject({ name: "charge", isNamed: true });
    expect(planRunOf([{ name: "Charge", id: "charge-2" }, body])).toMatchObject({ name: "Charge" });
  });

  it("takes a function's own name where there is no other, and knows that it did", () => {
    expect(planRunOf([function chargeCard() {}])).toMatchObject({ name: "chargeCard", isNamed: false, input: [] });
    expect(planRunOf([() => 1])).toMatchObject({ name: "step", isNamed: false });
  });

  it("keeps the inputs, also those that are undefined", () => {
    expect(planRunOf(["Charge", body, 1, undefined])).toMatchObject({ input: [1, undefined] });
    expect(planRunOf([{ name: "Charge" }, body, null])).toMatchObject({ input: [null] });
  });

  it.each<[string, unknown[], RegExp]>([
    ["no body", ["Charge"], /no body/],
    ["a body that is none", ["Charge", 1], /no body/],
    ["nothing", [], /name, options or a body/],
    ["a number", [1, body], /name, options or a body/],
    ["null", [null, body], /name, options or a body/],
    ["options without a name", [{ retries: 1 }, body], /name or an id/],
    ["an option that there is not", [{ name: "Charge", retry: 1 }, body], /no option "retry".*retries/],
  ])("refuses %s", (_what, args, message) => {
    expect(() => planRunOf(args)).toThrow(InvalidStepError);
    expect(() => planRunOf(args)).toThrow(message);
  });
});

describe("sleep and sleepUntil", () => {
  it("read a name first where there are two arguments", () => {
    expect(planSleep(["1h"])).toMatchObject({ kind: "sleep", name: "sleep", duration: "1h" });
    expect(planSleep(["Wait", 5])).toMatchObject({ name: "Wait", duration: 5 });
    expect(planSleepUntil(["2026-12-01"])).toMatchObject({
      kind: "sleepUntil",
      name: "sleepUntil",
      time: "2026-12-01",
    });
    expect(planSleepUntil(["Wait", 5])).toMatchObject({ name: "Wait", time: 5 });
  });

  it("refuse a name that is no text", () => {
    expect(() => planSleep([1, "1h"])).toThrow(InvalidStepError);
    expect(() => planSleepUntil([undefined, 5])).toThrow(InvalidStepError);
  });
});

describe("all and race", () => {
  it("read a list or a record of steps and bodies, with or without a name", () => {
    const thenable = Promise.resolve(1);
    const list = planBranches("all", [[body, thenable]]);
    expect(list).toMatchObject({ kind: "all", name: "all", isRecord: false });
    expect(list.branches).toEqual([
      { name: "body", isNamed: false, branch: body },
      { name: "step", isNamed: true, branch: thenable },
    ]);
    const record = planBranches("race", ["First", { a: body, b: thenable }]);
    expect(record).toMatchObject({ kind: "race", name: "First", isRecord: true });
    expect(record.branches.map(({ name, isNamed }) => [name, isNamed])).toEqual([
      ["a", true],
      ["b", true],
    ]);
  });

  it.each<["all" | "race", unknown[], RegExp]>([
    ["all", [], /no branches/],
    ["all", ["Name"], /no branches/],
    ["all", [null], /no branches/],
    ["all", [[body, 1]], /branch 2 of step.all/],
    ["race", [{ a: body, b: "text" }], /branch "b" of step.race/],
    ["race", [[]], /no branch, and would never end/],
    ["race", [{}], /no branch, and would never end/],
  ])("%s refuses %j", (kind, args, message) => {
    expect(() => planBranches(kind, args)).toThrow(InvalidStepError);
    expect(() => planBranches(kind, args)).toThrow(message);
  });

  it("an empty all is one", () => {
    expect(planBranches("all", [[]]).branches).toEqual([]);
    expect(planBranches("all", [{}]).isRecord).toBe(true);
  });
});

describe("map", () => {
  it("reads anything that can be iterated, with or without a name", () => {
    const key = String;
    expect(planMap([new Set([1, 2]), body])).toMatchObject({ kind: "map", name: "map", items: [1, 2], map: {} });
    expect(planMap(["Lines", [1], body, { concurrency: 2, key }])).toMatchObject({
      name: "Lines",
      items: [1],
      map: { concurrency: 2, key },
    });
  });

  it("takes a text as the items where a body follows it", () => {
    expect(planMap(["ab", body])).toMatchObject({ name: "map", items: ["a", "b"] });
    expect(planMap(["Letters", "ab", body])).toMatchObject({ name: "Letters", items: ["a", "b"] });
  });

  it.each([
    ["no items", [undefined, body]],
    ["no body", [[1]]],
    ["a record", [{ a: 1 }, body]],
    ["a concurrency of 0", [[1], body, { concurrency: 0 }]],
    ["half a concurrency", [[1], body, { concurrency: 0.5 }]],
  ])("refuses %s", (_what, args) => {
    expect(() => planMap(args)).toThrow(InvalidStepError);
  });
});

it("fail keeps what is raised; a body of a branch is a plain run", () => {
  const error = new Error("no");
  expect(planFail([error])).toMatchObject({ kind: "fail", error });
  expect(planBody("item", body)).toEqual({ kind: "run", name: "item", options: {}, body, input: [], isNamed: true });
});
