// What `npm run bench:types` understands.
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../bench/shared/usage.ts";
import { readOptions } from "../../../bench/types/options.ts";
import { allTargets } from "../../../bench/types/targets.ts";

describe("the options of bench:types", () => {
  it("ask for five rounds of everything, or for more", () => {
    expect(readOptions([])).toEqual({ kind: "measure", rounds: 5, only: undefined });
    expect(readOptions(["--rounds", "9"])).toEqual({ kind: "measure", rounds: 9, only: undefined });
  });
  it("ask for one figure, a program or a contestant", () => {
    const flatOfEffect = (["7.0", "5.9"] as const).map((compiler) => ({
      program: "flat",
      contestant: "effect",
      compiler,
    }));
    expect(readOptions(["--only", "flat/effect"])).toMatchObject({ only: flatOfEffect });
    const deep = allTargets().filter(({ program }) => program === "deep");
    expect(readOptions(["--only", "deep"])).toMatchObject({ only: deep });
  });
  it("ask for a new baseline, or for the report alone", () => {
    expect(readOptions(["--accept"])).toEqual({ kind: "accept" });
    expect(readOptions(["--report"])).toEqual({ kind: "report" });
  });
  it.each([
    ["--rounds", "0"],
    ["--rounds"],
    ["--only", "flat/nobody"],
    ["--only", "wrong/effect-spans"],
    ["--only", ""],
    ["--only"],
    ["--accept", "--rounds", "5"],
    ["--report", "--accept"],
    ["--fast"],
  ])("refuse %s %s", (...args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});
