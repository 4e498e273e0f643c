// What a run of the benchmark leaves behind: results.json. The tables of the pages are made from it, and from nothing else.
import type { Compiler } from "../../scripts/compile-project.ts";
import type { Origin } from "../shared/results-file.ts";
import type { ContestantName } from "./contestants.ts";
import type { Figure, GrowthFigure } from "./figures.ts";
import type { GrowthPoint, ProgramName } from "./programs.ts";

/** From the root of the repository. */
export const RESULTS = "bench/types/results.json";

export interface Results extends Origin {
  /** Of the peers, and of the compilers. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly figures: readonly Figure[];
  readonly growth: readonly GrowthFigure[];
}

export function figureIn(
  { figures }: Pick<Results, "figures">,
  program: ProgramName,
  contestant: ContestantName,
  compiler: Compiler,
): Figure {
  const found = figures.find(
    (one) => one.program === program && one.contestant === contestant && one.compiler === compiler,
  );
  if (found === undefined) throw new Error(`the results hold nothing of ${program}/${contestant} (${compiler})`);
  return found;
}

/** A contestant's growth in one direction, from the smallest program to the largest. */
export function growthIn(
  { growth }: Pick<Results, "growth">,
  shape: GrowthPoint["shape"],
  contestant: ContestantName,
  compiler: Compiler,
): readonly GrowthFigure[] {
  return growth.filter((one) => one.shape === shape && one.contestant === contestant && one.compiler === compiler);
}
