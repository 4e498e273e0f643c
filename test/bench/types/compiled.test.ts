// What surefoot costs a compiler, compiled here: no more than bench/types/baseline.json allows, and in a straight line.
import { afterAll, describe, expect, it } from "vitest";
import { BASELINE, baselineProblems, baselineTargets, type Baseline } from "../../../bench/types/baseline.ts";
import { comparisonRates, growthRates, unevenness } from "../../../bench/types/figures.ts";
import { measureAgainst } from "../../../bench/types/measure.ts";
import { GROWTH, type GrowthPoint } from "../../../bench/types/programs.ts";
import { layOutProject } from "../../../bench/types/project.ts";
import { COMPILER_NAMES, compileGrowth } from "../../../bench/types/targets.ts";
import { readFigures } from "../../../bench/shared/results-file.ts";

/** Two compilers, on cores that other tests share. */
const COMPILATIONS_MS = 120_000;
/** A step more, or a level more, may cost so much more than another. */
const MOST_UNEVEN = 0.03;

const project = layOutProject([]);
afterAll(() => project.remove());

describe("baseline.json", () => {
  const baseline = readFigures(BASELINE) as Baseline;
  it("holds every program of surefoot, for both compilers", () => {
    const held = baseline.figures.map(({ program, contestant, compiler }) => ({ program, contestant, compiler }));
    expect(held).toEqual(baselineTargets());
  });
  // Each program has the errors that it is to have, or compiling it throws.
  it("is not exceeded", { timeout: COMPILATIONS_MS }, () => {
    expect(baselineProblems(baseline, measureAgainst(project, baseline))).toEqual([]);
  });
});

describe.each(COMPILER_NAMES)("with TypeScript %s", (compiler) => {
  it.each<GrowthPoint["shape"]>(["steps", "depth"])("costs are linear in %s", { timeout: COMPILATIONS_MS }, (shape) => {
    const points = GROWTH.filter((point) => point.shape === shape).map(({ size }) => ({
      ...compileGrowth(project, { shape, size, contestant: "surefoot", compiler }),
      size,
    }));
    // A level more has a failure more to compare, and a field more in its value: there comparisons cannot be linear.
    const all = [growthRates(points), ...(shape === "steps" ? [comparisonRates(points)] : [])];
    for (const rates of all) expect(unevenness(rates), `for one more: ${rates.join(", ")}`).toBeLessThan(MOST_UNEVEN);
  });
});
