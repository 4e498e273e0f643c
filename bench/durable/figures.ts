// What is made of the samples: medians over the rounds, and ratios within them. Pure.
import { medianOf } from "../shared/median.ts";
import { factsOf, type ContestantName } from "./contestants.ts";
import type { Sample } from "./sample.ts";
import { WORKLOADS, type WorkloadName } from "./workloads.ts";

/** A contestant in a workload: each metric in each round in which it was measured. */
export interface Figure {
  readonly workload: WorkloadName;
  readonly contestant: ContestantName;
  /** Counted from 0. */
  readonly rounds: readonly number[];
  readonly metrics: Readonly<Record<string, readonly number[]>>;
}

/** In the order of the targets; what was never measured is missing. */
export function figuresOf(
  samples: readonly Sample[],
  targets: readonly Pick<Figure, "workload" | "contestant">[],
): readonly Figure[] {
  return targets.flatMap(({ workload, contestant }) => {
    const own = samples
      .filter((one) => one.workload === workload && one.contestant === contestant && one.failure === undefined)
      .toSorted((left, right) => left.round - right.round);
    if (own.length === 0) return [];
    const names = Object.keys(own[0]!.metrics);
    const metrics = Object.fromEntries(names.map((name) => [name, own.map((one) => one.metrics[name] ?? Number.NaN)]));
    return [{ workload, contestant, rounds: own.map(({ round }) => round), metrics }];
  });
}

/** The median over the rounds; undefined for what it has no metric of. */
export function median(figure: Figure | undefined, metric: string): number | undefined {
  const values = figure?.metrics[metric];
  return values === undefined ? undefined : medianOf(values);
}

/** How many times as good surefoot is, in the median of the rounds in which both were measured; undefined without such a round. */
export function timesAsGood(ours: Figure | undefined, theirs: Figure): number | undefined {
  if (ours === undefined) return undefined;
  const { compared, isMoreBetter } = WORKLOADS[theirs.workload];
  const inRound = (figure: Figure, round: number) => figure.metrics[compared]?.[figure.rounds.indexOf(round)];
  const ratios = theirs.rounds.flatMap((round) => {
    const own = inRound(ours, round);
    const other = inRound(theirs, round);
    if (own === undefined || other === undefined) return [];
    return [isMoreBetter ? own / other : other / own];
  });
  return ratios.length === 0 ? undefined : medianOf(ratios);
}

/** With whom it is compared: surefoot on the same kind of store; what brings a server of its own, with surefoot on SQLite. */
export function rivalOf(contestant: ContestantName): ContestantName {
  return factsOf(contestant).keptIn === "postgres" ? "surefoot-postgres" : "surefoot-sqlite";
}
