// One claimed run, from its claim until it ends or leaves memory.
//
// Owns: the run in memory. Does not own: claims and leases (worker), records (durable-engine).
// Called by: the worker.
//   N1. It settles once: the run has ended, has left memory, is paused, or is not this worker's any more.
//   N2. A run leaves memory when all its open steps wait, the next of them for long enough; no user code notices.
//   N3. Once a cancellation was accepted, the run ends as cancelled, whatever its body makes of it.
import type { Clock } from "../core/clock.ts";
import { contextOf } from "../core/context.ts";
import { ReplayMismatchError } from "../core/errors.ts";
import type { ReceivedEvent } from "../core/event.ts";
import { functionBody, type FunctionDefinition } from "../core/function.ts";
import type { Randomness } from "../core/ids.ts";
import { resolveRetryPolicy, type ResolvedRetryPolicy } from "../core/retry.ts";
import { LiveRun, cancelRun } from "../core/run.ts";
import type { StepAudience } from "../core/step-audience.ts";
import type { StepNode } from "../core/step-tree.ts";
import { decodeValue, encodeValue } from "../core/value-codec.ts";
import { DurableEngine, type RunKeeper } from "./durable-engine.ts";
import type { GroupCommit } from "./group-commit.ts";
import { RunHistory } from "./journal-fold.ts";
import type { OpenStep } from "./run-tree.ts";
import type { EventRecord, StepRecord } from "./journal.ts";
import { RecordMaker, takeoverRecord } from "./record-maker.ts";
import type { ClaimedRun, RunChange, WriteResult } from "./store.ts";

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
  readonly onMismatch: MismatchPolicy;
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
  readonly #startedMs: number;
  #root: StepNode | undefined;
  #isChecking = false;
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
    this.#surroundings = surroundings;
    this.#startedMs = clock.elapsed();
    const history = new RunHistory(claimed.records);
    this.#engine = new DurableEngine(history, new RecordMaker(clock, maxPayloadBytes, history), this.#keeper());
    this.#run = new LiveRun(
      { id: claimed.run.id, functionId: definition.id, functionName: definition.name, event, context: event.context },
      {
        engine: this.#engine,
        audience,
        clock,
        random,
        retries: resolveRetryPolicy(definition.options.retries, retries),
      },
    );
  }

  /** Enters the function. */
  start(): void {
    const { run } = this.#claimed;
    const isFirst = run.startedMs === null;
    if (isFirst) this.#surroundings.audience.runStarted(this.#run);
    else if (run.leftBy === null)
      this.#surroundings.audience.runResumed(this.#run, { reason: "woken", from: undefined, openSteps: [] });
    this.#root = this.#run.enter(functionBody(this.#definition, this.id, this.#run.event));
    this.#root.outcome().then(
      () => this.#ended(),
      () => this.#ended(),
    );
    if (run.isCancelRequested) this.requestCancel();
  }

  /** N3 */
  requestCancel(): void {
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
      tags: node.tags,
      startedMs: clock.now() - (clock.elapsed() - node.startedMs),
    }));
  }

  /** Lets what is at work end, and leaves. */
  drain(): void {
    this.#engine.drain();
  }

  /** Leaves at once: what is at work is left alone, and recorded by nobody. */
  abandon(): void {
    this.#drop("lost");
  }

  #keeper(): RunKeeper {
    return {
      clock: this.#surroundings.clock,
      isTakeover: this.#claimed.run.leftBy !== null,
      save: (records, change) => this.#save(records, change),
      isBusy: () => this.#run.busyBodies > 0,
      onLost: () => this.#drop("lost"),
      onMismatch: (text) => this.#mismatched(text),
      onCaughtUp: (openSteps) => this.#caughtUp(openSteps),
      onWait: () => this.#checkSoon(),
      onCancelDue: () => this.#root !== undefined && cancelRun(this.#root),
    };
  }

  #save(records: readonly StepRecord[], change: RunChange | null): Promise<WriteResult> {
    return this.#surroundings.commits.save({ runId: this.id, token: this.#claimed.run.token, records, change });
  }

  async #ended(): Promise<void> {
    const root = this.#root!;
    if (root.phase === "cancelled") await this.#saveCancelled();
    this.#surroundings.audience.runEnded(this.#run, {
      outcome: root.phase as "completed",
      error: root.error,
      duration: this.#surroundings.clock.elapsed() - this.#startedMs,
    });
    this.#settle("ended");
  }

  #saveCancelled(): Promise<WriteResult> {
    const atMs = this.#surroundings.clock.now();
    return this.#save([], { kind: "end", status: "cancelled", output: null, error: null, atMs });
  }

  #endCancelled(): void {
    this.#run.isDropped = true;
    this.#engine.drop();
    const { audience, clock } = this.#surroundings;
    void this.#saveCancelled().then(() => {
      audience.runEnded(this.#run, {
        outcome: "cancelled",
        error: undefined,
        duration: clock.elapsed() - this.#startedMs,
      });
      this.#settle("ended");
    });
  }

  #drop(end: ExecutionEnd): void {
    this.#run.isDropped = true;
    this.#engine.drop();
    this.#settle(end);
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
    if (this.#run.isDropped) return;
    const suspension = this.#engine.suspension(this.#run.activeSteps);
    if (suspension === undefined) return;
    const { status, dueMs } = suspension;
    const isShort = dueMs < this.#surroundings.clock.now() + SHORTEST_SUSPENSION_MS;
    if (isShort && !this.#engine.isDraining) return;
    this.#run.isDropped = true;
    this.#engine.drop();
    void this.#save([], { kind: "suspend", status, dueMs }).then(() => this.#settle("suspended"));
  }

  #mismatched(text: string): void {
    const { clock } = this.#surroundings;
    // A run that was asked to end and cannot be brought to its `finally` ends without it.
    if (this.#claimed.run.isCancelRequested) return this.#endCancelled();
    const { onMismatch } = this.#surroundings;
    if (onMismatch === "ignore") return this.#engine.ignoreMismatch();
    this.#run.isDropped = true;
    this.#engine.drop();
    const error = ReplayMismatchError.for(this.#definition.name, this.id, text);
    const change: RunChange =
      onMismatch === "pause"
        ? { kind: "pause", note: text, atMs: clock.now() }
        : { kind: "end", status: "failed", output: null, error: encodeValue(error), atMs: clock.now() };
    void this.#save([], change).then(() => {
      if (onMismatch === "pause") this.#surroundings.audience.runPaused(this.#run, text);
      else
        this.#surroundings.audience.runEnded(this.#run, {
          outcome: "failed",
          error,
          duration: clock.elapsed() - this.#startedMs,
        });
      this.#settle(onMismatch === "pause" ? "paused" : "ended");
    });
  }

  /** Writes a takeover down, with the steps that had no outcome then, before any of them runs again (P3). */
  async #caughtUp(openSteps: readonly StepNode[]): Promise<void> {
    const { leftBy, token } = this.#claimed.run;
    if (leftBy === null) return;
    const steps = openSteps.filter(({ home }) => home !== undefined).map(({ number, name }) => ({ number, name }));
    const record = takeoverRecord(token, leftBy, steps, this.#surroundings.clock.now());
    const result = await this.#save([record], { kind: "acknowledge" });
    if (result !== "kept") return this.#drop("lost");
    this.#surroundings.audience.runResumed(this.#run, { reason: "takeover", from: leftBy, openSteps: steps });
  }
}

/** An event as a function receives it, decoded for this run alone. */
export function receivedEvent(record: EventRecord): ReceivedEvent {
  const { id, name, ts, version } = record;
  const user = decodeValue(record.user);
  return Object.freeze({
    id,
    name,
    data: decodeValue(record.data),
    user,
    ts,
    v: version ?? undefined,
    context: contextOf(name, decodeValue(record.context) as object | undefined, user),
  });
}
