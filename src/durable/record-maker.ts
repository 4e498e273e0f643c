// Makes the records of one run: values encoded, within their limit, and never lost.
//
//   M1. A value that cannot be stored is a failure of its step; the body is not entered again for it.
//   M2. An error that cannot be stored as it is becomes one that says so: no failure is ever lost.
import type { Awaited } from "../core/awaited.ts";
import type { Canceller } from "../core/cancel-on.ts";
import type { Clock } from "../core/clock.ts";
import { UnexpectedError, placeOf } from "../core/errors.ts";
import type { Outcome } from "../core/outcome.ts";
import type { StepNode } from "../core/step-tree.ts";
import { CODEC_VERSION, encodeValue } from "../core/value-codec.ts";
import { bug } from "../internal/bug.ts";
import type { RunHistory } from "./journal-fold.ts";
import { matchOf } from "./event-match.ts";
import {
  CANCEL_KEY,
  CANCEL_ON_KEY,
  SLICE_KEY,
  TAKEOVER_KEY,
  type LostOwner,
  type StepRecord,
  type Wait,
} from "./journal.ts";
import { encodePayload } from "./payload.ts";
import { blankRecord, outcomeOfRecord, refsOf, reviveFor } from "./step-record.ts";

/** While it is being made: copies of so many cells would cost more than what is written into them. */
type Writable = { -readonly [Cell in keyof StepRecord]: StepRecord[Cell] };
/** Its place among the run's outcomes is not known yet. */
type Unnumbered = Omit<StepRecord, "sequence"> & { sequence: number | null };

export class RecordMaker {
  readonly #clock: Clock;
  readonly #mostBytes: number;
  readonly #history: RunHistory;
  /** Encoded already, to be recorded: mostly one, and at once. */
  readonly #admitted: { readonly node: StepNode; readonly value: unknown; readonly text: string }[] = [];

  constructor(clock: Clock, mostBytes: number, history: RunHistory) {
    this.#clock = clock;
    this.#mostBytes = mostBytes;
    this.#history = history;
  }

  /** M1: why a value cannot be kept; undefined if it can. */
  admit(node: StepNode, value: unknown): unknown {
    if (node.special.branches !== undefined) return undefined; // its branches' values have been admitted
    try {
      this.#admitted.push({ node, value, text: this.#encode(node, value) });
      return undefined;
    } catch (unstorable) {
      return unstorable;
    }
  }

  /** The record of an outcome, without its sequence number. */
  ended(node: StepNode, outcome: Outcome): Unnumbered {
    const record: Writable = blankRecord(node, this.#clock, "ended");
    record.endedMs = this.#clock.now();
    try {
      this.#writeOutcome(record, node, outcome);
    } catch (unstorable) {
      record.status = "failed";
      record.refs = null;
      record.value = null;
      record.error = this.errorText(node, UnexpectedError.from(unstorable));
    }
    return record;
  }

  settled(node: StepNode, error: string): StepRecord {
    return { ...blankRecord(node, this.#clock, "settled"), error, steps: node.attempt?.stepCount ?? 0 };
  }
  retrying(
    node: StepNode,
    next: { readonly attempt: number; readonly dueMs: number; readonly error: unknown },
  ): StepRecord {
    const { attempt: attempts, dueMs } = next;
    const sequence = this.#history.nextSequence();
    return {
      ...blankRecord(node, this.#clock, "retrying"),
      attempts,
      dueMs,
      error: this.errorText(node, next.error),
      sequence,
    };
  }
  /** The end of a step's attempt, kept while something in it waits. */
  limited(node: StepNode, dueMs: number): StepRecord {
    const sequence = this.#history.record(node.key)?.sequence ?? null;
    return { ...blankRecord(node, this.#clock, "limited"), dueMs, sequence };
  }
  sleeping(node: StepNode, dueMs: number): StepRecord {
    return { ...blankRecord(node, this.#clock, "sleeping"), dueMs };
  }
  waiting(node: StepNode, awaited: Awaited, dueMs: number | null): StepRecord {
    const wait: Wait =
      awaited.kind === "run"
        ? awaited
        : { ...awaited, match: awaited.match === undefined ? null : matchOf(awaited.match) };
    return { ...blankRecord(node, this.#clock, "waiting"), dueMs, wait };
  }
  /** A wait whose time is over: nothing comes to it any more. */
  closed(node: StepNode): StepRecord {
    return { ...blankRecord(node, this.#clock, "waiting"), dueMs: node.special.dueMs ?? null };
  }
  started(node: StepNode): StepRecord {
    return blankRecord(node, this.#clock, "started");
  }
  cancelled(node: StepNode): StepRecord {
    return { ...blankRecord(node, this.#clock, "cancelled"), endedMs: this.#clock.now() };
  }
  cancellation(): StepRecord {
    return { ...noteRecord(CANCEL_KEY, "cancel", this.#clock.now()), sequence: this.#history.nextSequence() };
  }

  /** M2 */
  errorText(node: StepNode, error: unknown): string {
    try {
      return this.#encode(node, error);
    } catch (unstorable) {
      return encodeValue(UnexpectedError.from(unstorable));
    }
  }
  decoded(node: StepNode, text: string): unknown {
    return reviveFor(node)(text);
  }
  /** The outcome of a record, decoded anew. */
  outcome(node: StepNode, record: StepRecord): Outcome {
    return outcomeOfRecord(record, this.#history, reviveFor(node));
  }

  #writeOutcome(record: Writable, node: StepNode, outcome: Outcome): void {
    if (outcome.status === "cancelled") return bug("a cancelled step has no outcome to record");
    record.status = outcome.status;
    if (outcome.status === "completed") record.refs = refsOf(node, outcome);
    if (outcome.status !== "failed" && record.refs === null) record.value = this.#textOf(node, outcome.value);
    if (outcome.status !== "completed") record.error = this.errorText(node, outcome.error);
  }

  #textOf(node: StepNode, value: unknown): string {
    const place = this.#admitted.findIndex((admitted) => admitted.node === node);
    const admitted = place < 0 ? undefined : this.#admitted[place];
    if (place >= 0) this.#admitted.splice(place, 1);
    return admitted !== undefined && Object.is(admitted.value, value) ? admitted.text : this.#encode(node, value);
  }
  #encode(node: StepNode, value: unknown): string {
    return encodePayload(value, this.#mostBytes, () => placeOf(node));
  }
}

/** The record of a wait for what cancels a run. */
export function cancelOnRecord(place: number, { event, match }: Canceller, nowMs: number): StepRecord {
  const wait = { kind: "event", event, match: match === undefined ? null : matchOf(match) } as const;
  const note = noteRecord(`${CANCEL_ON_KEY}/${place}`, "cancelOn", nowMs);
  return { ...note, state: "waiting", status: null, endedMs: null, wait };
}

/** The record of a takeover: who had the run, and which steps had no outcome then. */
export function takeoverRecord(id: string, { from, atMs }: LostOwner, openSteps: readonly object[]): StepRecord {
  return { ...noteRecord(`${TAKEOVER_KEY}/${id}`, "takeover", atMs), name: from, value: encodeValue(openSteps) };
}

/** The record of where a slice of a run is traced. */
export function sliceRecord(token: number, trace: string, nowMs: number): StepRecord {
  return { ...noteRecord(`${SLICE_KEY}/${token}`, "slice", nowMs), name: trace };
}

/** A record that is of the run, and of none of its steps. */
function noteRecord(key: string, kind: "cancel" | "cancelOn" | "takeover" | "slice", nowMs: number): StepRecord {
  return {
    key,
    state: "ended",
    kind,
    number: "",
    name: kind,
    sequence: null,
    status: "completed",
    attempts: 0,
    dueMs: null,
    startedMs: nowMs,
    endedMs: nowMs,
    value: null,
    refs: null,
    error: null,
    steps: null,
    digest: null,
    wait: null,
    source: null,
    notes: null,
    format: CODEC_VERSION,
  };
}
