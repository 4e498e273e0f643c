// What one process measured of one contestant in one workload.
import type { ContestantName } from "./contestants.ts";
import type { WorkloadName } from "./workloads.ts";

/** Figures by name; the names say what is counted, and in what. */
export type Metrics = Readonly<Record<string, number>>;

export interface Sample {
  readonly round: number;
  readonly contestant: ContestantName;
  readonly workload: WorkloadName;
  readonly metrics: Metrics;
  /** Why there are no figures. */
  readonly failure?: string;
}

/** What a measuring process is told. */
export interface Task {
  readonly role: "measure" | "companion" | "life";
  readonly contestant: ContestantName;
  readonly workload: WorkloadName;
  /** Of the workload's count. */
  readonly share: number;
  readonly folder: string;
  readonly postgres: { readonly url: string; readonly pid: number };
  readonly restate: {
    readonly ingress: number;
    readonly admin: number;
    readonly service: number;
    readonly pid: number;
  };
  readonly isRestart: boolean;
}

/** What was measured is no figure: a run or a step is missing, or was carried out too often. */
export class WrongAnswer extends Error {
  override readonly name = "WrongAnswer";
}
