// A run as it is looked at: what `app.runs` gives. Types only.
import type { StepKind } from "./step-plan.ts";
import type { StepStatus } from "./outcome.ts";

/** Where a run is. */
export type RunStatus =
  | "queued"
  | "running"
  | "sleeping"
  | "waiting"
  | "retrying"
  | "paused"
  | "quarantined"
  | "completed"
  | "failed"
  | "cancelled";

/** A step of a run, with its substeps. */
export interface StepDetails {
  readonly number: string;
  readonly name: string;
  readonly path: string;
  readonly kind: StepKind;
  readonly status: StepStatus;
  readonly attempts: number;
  /** What it gave, once it has completed or recovered. */
  readonly output?: unknown;
  /** What it failed with, recovered from, or is being retried for. */
  readonly error?: unknown;
  readonly tags: readonly string[];
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** When it goes on, while it sleeps or waits for its next attempt. */
  readonly dueAt?: Date;
  readonly steps: readonly StepDetails[];
}

/** One change of hands: a worker was gone, and another went on. */
export interface TakeoverDetails {
  readonly at: Date;
  /** The process that had the run. */
  readonly from: string;
  /** The steps that had no outcome then: their bodies may have run, and run again. */
  readonly openSteps: readonly { readonly number: string; readonly name: string }[];
}

/** A run as it is listed. */
export interface RunSummary {
  readonly id: string;
  readonly function: { readonly id: string; readonly name: string };
  readonly event: {
    readonly id: string;
    readonly name: string;
    readonly data: any;
    readonly user: any;
    readonly ts: number;
  };
  readonly status: RunStatus;
  /** What it gave, once it has completed. */
  readonly output?: unknown;
  /** What it failed with, or recovered from. */
  readonly error?: unknown;
  /** Why it is paused or quarantined, and what to do. */
  readonly note?: string;
  /** The version of the function's code that had it last. */
  readonly version?: string;
  /** The run that it replays. */
  readonly replayOf?: string;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}

/** A run with its steps. */
export interface RunDetails extends RunSummary {
  readonly steps: readonly StepDetails[];
  readonly takeovers: readonly TakeoverDetails[];
}

/** Which runs are listed. */
export interface RunFilter {
  readonly eventId?: string | undefined;
  /** A function, or its id. */
  readonly function?: string | { readonly id: string } | undefined;
  readonly status?: RunStatus | undefined;
  /** Default: 50, at most 1,000. */
  readonly limit?: number | undefined;
  /** Of the page before. */
  readonly cursor?: string | undefined;
}

/** Runs, newest first. */
export interface RunPage {
  readonly items: readonly RunSummary[];
  /** For the next page; undefined after the last. */
  readonly cursor: string | undefined;
}
