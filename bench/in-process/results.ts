// What a run of the benchmark leaves behind: results.json. The tables of the pages are made from it, and from nothing else.
import type { Origin } from "../shared/results-file.ts";
import type { ContestantName } from "./contestants.ts";
import type { ErrorPathFigure, Figure, TracingFigures } from "./figures.ts";
import type { WorkloadName } from "./workloads.ts";

/** Whose memory is measured. Plain async shows what the method itself finds where nothing is kept. */
export const MEMORY_CONTESTANTS = [
  "plain",
  "surefoot-generator",
  "surefoot-async",
  "surefoot-async-generator",
] as const;
export type MemoryContestant = (typeof MEMORY_CONTESTANTS)[number];

/** What one process measured. */
export interface MemorySample {
  readonly contestant: MemoryContestant;
  readonly steps: number;
  /** Heap that a finished step keeps while its run goes on. */
  readonly bytesPerStep: number;
  /** The same, when the run has ended. */
  readonly leftPerStep: number;
}

/** Where the time of a workload goes, function by function: the first of them. */
export interface ProfileFigure {
  readonly contestant: ContestantName;
  readonly workload: WorkloadName;
  readonly functions: readonly { readonly name: string; readonly place: string; readonly share: number }[];
}

export interface Results extends Origin {
  readonly peers: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly errorPath: readonly ErrorPathFigure[];
  readonly tracing: TracingFigures;
  /** The median of each contestant's samples. */
  readonly memory: readonly MemorySample[];
  readonly profiles: readonly ProfileFigure[];
  readonly figures: readonly Figure[];
}

/** From the root of the repository. */
export const RESULTS = "bench/in-process/results.json";
