// What `npm run bench:in-process` understands.
import { describe, expect, it } from "vitest";
import { allTargets, readOptions, readTarget } from "../../../bench/in-process/options.ts";
import { UsageError } from "../../../bench/shared/usage.ts";

describe("the options of bench:in-process", () => {
  it("ask for five rounds of everything, or for more", () => {
    expect(readOptions([])).toEqual({ kind: "measure", rounds: 5, only: undefined });
    expect(readOptions(["--rounds", "20"])).toEqual({ kind: "measure", rounds: 20, only: undefined });
  });
  it("ask for one figure, a workload or a contestant", () => {
    const loopOfEffect = { contestant: "effect", workload: "loop" };
    expect(readOptions(["--only", "loop/effect"])).toMatchObject({ only: [loopOfEffect] });
    const ofLoop = allTargets().filter(({ workload }) => workload === "loop");
    expect(readOptions(["--only", "loop"])).toMatchObject({ only: ofLoop });
    const ofEffect = allTargets().filter(({ contestant }) => contestant === "effect");
    expect(readOptions(["--only", "effect", "--only", "all/plain", "--rounds", "1"])).toEqual({
      kind: "measure",
      rounds: 1,
      only: [...ofEffect, { contestant: "plain", workload: "all" }],
    });
  });
  it("ask for a profile, or for the report alone", () => {
    const loop = { contestant: "surefoot-generator", workload: "loop" };
    expect(readOptions(["--profile", "surefoot-generator", "loop"])).toEqual({ kind: "profile", ...loop });
    expect(readOptions(["--report"])).toEqual({ kind: "report" });
    expect(readTarget(["surefoot-generator", "loop"])).toEqual(loop);
  });
  it.each([
    ["--rounds", "0"],
    ["--rounds", "many"],
    ["--rounds"],
    ["--only", "loop/nobody"],
    ["--only", ""],
    ["--only"],
    ["--only", "loop/plain-tagged"],
    ["--profile", "plain"],
    ["--profile", "loop", "plain"],
    ["--profile", "plain-tagged", "loop"],
    ["--report", "--rounds", "5"],
    ["--fast"],
  ])("refuse %s %s", (...args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});
