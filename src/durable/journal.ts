// The journal: what is kept of runs and their steps, and which record may follow which. Pure.
import { bug } from "../internal/bug.ts";
import type { RunStatus } from "../core/run-details.ts";
import type { StepKind } from "../core/step-plan.ts";
import type { EventMatch } from "./event-match.ts";

/** What a record says of its step. */
export type RecordState =
  /** An `atMostOnce` body was entered. */
  | "started"
  /** Waits until `dueMs`. */
  | "sleeping"
  /** Waits for what `wait` says, until `dueMs` if there is one. */
  | "waiting"
  /** Attempt `attempts` is under way, and its time is over at `dueMs`. Kept when something in it begins to wait. */
  | "limited"
  /** An attempt failed with `error`; the next one, `attempts`, is due at `dueMs`. */
  | "retrying"
  /** Was ended before its time, and had no other record: a note for people, no outcome. A replay does not see it. */
  | "cancelled"
  /** Failed for good with `error`, after `steps` substeps; its handlers have not finished. */
  | "settled"
  /** Has its outcome, for good. */
  | "ended";

/** Which state may follow which (P1: nothing follows an outcome). */
const NEXT_STATES: Readonly<Record<RecordState | "none", readonly RecordState[]>> = {
  none: ["started", "sleeping", "waiting", "limited", "retrying", "cancelled", "settled", "ended"],
  started: ["started", "retrying", "settled", "ended"],
  sleeping: ["ended"],
  waiting: ["waiting", "settled", "ended"],
  limited: ["limited", "retrying", "settled", "ended"],
  retrying: ["started", "waiting", "limited", "retrying", "settled", "ended"],
  cancelled: ["started", "sleeping", "waiting", "limited", "retrying", "settled", "ended"],
  settled: ["ended"],
  ended: [],
};

/** The states that a record may have so that `next` may follow it. Stores check it in the statement that writes. */
export function statesBefore(next: RecordState): readonly RecordState[] {
  return (Object.keys(NEXT_STATES) as (RecordState | "none")[]).filter(
    (state): state is RecordState => state !== "none" && NEXT_STATES[state].includes(next),
  );
}

export function assertMayFollow(last: RecordState | undefined, next: RecordState, key: string): void {
  if (!NEXT_STATES[last ?? "none"].includes(next)) bug(`the record of "${key}" went from ${last ?? "none"} to ${next}`);
}

/** What is kept of a step besides its life: for people and their tools. */
export interface StepNotes {
  readonly tags?: readonly string[];
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly description?: string;
}

/** A value that is kept as the outcomes that it was made of: those of `all`, `map` and `race`. */
export type OutcomeRefs =
  | { readonly kind: "list"; readonly keys: readonly string[] }
  | { readonly kind: "record"; readonly entries: readonly (readonly [name: string, key: string])[] }
  | { readonly kind: "one"; readonly key: string };

/** What a step waits for: an event, or the end of a run. */
export type Wait =
  | { readonly kind: "event"; readonly event: string; readonly match: EventMatch | null }
  | { readonly kind: "run"; readonly runId: string };

/** One record: what is known of one step of one run. `null`: nothing. Texts are the value codec's. */
export interface StepRecord {
  /** The step's key; `""` for the function itself. */
  readonly key: string;
  readonly state: RecordState;
  readonly kind: StepKind | "cancel" | "cancelOn" | "takeover" | "slice";
  readonly number: string;
  readonly name: string;
  /** The place among the run's outcomes; of a retry, and of what follows it, the place after which its substeps run anew. */
  readonly sequence: number | null;
  readonly status: "completed" | "recovered" | "failed" | null;
  readonly attempts: number;
  readonly dueMs: number | null;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly value: string | null;
  readonly refs: OutcomeRefs | null;
  readonly error: string | null;
  /** How many substeps the body had started when it settled. */
  readonly steps: number | null;
  /** Of the inputs that the body was given, or of what is waited for. */
  readonly digest: string | null;
  readonly wait: Wait | null;
  /** The event, or the run, that its outcome came from. */
  readonly source: string | null;
  readonly notes: StepNotes | null;
  /** The version of the value codec. */
  readonly format: number;
}

/** The key of a run's cancellation. No step has it: `~` is escaped in names. */
export const CANCEL_KEY = "~cancel";
/** The keys of a run's takeovers begin with it. */
export const TAKEOVER_KEY = "~takeover";

/** The keys of the notes that say where its slices were traced begin with it. */
export const SLICE_KEY = "~slice";
/** The keys of the waits for what cancels a run begin with it. */
export const CANCEL_ON_KEY = "~cancelOn";

/** Whether a record is of the run as a whole, and of none of its steps. */
export function isRunNote({ key }: { readonly key: string }): boolean {
  return key.startsWith(CANCEL_KEY) || key.startsWith(TAKEOVER_KEY) || key.startsWith(SLICE_KEY);
}

/** A worker that was gone while it had the run. */
export interface LostOwner {
  /** As people know it. */
  readonly from: string;
  readonly atMs: number;
}

/** What is kept of a run. */
export interface RunRecord {
  readonly id: string;
  /** Grows from run to run, in the order of acceptance. */
  readonly position: number;
  readonly functionId: string;
  readonly eventId: string;
  readonly status: RunStatus;
  /** When it wants a worker. `null`: a worker has it, it has ended, or it is paused. */
  readonly dueMs: number | null;
  /** The incarnation of the worker that has it. */
  readonly owner: string | null;
  /** Grows with each claim: what an earlier owner writes is refused. */
  readonly token: number;
  readonly createdMs: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly output: string | null;
  readonly error: string | null;
  /** Why it is paused or quarantined, for people. */
  readonly note: string | null;
  /** The workers that it was taken from, until an owner has written them down. */
  readonly leftBy: readonly LostOwner[];
  readonly isCancelRequested: boolean;
  /** Somebody asked for it to stand still. */
  readonly isPauseRequested: boolean;
  /** How often a process that had it was gone before the run came to any outcome there. */
  readonly deaths: number;
  /** Of the code that had it last. */
  readonly version: string | null;
  /** The run whose outcomes it began with. */
  readonly replayOf: string | null;
  readonly format: number;
}

/** The kinds of steps that wait for something to come. */
const WAITING_KINDS: ReadonlySet<string> = new Set<StepRecord["kind"]>(["waitForEvent", "waitForSignal", "invoke"]);

/** Whether a record is of a step that waits for something to come. */
export function isOfWait({ kind }: StepRecord): boolean {
  return WAITING_KINDS.has(kind);
}
/** The run whose end a record waits for. */
export function invokedBy({ wait }: StepRecord): string | undefined {
  return wait?.kind === "run" ? wait.runId : undefined;
}
/** Whether a record shows that its run comes on: what it recorded is not done again. */
export function isProgress(record: StepRecord): boolean {
  const { state } = record;
  return !isRunNote(record) && (state === "ended" || state === "settled" || state === "retrying");
}
/** Whether a record is the outcome of a step. */
export function isEndOfStep(record: StepRecord): boolean {
  return record.state === "ended" && !isRunNote(record);
}
/** Whether its step merely waits, for the time or an event: under another name it waits anew, and nothing is done twice. */
export function isMereWait({ kind, state }: StepRecord): boolean {
  return state === "sleeping" || (state === "waiting" && kind !== "invoke");
}
/** Whether it closes a wait for which nothing is to have come. */
export function closesWait({ state, wait }: StepRecord): boolean {
  return state === "waiting" && wait === null;
}

/** An event as it is kept. */
export interface EventRecord {
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly user: string;
  readonly context: string;
  readonly ts: number;
  readonly version: string | null;
  /** Where it was sent, for tracers: a JSON object of texts. */
  readonly trace: string | null;
  readonly acceptedMs: number;
  /** When it takes effect: later than it was accepted, if it was sent for later. */
  readonly dueMs: number;
  readonly format: number;
}

/** A function as a worker registers it, so that senders in other processes know what an event starts. */
export interface FunctionRecord {
  readonly id: string;
  readonly name: string;
  readonly events: readonly string[];
  /** No two with one expression and one zone. */
  readonly schedules: readonly Omit<ScheduleRecord, "functionId">[];
  /** How many of its runs may have an owner at once. Default: any number. */
  readonly concurrency?: number | undefined;
}

/** A schedule of a function as it is kept. */
export interface ScheduleRecord {
  readonly functionId: string;
  readonly cron: string;
  readonly timezone: string;
  readonly context: string;
  /** When it ticks next. `null`: it stands still. */
  readonly dueMs: number | null;
}
