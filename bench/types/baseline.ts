// What surefoot is allowed to cost: baseline.json, and what is said when it costs more. Pure.
import type { Compiler } from "../../scripts/compile-project.ts";
import type { ContestantName } from "./contestants.ts";
import type { ProgramName } from "./programs.ts";
import { allTargets, type Target } from "./targets.ts";

/** From the root of the repository. */
export const BASELINE = "bench/types/baseline.json";
export const ACCEPT = "npm run bench:types -- --accept";

/** Instantiations are the same on every machine; so much is left to small changes. */
export const MOST_MORE_INSTANTIATIONS = 0.02;
/** Memory is what the garbage collector has left. From one time to the next, TypeScript 7.0 differs by less than 1 %, 5.9 by a third and more. */
export const MOST_MORE_MEMORY: Readonly<Record<Compiler, number>> = { "7.0": 0.1, "5.9": 0.5 };

export interface Cost {
  readonly instantiations: number;
  readonly memoryMb: number;
}
export type BaselineFigure = Target & Cost;
export interface Baseline {
  readonly figures: readonly BaselineFigure[];
}

const OURS: ReadonlySet<ContestantName> = new Set(["surefoot", "surefoot-declared", "surefoot-functions"]);

/** What the baseline holds: all that surefoot takes part in. */
export function baselineTargets(): readonly Target[] {
  return allTargets().filter(({ contestant }) => OURS.has(contestant));
}

/** Whether a memory is more than the baseline allows. */
export function isTooMuchMemory(baseline: Baseline, target: Target, memoryMb: number): boolean {
  const was = costIn(baseline, target)?.memoryMb ?? Number.POSITIVE_INFINITY;
  return memoryMb > was * (1 + MOST_MORE_MEMORY[target.compiler]);
}

/** Where surefoot costs more than the baseline allows: which program, what it was, what it is, and how to accept it. */
export function baselineProblems(baseline: Baseline, figures: readonly BaselineFigure[]): readonly string[] {
  return figures.flatMap((figure) => {
    const was = costIn(baseline, figure);
    const name = nameOf(figure);
    if (was === undefined) return [`${name}: is not in ${BASELINE}. ${ACCEPT} puts it there`];
    const mostInstantiations = was.instantiations * (1 + MOST_MORE_INSTANTIATIONS);
    const isMore = figure.instantiations > mostInstantiations;
    return [
      ...(isMore ? [tooMuch(name, "instantiations", was.instantiations, figure.instantiations)] : []),
      ...(isTooMuchMemory(baseline, figure, figure.memoryMb)
        ? [tooMuch(name, "MB", Math.round(was.memoryMb), Math.round(figure.memoryMb))]
        : []),
    ];
  });
}

function tooMuch(name: string, unit: string, was: number, is: number): string {
  const more = was === 0 ? "" : `, ${(100 * (is / was - 1)).toFixed(1)} % more`;
  return `${name}: was ${was} ${unit}, is ${is}${more}. If that is what the change is worth: ${ACCEPT}`;
}

function costIn({ figures }: Baseline, { program, contestant, compiler }: Target): Cost | undefined {
  return figures.find((one) => one.program === program && one.contestant === contestant && one.compiler === compiler);
}

function nameOf({
  program,
  contestant,
  compiler,
}: {
  readonly program: ProgramName;
  readonly contestant: ContestantName;
  readonly compiler: Compiler;
}): string {
  return `${program}/${contestant} with TypeScript ${compiler}`;
}
