// Compiles the programs, round by round, and those of surefoot for the baseline.
import { medianOf } from "../shared/median.ts";
import { isTooMuchMemory, baselineTargets, type Baseline, type BaselineFigure } from "./baseline.ts";
import type { Compilation } from "./compilation.ts";
import { figureOf, type Figure, type GrowthFigure } from "./figures.ts";
import type { Project } from "./project.ts";
import { showFigure } from "./report.ts";
import { allGrowthTargets, compileGrowth, compileTarget, type Target } from "./targets.ts";

const MOST_TRIES = 3;
const ACCEPTED_ROUNDS = 5;

/** Each round compiles everything once; every second one from the last to the first, so that a drift does not favour anybody. */
export function measureRounds(project: Project, rounds: number, targets: readonly Target[]): readonly Figure[] {
  const compiled = new Map<Target, Compilation[]>(targets.map((target) => [target, []]));
  for (let round = 0; round < rounds; round++) {
    for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
      const compilation = compileTarget(project, target);
      compiled.get(target)!.push(compilation);
      console.error(`round ${round + 1} of ${rounds}  ${showFigure(target, compilation)}`);
    }
  }
  return [...compiled].map(([target, compilations]) => figureOf(target, compilations));
}

/** Instantiations do not depend on the round: each is compiled once. */
export function measureGrowth(project: Project): readonly GrowthFigure[] {
  return allGrowthTargets().map((target) => {
    const { instantiations, comparisons, checkMs } = compileGrowth(project, target);
    return { ...target, instantiations, comparisons, checkMs };
  });
}

/** What surefoot costs now, as the baseline keeps it. */
export function measureForBaseline(project: Project): readonly BaselineFigure[] {
  return measureRounds(project, ACCEPTED_ROUNDS, baselineTargets()).map(
    ({ program, contestant, compiler, instantiations, samples }) => ({
      program,
      contestant,
      compiler,
      instantiations,
      memoryMb: Math.round(medianOf(samples.map(({ memoryMb }) => memoryMb))),
    }),
  );
}

/** What surefoot costs now, to compare with the baseline: where memory is too much, the least of three. */
export function measureAgainst(project: Project, baseline: Baseline): readonly BaselineFigure[] {
  return baselineTargets().map((target) => {
    const { instantiations, memoryMb } = compileTarget(project, target);
    let least = memoryMb;
    for (let tries = 1; tries < MOST_TRIES && isTooMuchMemory(baseline, target, least); tries++)
      least = Math.min(least, compileTarget(project, target).memoryMb);
    return { ...target, instantiations, memoryMb: least };
  });
}
