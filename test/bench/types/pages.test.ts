// Figures in the pages are those of the last run of the benchmark, and hold what surefoot promises of its types.
import { describe, expect, it } from "vitest";
import { readFigures } from "../../../bench/shared/results-file.ts";
import { FULL_CONTESTANTS, PEERS } from "../../../bench/types/contestants.ts";
import { growthRates, unevenness } from "../../../bench/types/figures.ts";
import { PAGES } from "../../../bench/types/pages.ts";
import { GROWTH, PROGRAMS } from "../../../bench/types/programs.ts";
import { RESULTS, figureIn, growthIn, type Results } from "../../../bench/types/results.ts";
import { COMPILER_NAMES, allTargets } from "../../../bench/types/targets.ts";
import { describePages } from "../page-cases.ts";

const results = readFigures(RESULTS) as Results;
const figures = results.figures.map((figure) => ({ ...figure, memoryMb: figure.memoryMb * 2 }));
describePages(PAGES, results, { ...results, figures });

describe("results.json", () => {
  it("holds every contestant's programs with both compilers, in every round", () => {
    const measured = results.figures.map(({ program, contestant, compiler }) => ({ program, contestant, compiler }));
    expect(measured).toEqual(allTargets());
    expect(new Set(results.figures.map(({ samples }) => samples.length))).toEqual(new Set([results.rounds]));
  });
  it("holds no program with other errors than it is to have", () => {
    const errors = results.figures.filter((figure) => figure.errors !== PROGRAMS[figure.program].errors);
    expect(errors).toEqual([]);
  });
  it("holds the growth of each who takes part in everything", () => {
    expect(results.growth).toHaveLength(FULL_CONTESTANTS.length * COMPILER_NAMES.length * GROWTH.length);
  });
  it("says where and how it was measured", () => {
    expect(results.command).toBe(`npm run bench:types -- --rounds ${results.rounds}`);
    expect(results.commit).toMatch(/^[\da-f]{40}$/);
    expect(Object.keys(results.versions)).toEqual([...PEERS, "typescript", "typescript59"]);
  });
});

/** The import alone may cost so many times what a program without it costs. */
const MOST_OF_PLAIN = 1.3;
const MOST_UNEVEN = 0.03;

describe.each(COMPILER_NAMES)("with TypeScript %s, surefoot", (compiler) => {
  const instantiationsOf = (
    program: "flat" | "deep",
    contestant: "surefoot" | "surefoot-declared" | "surefoot-functions" | "effect",
  ) => figureIn(results, program, contestant, compiler).instantiations;

  it.each(["flat", "deep"] as const)(
    "takes no more instantiations than Effect, %s, however it is written",
    (program) => {
      const effect = instantiationsOf(program, "effect");
      for (const ours of ["surefoot", "surefoot-declared", "surefoot-functions"] as const)
        expect(instantiationsOf(program, ours)).toBeLessThanOrEqual(effect);
    },
  );
  it("is imported for little more than nothing", () => {
    const [ours, plain] = (["surefoot", "plain"] as const).map((name) => figureIn(results, "import", name, compiler));
    expect(ours!.checkMs).toBeLessThanOrEqual(plain!.checkMs * MOST_OF_PLAIN);
    expect(ours!.memoryMb).toBeLessThanOrEqual(plain!.memoryMb * MOST_OF_PLAIN);
  });
  it.each(["steps", "depth"] as const)("grows in a straight line with %s", (shape) => {
    expect(unevenness(growthRates(growthIn(results, shape, "surefoot", compiler)))).toBeLessThan(MOST_UNEVEN);
  });
});
