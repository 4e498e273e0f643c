// PORT Observer: who watches runs and steps (N2). What an observer does, or fails to do, never changes a run.
//
// Implemented by telemetry/* and by users. Told by carry-out.ts and the run. Contract suite: testing/observer-contract.ts.
import type { BusinessContext } from "./context.ts";
import type { LogLevel } from "./log.ts";
import type { Redact } from "./redaction.ts";
import type { StepKind } from "./step-plan.ts";

/** A run, as observers see it. */
export interface ObservedRun {
  readonly id: string;
  readonly function: { readonly id: string; readonly name: string };
  readonly event: { readonly id: string; readonly name: string; readonly ts: number };
  /** Without its secrets. */
  readonly context: BusinessContext;
  /** Takes the run's secrets out of what an observer is to show: messages, names, values of its own. */
  readonly redact: Redact;
}

/** A run that has ended. */
export interface ObservedRunEnd extends ObservedRun {
  readonly outcome: "completed" | "recovered" | "failed" | "cancelled";
  readonly error: unknown;
  /** When it first began, in whichever process. */
  readonly startedAt: Date;
  /** Milliseconds since this process started or took up the run. */
  readonly duration: number;
}

/** A run that goes on in this process after it was suspended, or after another process left it. */
export interface ObservedRunResume extends ObservedRun {
  readonly reason: "woken" | "takeover";
  /** For a takeover: the process that had it. */
  readonly from: string | undefined;
  /** For a takeover: the steps that had no outcome then. */
  readonly openSteps: readonly { readonly number: string; readonly name: string }[];
}

/** A run that has left this process without having ended. It is told of again when it is resumed here. */
export interface ObservedRunSuspension extends ObservedRun {
  /** `waiting`: all its steps wait. `left`: this process stops, or another one has it. */
  readonly reason: "waiting" | "left";
  /** When it goes on. Undefined where nobody knows. */
  readonly dueAt: Date | undefined;
}

/** A run whose code does not fit what it recorded. It waits for code that does, or for somebody's choice. */
export interface ObservedRunPause extends ObservedRun {
  /** What was recorded against what the code asks for. */
  readonly difference: string;
}

/** A step, as observers see it. Fields are read when asked for. */
export interface ObservedStep {
  readonly run: ObservedRun;
  /** The same object in all that is told of the step, until its run leaves this process: for a WeakMap. */
  readonly handle: object;
  readonly number: string;
  readonly name: string;
  readonly path: string;
  readonly kind: StepKind;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly description: string | undefined;
  readonly context: BusinessContext;
  /** When a sleep ends. */
  readonly dueAt: Date | undefined;
  /** How many attempts its policy allows. */
  readonly attemptsAllowed: number;
}

/** One attempt that failed. */
export interface ObservedAttempt extends ObservedStep {
  /** From 1. */
  readonly attempt: number;
  readonly error: unknown;
  /** Milliseconds. */
  readonly duration: number;
  /** When the next one is due. Undefined: this was the last. */
  readonly retryAt: Date | undefined;
}

/** A step that has its outcome: recorded, and not yet seen by code. */
export interface ObservedStepEnd extends ObservedStep {
  readonly attempts: number;
  readonly outcome: "completed" | "recovered" | "failed" | "cancelled";
  /** What it failed with, or recovered from. */
  readonly error: unknown;
  /** Milliseconds, all attempts and waits together. */
  readonly duration: number;
  /** Whether it had substeps. */
  readonly isComposite: boolean;
}

/** A line that was written in a step with `step.log`. */
export interface ObservedLog {
  readonly run: ObservedRun;
  readonly number: string;
  readonly name: string;
  readonly path: string;
  /** From 1. */
  readonly attempt: number;
  readonly tags: readonly string[];
  readonly level: LogLevel;
  /** Without the secrets of the run, as its fields are. */
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where it was written, where something traces it: `traceparent`. */
  readonly trace: Readonly<Record<string, string>> | undefined;
}

/**
 * What watches runs and steps: analytics, traces, a console.
 *
 * Use it with `createApp({ observers: [...] })`. It is told of what happens in this process; a step whose outcome was recorded
 * before is not told again on replay. What it throws is reported once and changes nothing; what it returns is not awaited.
 */
export interface Observer {
  onRunStart?(run: ObservedRun): unknown;
  onRunSuspend?(run: ObservedRunSuspension): unknown;
  onRunResume?(run: ObservedRunResume): unknown;
  onRunPause?(run: ObservedRunPause): unknown;
  onRunEnd?(run: ObservedRunEnd): unknown;
  onStepStart?(step: ObservedStep): unknown;
  onStepAttempt?(attempt: ObservedAttempt): unknown;
  onStepEnd?(step: ObservedStepEnd): unknown;
  onLog?(log: ObservedLog): unknown;
}
