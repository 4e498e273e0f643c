// What a run of the benchmark leaves behind: results.json. The tables of the pages are made from it, and from nothing else.
import type { Origin } from "../shared/results-file.ts";
import type { Day, Dealing, Demand } from "./day.ts";

/** What one Postgres carried here, with runs of three steps. */
export interface Carried {
  readonly postgres: string;
  readonly runs: number;
  readonly runsPerSecond: number;
  readonly serverCpuMsPerRun: number;
  readonly workerCpuMsPerRun: number;
  readonly walBytesPerRun: number;
  /** Tables and indexes, once all runs have ended. */
  readonly bytesPerRun: number;
  readonly tables: readonly { readonly name: string; readonly bytes: number }[];
}

/** What becomes of the tables when old runs are removed, and others come. */
export interface Turnover {
  readonly runs: number;
  readonly pruneSeconds: number;
  readonly vacuumSeconds: number;
  /** Tables and indexes: with all runs, after their removal and a vacuum, and with as many runs again. */
  readonly bytes: { readonly full: number; readonly emptied: number; readonly again: number };
}

/** What is assumed of one database. */
export interface Limits {
  readonly cores: number;
  /** How much of them runs may use. */
  readonly share: number;
  readonly walBytesPerSecond: number;
  readonly tableBytes: number;
  /** How long runs that have ended are kept. */
  readonly days: number;
  /** Until 99 in 100 runs have begun. */
  readonly delayMs: number;
}

/** A way of dealing runs out, with the fewest databases that keep the delay. */
export interface Plan {
  readonly dealing: Dealing;
  /** `undefined`: no number of them does. */
  readonly databases: number | undefined;
  /** With an import of one customer and an outage of one minute at the busiest time. */
  readonly day: Day | undefined;
}

export interface Results extends Origin {
  readonly carried: Carried;
  readonly turnover: Turnover;
  readonly limits: Limits;
  readonly runsPerSecondOfOne: number;
  readonly demand: Demand;
  readonly plans: readonly Plan[];
}

/** From the root of the repository. */
export const RESULTS = "bench/scale/results.json";
