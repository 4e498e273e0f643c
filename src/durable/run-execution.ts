// One claimed run, from its claim until it ends or leaves memory.
//
// Owns: the run in memory. Does not own: claims and leases (worker), records (durable-engine).
// Called by: the worker.
//   N1. It settles once: the run has ended, has left memory, is paused, or is not this worker's any more.
//   N2. A run leaves memory when all its open steps wait, the next of them for long enough; no user code notices.
//   N3. Once a cancellation was accepted, the run ends as cancelled, whatever its body makes of it.
//   N4. A run that has recorded more steps than it may stands still, unless it is to end: its loop may have no end.
import { cancellersOf } from "../core/cancel-on.ts";
import type { Clock } from "../core/clock.ts";
import { durationToMs } from "../core/duration.ts";
import { ReplayMismatchError } from "../core/errors.ts";
import type { ObservedRunEnd } from "../core/observer.ts";
import { functionBody, type FunctionDefinition } from "../core/function.ts";
import type { Randomness } from "../core/ids.ts";
import type { Post } from "../core/post.ts";
import { resolveRetryPolicy, type ResolvedRetryPolicy } from "../core/retry.ts";
import { LiveRun, cancelRun } from "../core/run.ts";
import type { StepAudience } from "../core/step-audience.ts";
import { tagsOf } from "../core/step-tags.ts";
import type { StepNode } from "../core/step-tree.ts";
import { encodeValue } from "../core/value-codec.ts";
import { DurableEngine } from "./durable-engine.ts";
import type { RecordedTransaction, RunKeeper, TransactedRecord } from "./run-keeper.ts";
import type { GroupCommit } from "./group-commit.ts";
import { RunHistory } from "./journal-fold.ts";
import type { OpenStep } from "./run-tree.ts";
import { CANCEL_ON_KEY, isEndOfStep, type StepRecord } from "./journal.ts";
import { receivedEvent } from "./received-event.ts";
import { RecordMaker, cancelOnRecord, takeoverRecord } from "./record-maker.ts";
import { isSuspect } from "./quarantine.ts";
import { SliceNote } from "./slice-note.ts";
import { sliceOf, traceText } from "./slice-trace.ts";
import { outcomeOfRun, type RunEnd } from "./run-outcome.ts";
import type { Arrival, ClaimedRun, RunChange, RunWrite, WriteResult } from "./store.ts";

/** A shorter wait is not worth leaving memory for. */
const SHORTEST_SUSPENSION_MS = 5_000;

export type MismatchPolicy = "pause" | "fail" | "ignore";

/** What all runs of a worker have in common. */
export interface RunSurroundings {
  readonly clock: Clock;
  readonly random: Randomness;
  readonly commits: GroupCommit;
  readonly audience: StepAudience;
  readonly retries: ResolvedRetryPolicy;
  readonly maxPayloadBytes: number;
  readonly maxSteps: number;
  readonly onMismatch: MismatchPolicy;
  readonly post: Post;
  /** Looks up what has come for the runs in memory, and tells them. */
  readonly lookForArrivals: () => Promise<void>;
}

/** Why a run is not in memory any more. */
export type ExecutionEnd = "ended" | "suspended" | "paused" | "lost";

export class RunExecution {
  readonly id: string;
  readonly #claimed: ClaimedRun;
  readonly #surroundings: RunSurroundings;
  readonly #engine: DurableEngine;
  readonly #run: LiveRun;
  readonly #definition: FunctionDefinition;
  readonly #sliceNote: SliceNote;
  readonly #startedMs: number;
  /** When its time is over. */
  readonly #deadlineMs: number;
  #root: StepNode | undefined;
  /** How many steps have an outcome. */
  #endedSteps: number;
  #isToEnd = false;
  #isChecking = false;
  #isTakeoverTold = false;
  #stopRest: (() => void) | undefined;
  #stopDeadline: (() => void) | undefined;
  /** Why it is to stand still, once somebody has asked. */
  #pauseNote: string | undefined;
  #keptEnd: RunEnd | undefined;
  #settle!: (end: ExecutionEnd) => void;
  /** N1 */
  readonly end: Promise<ExecutionEnd> = new Promise((resolve) => {
    this.#settle = resolve;
  });

  constructor(claimed: ClaimedRun, definition: FunctionDefinition, surroundings: RunSurroundings) {
    const { clock, random, audience, retries, maxPayloadBytes } = surroundings;
    const event = receivedEvent(claimed.event);
    this.id = claimed.run.id;
    this.#claimed = claimed;
    this.#definition = definition;
    this.#sliceNote = new SliceNote(claimed.run.token, clock);
    this.#surroundings = surroundings;
    this.#startedMs = clock.elapsed();
    const { finish } = definition.options.timeouts ?? {};
    this.#deadlineMs =
      (claimed.run.startedMs ?? clock.now()) + (finish === undefined ? Infinity : durationToMs(finish));
    this.#endedSteps = claimed.records.filter(isEndOfStep).length;
    const history = new RunHistory(claimed.records);
    this.#engine = new DurableEngine(history, new RecordMaker(clock, maxPayloadBytes, history), this.#keeper());
    this.#run = new LiveRun(
      { id: claimed.run.id, functionId: definition.id, functionName: definition.name, event, context: event.context },
      {
        engine: this.#engine,
        audience,
        clock,
        random,
        post: surroundings.post,
        retries: resolveRetryPolicy(definition.options.retries, retries),
      },
    );
  }

  get functionId(): string {
    return this.#claimed.run.functionId;
  }
  /** What it ended with, where this worker has written it. */
  get keptEnd(): RunEnd | undefined {
    return this.#keptEnd;
  }
  /** Whether it is to be in memory alone. */
  get isSuspect(): boolean {
    return isSuspect(this.#claimed.run);
  }

  /** Enters the function. */
  start(): void {
    const { run } = this.#claimed;
    this.#isToEnd = run.isCancelRequested;
    if (this.#isBeyondLimit) return this.#pause(beyondLimit(this.#endedSteps, this.#surroundings.maxSteps));
    const isFirst = run.startedMs === null;
    if (isFirst) this.#run.audience.runStarted(this.#run);
    else if (run.leftBy.length === 0)
      this.#run.audience.runResumed(this.#run, { reason: "woken", from: undefined, openSteps: [] });
    if (isFirst && this.#isLate()) return void this.#endAs("cancelled", undefined);
    const { event, records } = this.#claimed;
    this.#root = this.#run.enterAs(
      () => sliceOf(event, records),
      functionBody(this.#definition, this.id, this.#run.event),
      (instruments) => this.#sliceNote.set(traceText(instruments.traceCarrier(), false)),
    );
    this.#root.outcome().then(
      () => this.#ended(),
      () => this.#ended(),
    );
    this.#stopDeadline = deadlineTimer(this.#surroundings.clock, this.#deadlineMs, () => this.requestCancel());
    if (run.isPauseRequested) this.pause(run.note ?? "");
    if (run.isCancelRequested) this.requestCancel();
    else if (this.#definition.options.cancelOn !== undefined) void this.#watchForCancellation();
  }

  /** Whether it waited for a worker longer than its function allows. */
  #isLate(): boolean {
    const { start } = this.#definition.options.timeouts ?? {};
    const { run, event } = this.#claimed;
    const sinceMs = Math.max(run.createdMs, event.dueMs);
    return start !== undefined && this.#surroundings.clock.now() > sinceMs + durationToMs(start);
  }

  /** Kept with the run: what cancels it is looked for wherever it is. */
  async #watchForCancellation(): Promise<void> {
    const cancellers = cancellersOf(this.#definition.options.cancelOn, this.#run.event.data);
    const isWatched = this.#claimed.records.some(({ key }) => key.startsWith(CANCEL_ON_KEY));
    if (cancellers.length === 0 || isWatched) return;
    const nowMs = this.#surroundings.clock.now();
    const records = cancellers.map((canceller, place) => cancelOnRecord(place, canceller, nowMs));
    if ((await this.#save(records, null)) === "kept") await this.#surroundings.lookForArrivals();
  }

  /** N3 */
  requestCancel(): void {
    this.#isToEnd = true;
    void this.#engine.cancel();
  }

  /** What it is at. */
  openSteps(): readonly OpenStep[] {
    const { clock } = this.#surroundings;
    return this.#engine.openSteps().map((node) => ({
      key: node.key,
      number: node.number,
      name: node.name,
      kind: node.plan.kind,
      status: node.phase as OpenStep["status"],
      attempts: node.attempts,
      tags: tagsOf(node),
      startedMs: clock.now() - (clock.elapsed() - node.startedMs),
    }));
  }

  /** Something has come that one of its steps waits for. */
  arrived({ key, source, event, run }: Arrival): void {
    if (key.startsWith(CANCEL_ON_KEY)) this.requestCancel();
    else if (event !== null) this.#engine.arrived(key, { kind: "event", source, event: receivedEvent(event) });
    else if (run !== null) this.#engine.arrived(key, { kind: "run", source, outcome: outcomeOfRun(run) });
  }

  /** Lets what is at work end, and leaves. */
  drain(): void {
    this.#engine.drain();
  }

  /** The same, to stand still until it is resumed. */
  pause(note: string): void {
    this.#pauseNote ??= note;
    this.drain();
  }

  /** Leaves at once: what is at work is left alone, and recorded by nobody. */
  abandon(): void {
    this.#lose();
  }

  #keeper(): RunKeeper {
    return {
      clock: this.#surroundings.clock,
      isTakeover: this.#claimed.run.leftBy.length > 0,
      save: (records, change) => this.#save(records, change),
      transact: this.#surroundings.commits.hasTransactions ? (transaction) => this.#transact(transaction) : undefined,
      isBusy: () => this.#run.busyBodies > 0,
      onLost: () => this.#lose(),
      onMismatch: (text) => this.#mismatched(text),
      onBroken: (text) => this.#pause(text),
      onCaughtUp: () => this.#caughtUp(),
      lookForArrivals: () => this.#surroundings.lookForArrivals(),
      onWait: () => this.#checkSoon(),
      onCancelDue: () => this.#root !== undefined && cancelRun(this.#root),
    };
  }

  #save(records: readonly StepRecord[], change: RunChange | null): Promise<WriteResult> {
    for (const record of records) if (isEndOfStep(record)) this.#endedSteps++;
    if (this.#isBeyondLimit) this.drain(); // what is at work ends; it is paused when it is claimed again
    const { token } = this.#claimed.run;
    const writing = this.#sliceNote.writtenWith(records, change, (all) =>
      this.#surroundings.commits.save({ runId: this.id, token, records: all, change }),
    );
    if (change?.kind === "end") void writing.then((result) => result === "kept" && (this.#keptEnd = change));
    return writing;
  }

  async #transact({ body, record }: RecordedTransaction): Promise<TransactedRecord> {
    const { token } = this.#claimed.run;
    const write = (value: unknown): Omit<RunWrite, "saveId"> => ({
      runId: this.id,
      token,
      records: [record(value)],
      change: null,
    });
    const { end, records } = await this.#surroundings.commits.transact(this.id, { body, write });
    if (end === "kept") this.#endedSteps += records.length;
    return { end, records };
  }

  /** N4 */
  get #isBeyondLimit(): boolean {
    return this.#endedSteps > this.#surroundings.maxSteps && !this.#isToEnd;
  }

  async #ended(): Promise<void> {
    const { phase, error } = this.#root!;
    if (phase === "cancelled") return this.#endAs("cancelled", undefined);
    this.#tellEnd(phase as "completed", error);
  }

  /** Ends the run from outside of its code. What is at work is left alone. */
  async #endAs(status: "cancelled" | "failed", error: unknown): Promise<void> {
    const records = this.#takeoverRecords(); // before the engine forgets what is open
    this.#drop();
    const errorText = error === undefined ? null : encodeValue(error);
    const atMs = this.#surroundings.clock.now();
    await this.#save(records, { kind: "end", status, output: null, error: errorText, atMs });
    this.#tellEnd(status, error);
  }

  #tellEnd(outcome: ObservedRunEnd["outcome"], error: unknown): void {
    const { clock } = this.#surroundings;
    this.#stopDeadline?.();
    const duration = clock.elapsed() - this.#startedMs;
    const startedMs = this.#claimed.run.startedMs ?? clock.now() - duration;
    this.#run.audience.runEnded(this.#run, { outcome, error, duration, startedMs });
    this.#settle("ended");
  }

  #drop(): void {
    this.#run.isDropped = true;
    this.#engine.drop();
    this.#stopRest?.();
    this.#stopDeadline?.();
  }

  /** It is not this worker's any more. */
  #lose(): void {
    if (!this.#run.isDropped) this.#run.audience.runSuspended(this.#run, { reason: "left", dueAt: undefined });
    this.#drop();
    this.#settle("lost");
  }

  #checkSoon(): void {
    if (this.#isChecking) return;
    this.#isChecking = true;
    this.#surroundings.clock.turn(() => {
      this.#isChecking = false;
      this.#suspendIfQuiet();
    });
  }

  /** N2 */
  #suspendIfQuiet(): void {
    this.#stopRest?.();
    if (this.#run.isDropped) return;
    const suspension = this.#engine.suspension(this.#run.activeSteps);
    if (suspension === undefined) return;
    const { status } = suspension;
    const dueMs = earlier(suspension.dueMs, this.#deadlineMs);
    const { clock } = this.#surroundings;
    const isLeaving = this.#engine.isDraining;
    if (!isLeaving && dueMs !== null && dueMs < clock.now() + SHORTEST_SUSPENSION_MS) return;
    const restMs = isLeaving ? 0 : this.#engine.restInMs();
    if (restMs > 0) {
      this.#stopRest = clock.timer(restMs, () => this.#suspendIfQuiet());
      return;
    }
    const waits = this.#engine.waitingKeys();
    this.#drop();
    void this.#save([], { kind: "suspend", status, dueMs, waits }).then(() => {
      this.#tellSuspended(isLeaving ? "left" : "waiting", dueMs);
      this.#settle("suspended");
    });
  }

  #tellSuspended(reason: "left" | "waiting", dueMs: number | null): void {
    const { audience } = this.#run;
    if (this.#pauseNote !== undefined) audience.runPaused(this.#run, this.#pauseNote);
    else audience.runSuspended(this.#run, { reason, dueAt: dueMs === null ? undefined : new Date(dueMs) });
  }

  #mismatched(text: string): boolean {
    const { onMismatch } = this.#surroundings;
    if (onMismatch === "ignore") return true;
    if (onMismatch === "pause" || this.#claimed.run.isCancelRequested) this.#pause(text);
    else void this.#endAs("failed", ReplayMismatchError.for(this.#definition.name, this.id, text));
    return false;
  }

  #pause(text: string): void {
    // A run that was asked to end and cannot be brought to its `finally` ends without it.
    if (this.#claimed.run.isCancelRequested) return void this.#endAs("cancelled", undefined);
    const { clock } = this.#surroundings;
    this.#drop();
    void this.#save([], { kind: "pause", note: text, atMs: clock.now() }).then(() => {
      this.#run.audience.runPaused(this.#run, text);
      this.#settle("paused");
    });
  }

  /**
   * Writes a takeover down, with the steps that had no outcome then, before any of them runs again (P3). An owner that was gone
   * before it came to do so had begun nothing new: the same steps were open when it was taken over.
   */
  async #caughtUp(): Promise<void> {
    const last = this.#claimed.run.leftBy.at(-1);
    if (last === undefined) return;
    const openSteps = this.#openPlaces();
    const records = this.#takeoverRecords();
    this.#isTakeoverTold = true; // whatever ends the run while this is saved does not tell it again
    const result = await this.#save(records, { kind: "acknowledge" });
    if (result !== "kept") return this.#lose();
    this.#run.audience.runResumed(this.#run, { reason: "takeover", from: last.from, openSteps });
  }

  #takeoverRecords(): StepRecord[] {
    const { leftBy, token } = this.#claimed.run;
    if (this.#isTakeoverTold) return [];
    return leftBy.map((owner, place) => takeoverRecord(`${token}.${place}`, owner, this.#openPlaces()));
  }

  #openPlaces(): { readonly number: string; readonly name: string }[] {
    return this.#engine.openSteps().map(({ number, name }) => ({ number, name }));
  }
}

function beyondLimit(steps: number, most: number): string {
  return `it has recorded ${steps} steps, and may record ${most}: does a loop have no end? Cancel it, or raise createApp({ maxSteps })`;
}
function deadlineTimer(clock: Clock, deadlineMs: number, onOver: () => void): () => void {
  return deadlineMs === Infinity ? () => {} : clock.timer(Math.max(0, deadlineMs - clock.now()), onOver);
}
function earlier(dueMs: number | null, deadlineMs: number): number | null {
  return deadlineMs === Infinity ? dueMs : Math.min(dueMs ?? Infinity, deadlineMs);
}
