// What bench/types reads from the compilers, and makes of it.
import { describe, expect, it } from "vitest";
import { readCompilation, type Compilation } from "../../../bench/types/compilation.ts";
import { compileTarget } from "../../../bench/types/targets.ts";
import { comparisonRates, figureOf, growthRates, unevenness } from "../../../bench/types/figures.ts";

const PRINTED = `program.ts(1,1): error TS2304: Cannot find name 'x'.
Files:              98
Types:             340
Instantiations:  12345
Memory used:    27136K
Check time:     0.042s
Total time:     0.065s
`;

describe("a compilation", () => {
  it("is read from what the compiler prints", () => {
    expect(readCompilation(PRINTED, [])).toEqual({
      instantiations: 12_345,
      types: 340,
      memoryMb: 26.5,
      checkMs: 42,
      totalMs: 65,
      comparisons: undefined,
      diagnostics: [],
    });
    const caches = "Identity cache size:         20\nStrict subtype cache size:    3\n";
    expect(readCompilation(`${PRINTED}${caches}`, []).comparisons).toBe(23);
  });
  it("is not made up", () => {
    expect(() => readCompilation(PRINTED.replace("Memory used", "Memory"), [])).toThrow('did not say "Memory used"');
  });
});

const target = { program: "flat", contestant: "surefoot", compiler: "7.0" } as const;
const compilation = (changed: Partial<Compilation>): Compilation => ({
  instantiations: 10,
  types: 5,
  memoryMb: 30,
  checkMs: 4,
  totalMs: 8,
  comparisons: undefined,
  diagnostics: [],
  ...changed,
});

describe("a figure", () => {
  it("has the best times of the rounds, and the median of memory", () => {
    const rounds = [{ checkMs: 6, memoryMb: 40 }, { totalMs: 7 }, { memoryMb: 50 }].map(compilation);
    expect(figureOf(target, rounds)).toMatchObject({ instantiations: 10, checkMs: 4, totalMs: 7, memoryMb: 40 });
  });
  it("is not made of rounds that differ", () => {
    const rounds = [compilation({}), compilation({ instantiations: 11 })];
    expect(() => figureOf(target, rounds)).toThrow("the rounds differ in instantiations of flat/surefoot (7.0)");
  });
});

describe("growth", () => {
  const points = (...counts: readonly number[]) =>
    counts.map((instantiations, index) => ({ size: 2 ** index, instantiations }));

  it("is told for one more, from each size to the next", () => {
    expect(growthRates(points(100, 110, 130, 170))).toEqual([10, 10, 10]);
    expect(comparisonRates([1, 2].map((size) => ({ size, comparisons: size * 3 })))).toEqual([3]);
  });
  it("is even where it is a straight line", () => {
    expect(unevenness(growthRates(points(100, 110, 130, 170)))).toBe(0);
    expect(unevenness(growthRates(points(0, 0, 0)))).toBe(0);
    expect(unevenness(growthRates(points(1, 4, 16)))).toBe(1);
  });
});

describe("a program", () => {
  it("has the errors that it is to have, or is not measured", () => {
    const diagnostic = { file: "program.ts", line: 3, column: 1, code: "TS2322", text: "no" };
    const project = { compile: () => compilation({ diagnostics: [diagnostic] }), remove: () => {} };
    expect(() => compileTarget(project, target)).toThrow("flat/surefoot has 1 errors, not 0; line 3: TS2322: no");
    expect(() => compileTarget(project, { ...target, program: "wrong" })).toThrow("has 1 errors, not 200");
  });
});
