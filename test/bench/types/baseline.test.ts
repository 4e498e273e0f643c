// What is said when surefoot costs more than it did.
import { describe, expect, it } from "vitest";
import {
  MOST_MORE_INSTANTIATIONS,
  MOST_MORE_MEMORY,
  baselineProblems,
  baselineTargets,
  isTooMuchMemory,
  type BaselineFigure,
} from "../../../bench/types/baseline.ts";

const flat: BaselineFigure = {
  program: "flat",
  contestant: "surefoot",
  compiler: "7.0",
  instantiations: 100_000,
  memoryMb: 60,
};
const importOnly: BaselineFigure = { ...flat, program: "import", instantiations: 0, memoryMb: 25 };
const baseline = { figures: [flat, importOnly] };

describe("the baseline", () => {
  it("allows what it holds, less, and a little more", () => {
    const little = { ...flat, instantiations: 100_000 * (1 + MOST_MORE_INSTANTIATIONS) };
    const memory = { ...flat, memoryMb: 60 * (1 + MOST_MORE_MEMORY["7.0"]) };
    const less = { ...flat, instantiations: 10, memoryMb: 10 };
    expect(baselineProblems(baseline, [flat, importOnly, little, memory, less])).toEqual([]);
  });
  it("says which program, what it was, what it is, and how to accept it", () => {
    expect(baselineProblems(baseline, [{ ...flat, instantiations: 103_000 }])).toEqual([
      "flat/surefoot with TypeScript 7.0: was 100000 instantiations, is 103000, 3.0 % more. " +
        "If that is what the change is worth: npm run bench:types -- --accept",
    ]);
    expect(baselineProblems(baseline, [{ ...importOnly, instantiations: 1 }])).toEqual([
      expect.stringContaining("import/surefoot with TypeScript 7.0: was 0 instantiations, is 1."),
    ]);
  });
  it("says the same of memory", () => {
    expect(baselineProblems(baseline, [{ ...flat, memoryMb: 90 }])).toEqual([
      expect.stringContaining("was 60 MB, is 90, 50.0 % more"),
    ]);
    expect(isTooMuchMemory(baseline, flat, 90)).toBe(true);
    expect(isTooMuchMemory(baseline, flat, 61)).toBe(false);
  });
  it("knows what it does not hold", () => {
    expect(baselineProblems(baseline, [{ ...flat, compiler: "5.9" }])).toEqual([
      "flat/surefoot with TypeScript 5.9: is not in bench/types/baseline.json. npm run bench:types -- --accept puts it there",
    ]);
  });
  it("is surefoot's alone", () => {
    const contestants = new Set(baselineTargets().map(({ contestant }) => contestant));
    expect([...contestants]).toEqual(["surefoot", "surefoot-declared", "surefoot-functions"]);
  });
});
