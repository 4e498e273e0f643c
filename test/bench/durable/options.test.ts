// What the command is told, and what it measures then.
import { describe, expect, it } from "vitest";
import { CONTESTANT_NAMES } from "../../../bench/durable/contestants.ts";
import { allTargets, isDue, pick, readOptions } from "../../../bench/durable/options.ts";
import { WORKLOAD_NAMES, countOf } from "../../../bench/durable/workloads.ts";
import { UsageError } from "../../../bench/shared/usage.ts";

const USUAL = { kind: "measure", rounds: 5, allRounds: false, isFresh: false, minutes: Infinity, only: [], share: 1 };

describe("what the command is told", () => {
  it("is how much to measure, and of whom", () => {
    expect(readOptions([])).toEqual(USUAL);
    expect(readOptions(["--rounds", "7", "--all-rounds", "--fresh", "--minutes", "10"])).toEqual({
      ...USUAL,
      rounds: 7,
      allRounds: true,
      isFresh: true,
      minutes: 10,
    });
    expect(readOptions(["--only", "drain", "--only", "dbos", "--share", "0.1"])).toEqual({
      ...USUAL,
      only: ["drain", "dbos"],
      share: 0.1,
    });
  });
  it("is to profile somebody, or to write the pages anew", () => {
    expect(readOptions(["--profile", "surefoot-sqlite"])).toEqual({ kind: "profile", contestant: "surefoot-sqlite" });
    expect(readOptions(["--report"])).toEqual({ kind: "report" });
  });
  it.each([
    [["--only", "nobody"]],
    [["--only"]],
    [["--share", "2"]],
    [["--share", "0"]],
    [["--rounds", "0"]],
    [["--minutes", "never"]],
    [["--profile"]],
    [["--profile", "nobody"]],
    [["--report", "--fresh"]],
    [["--quick"]],
  ])("is refused where it makes no sense: %j", (args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});

describe("what is measured", () => {
  it("is everybody in something, and every workload by somebody", () => {
    expect(new Set(allTargets().map(({ contestant }) => contestant))).toEqual(new Set(CONTESTANT_NAMES));
    expect(new Set(allTargets().map(({ workload }) => workload))).toEqual(new Set(WORKLOAD_NAMES));
  });
  it("is picked by workloads, by contestants, or by both", () => {
    const targets = allTargets();
    expect(pick(targets, ["dbos", "drain"])).toEqual([{ workload: "drain", contestant: "dbos" }]);
    expect(pick(targets, ["dbos"]).every(({ contestant }) => contestant === "dbos")).toBe(true);
    expect(pick(targets, ["pg-boss", "blocks"])).toEqual([]);
    expect(pick(targets, [])).toEqual(targets);
  });
  it("is of peers that take long only the first round, unless all are asked for", () => {
    const slow = { workload: "sleepers", contestant: "dbos" } as const;
    expect([isDue(slow, 0, false), isDue(slow, 1, false), isDue(slow, 1, true)]).toEqual([true, false, true]);
    expect(isDue({ ...slow, contestant: "surefoot-sqlite" }, 1, false)).toBe(true);
    expect(isDue({ ...slow, workload: "drain" }, 1, false)).toBe(true);
  });
  it("is never less than ten runs", () => {
    expect([countOf("drain", 1), countOf("drain", 0.1), countOf("crash", 0.001)]).toEqual([2000, 200, 10]);
  });
});
