// From the compilations of all rounds to the figures that are told. Pure.
import { medianOf } from "../shared/median.ts";
import type { Compilation } from "./compilation.ts";
import type { GrowthTarget, Target } from "./targets.ts";

/** What a round found; the rest of a compilation is the same in every round. */
export interface Sample {
  readonly checkMs: number;
  readonly totalMs: number;
  readonly memoryMb: number;
}

export interface Figure extends Target {
  readonly errors: number;
  readonly instantiations: number;
  readonly types: number;
  /** The least of all rounds. */
  readonly checkMs: number;
  readonly totalMs: number;
  /** The median of the rounds: garbage collections fall where they fall. */
  readonly memoryMb: number;
  readonly samples: readonly Sample[];
}

/** One compilation of a program that only grows. */
export interface GrowthFigure extends GrowthTarget {
  readonly instantiations: number;
  readonly comparisons: number | undefined;
  readonly checkMs: number;
}

export function figureOf(target: Target, compilations: readonly Compilation[]): Figure {
  const counts = new Set(compilations.map(({ instantiations, types }) => `${instantiations} and ${types} types`));
  const [first] = compilations;
  if (first === undefined || counts.size > 1) {
    const { program, contestant, compiler } = target;
    const found = [...counts].join(", ");
    throw new Error(`the rounds differ in instantiations of ${program}/${contestant} (${compiler}): ${found}`);
  }
  return {
    ...target,
    errors: first.diagnostics.length,
    instantiations: first.instantiations,
    types: first.types,
    checkMs: Math.min(...compilations.map(({ checkMs }) => checkMs)),
    totalMs: Math.min(...compilations.map(({ totalMs }) => totalMs)),
    memoryMb: medianOf(compilations.map(({ memoryMb }) => memoryMb)),
    samples: compilations.map(({ checkMs, totalMs, memoryMb }) => ({ checkMs, totalMs, memoryMb })),
  };
}

/** How much a unit more (a step, a level) costs, from each size to the next. */
export function growthRates(
  points: readonly { readonly size: number; readonly instantiations: number }[],
): readonly number[] {
  return points.slice(1).map(({ size, instantiations }, index) => {
    const before = points[index]!;
    return (instantiations - before.instantiations) / (size - before.size);
  });
}

/** The same of the comparisons, which a straight line of instantiations can hide. */
export function comparisonRates(
  points: readonly { readonly size: number; readonly comparisons: number | undefined }[],
): readonly number[] {
  return growthRates(points.map(({ size, comparisons = 0 }) => ({ size, instantiations: comparisons })));
}

/** By how much the rates differ: 0 where growth is linear. */
export function unevenness(rates: readonly number[]): number {
  const least = Math.min(...rates);
  return least === 0 && Math.max(...rates) === 0 ? 0 : Math.max(...rates) / least - 1;
}
