// The engine over a journal: what was recorded is handed out again, what is new is carried out and recorded.
//
// Owns: the history of one run while one worker has it. Does not own: when a run is claimed (worker), how saves reach the store
// (group-commit), in which order a replay goes (core/replay), what a record says (record-maker).
// Called by: core/carry-out for steps, run-execution for the run.
//   D1. An outcome is handed to code only after it was committed, decoded from what was committed, and in the order of commits.
//   D2. Nothing is recorded while recorded outcomes are still to be handed out: what is new waits for its turn.
//   D3. A run that is dropped does nothing any more: its promises never settle, its saves are not made.
//   D4. Where something recorded is ahead, what is new is left out: that is answered at once, and kept without a place, for good.
import type { Arrived, Awaited } from "../core/awaited.ts";
import type { Engine, Recalled, StepTransaction } from "../core/engine.ts";
import { isOfUnknownClass, rememberErrorClasses } from "../core/error-codec.ts";
import type { Outcome } from "../core/outcome.ts";
import { handlerKey } from "../core/step-key.ts";
import type { StepNode } from "../core/step-tree.ts";
import { waitUntil, type WaitEnd } from "../core/step-wait.ts";
import { never } from "../internal/never.ts";
import { textOfThrown } from "../internal/thrown.ts";
import { ArrivalWaits } from "./arrival-waits.ts";
import { AttemptLimits } from "./attempt-limits.ts";
import type { RunHistory } from "./journal-fold.ts";
import { invokedBy, isMereWait, type StepRecord } from "./journal.ts";
import { contradictionText, mismatchText, wantedStep } from "./mismatch.ts";
import { BegunSteps } from "./begun-steps.ts";
import { ClassWalks } from "./class-walks.ts";
import { OpenWaits } from "./open-waits.ts";
import { OutcomeTurns } from "./outcome-turns.ts";
import type { RecordMaker } from "./record-maker.ts";
import { classesOf } from "./step-record.ts";
import type { RunKeeper, Suspension } from "./run-keeper.ts";
import type { WriteResult } from "./store.ts";
import { StepTransactions } from "./step-transactions.ts";

export class DurableEngine implements Engine {
  readonly isKeeping = true;
  readonly #history: RunHistory;
  readonly #maker: RecordMaker;
  readonly #keeper: RunKeeper;
  readonly #turns: OutcomeTurns;
  readonly #walks = new ClassWalks();
  #arrivals: ArrivalWaits | undefined;
  readonly #begun: BegunSteps;
  /** Started, and without an outcome. */
  readonly #open = new Set<StepNode>();
  readonly #waits = new OpenWaits();
  readonly #limits: AttemptLimits;
  readonly #transactions: StepTransactions;
  /** And what is asked of the store. */
  #savesOnTheWay = 0;
  #isCancelling = false;
  #isDropped = false;
  #isDraining = false;

  constructor(history: RunHistory, maker: RecordMaker, keeper: RunKeeper) {
    this.#history = history;
    this.#maker = maker;
    this.#keeper = keeper;
    const hooks = {
      onMismatch: () => {
        const unasked = { outcomes: this.#turns.required, begun: this.#unasked };
        if (!keeper.onMismatch(mismatchText(history, unasked, this.openSteps().map(wantedStep)))) return;
        this.#begun.forgetAll(); // what was recorded and is not asked for is left alone
        this.#turns.abandonRequired();
      },
      isLacking: () => this.#unasked.length > 0,
      onOver: () => keeper.onCaughtUp().then(() => keeper.onWait()),
      onGoesOn: () => !this.#waits.isEmpty && keeper.onWait(), // what it goes on to may be the last that was at work
    };
    this.#begun = new BegunSteps(history.begun(), (key) => isMereWait(history.record(key)!));
    this.#turns = new OutcomeTurns(keeper, history.required(), hooks);
    const { clock } = keeper;
    this.#limits = new AttemptLimits({ clock, history, maker, whenOver: (call) => this.#turns.whenOver(call) });
    this.#transactions = new StepTransactions(history, maker, keeper);
    const { cancellation } = history;
    if (cancellation !== undefined) this.#turns.ask(cancellation.sequence!, () => keeper.onCancelDue());
  }

  isOpen(): boolean {
    return this.#mayBegin && this.#begun.isEmpty && this.#walks.isEmpty;
  }
  beginsAnew(node: StepNode): boolean {
    if (this.#history.has(node.key) || this.#history.isEntered(node.key)) return false;
    this.#noteQuestion(node);
    this.#open.add(node);
    return true;
  }

  recall(node: StepNode): Recalled | undefined {
    this.#noteQuestion(node);
    const record = this.#history.record(node.key);
    const contradiction = record === undefined ? undefined : contradictionText(record, wantedStep(node));
    if (contradiction !== undefined && !this.#keeper.onMismatch(contradiction)) return { kind: "held", turn: never() };
    if (record?.state === "ended") return this.#recallEnded(node, record);
    if (this.#walks.stopAround(node)) return { kind: "held", turn: never() };
    this.#open.add(node);
    if (!this.#begun.isEmpty) this.#noteAsked(node);
    switch (record?.state) {
      case "settled":
        return this.#recallSettled(node, record);
      case "retrying":
        return this.#history.isEnteredSince(record) || (this.#isCode(node) && record.dueMs! <= this.#keeper.clock.now())
          ? { kind: "entered", attempt: record.attempts }
          : { kind: "retrying", attempt: record.attempts, dueMs: record.dueMs! };
      case "sleeping":
        return { kind: "sleeping", dueMs: record.dueMs! };
      case "waiting":
        return { kind: "waiting", dueMs: record.dueMs, runId: invokedBy(record), attempts: record.attempts };
      case "limited":
        return { kind: "entered", attempt: record.attempts };
      case "started":
        return { kind: "interrupted" };
    }
    if (this.#history.isEntered(node.key) || node.home === undefined) return { kind: "entered", attempt: 1 };
    if (node.plan.kind === "patched") return this.#recallPatched(node);
    return this.#mayBegin ? undefined : { kind: "held", turn: this.#turns.turnToBegin(node) };
  }
  admit(node: StepNode, value: unknown): unknown {
    return this.#transactions.kept(node) === undefined ? this.#maker.admit(node, value) : undefined;
  }

  /** D1, D2 */
  async record(node: StepNode, outcome: Outcome): Promise<Outcome> {
    const kept = this.#transactions.kept(node);
    if (kept !== undefined) this.#open.delete(node);
    if (kept !== undefined) return this.#maker.outcome(node, kept);
    if (outcome.status !== "completed") this.#begun.forgetBelow(node.key);
    const record = this.#maker.ended(node, outcome);
    if (node.home === undefined) return this.#endRun(node, record);
    const end = this.#turns.isOver ? "done" : await this.#turns.turnToBegin(node);
    if (this.#isDropped) return never();
    const isKept = end === "done" && node.home.phase !== "ended";
    if (isKept) {
      record.sequence = this.#history.nextSequence();
      const records = [record];
      this.#beginSave(records);
      if (!this.#isSaved(await this.#keeper.save(records, null))) return never();
    }
    this.#open.delete(node);
    return isKept ? this.#maker.outcome(node, record) : { status: "cancelled" };
  }

  /** D2 */
  async transact(node: StepNode, transaction: StepTransaction): Promise<unknown> {
    await this.#turns.turn(node);
    if (this.#isDropped) return never();
    this.#savesOnTheWay++;
    const end = await this.#transactions.carryOut(node, transaction);
    this.#savesOnTheWay--;
    if (this.#isDropped) return never();
    if ("thrown" in end) throw end.thrown;
    return end.value;
  }

  turnOf(node: StepNode): Promise<void> | undefined {
    const sequence = this.#history.record(node.key)?.sequence;
    return sequence === undefined || sequence === null ? undefined : this.#turns.turnOf(node, sequence);
  }
  async settle(node: StepNode, error: unknown): Promise<unknown> {
    if (this.#history.record(node.key)?.state === "settled") return error; // it was recalled
    this.#begun.forgetBelow(node.key);
    const text = this.#maker.errorText(node, error);
    await this.#keep(node, () => [this.#maker.settled(node, text)]);
    return this.#maker.decoded(node, text);
  }

  async waitForRetry(
    node: StepNode,
    failed: { readonly error: unknown; readonly nextAttempt: number; readonly delayMs: number },
  ): Promise<WaitEnd> {
    this.#begun.forgetBelow(node.key);
    const next = { attempt: failed.nextAttempt, dueMs: this.#keeper.clock.now() + failed.delayMs, error: failed.error };
    const end = await this.#keep(node, () => [this.#maker.retrying(node, next), ...this.#limits.recordsAround(node)]);
    return end === "cancelled" ? end : this.resume(node, next.dueMs);
  }
  limit(node: StepNode, timeoutMs: number, onOver: () => void): () => void {
    return this.#isDropped ? () => {} : this.#limits.begin(node, timeoutMs, onOver);
  }
  async sleep(node: StepNode, dueMs: number): Promise<WaitEnd> {
    if (dueMs <= this.#keeper.clock.now()) return "done";
    const end = await this.#keep(node, () => [this.#maker.sleeping(node, dueMs), ...this.#limits.recordsAround(node)]);
    return end === "cancelled" ? end : this.resume(node, dueMs);
  }
  async resume(node: StepNode, dueMs: number): Promise<WaitEnd> {
    const end = await this.#waiting(node, dueMs, () => waitUntil(node, this.#keeper.clock, dueMs));
    if (end === "cancelled" || this.#mayBegin || node.phase === "sleeping") return end;
    return this.#turns.turnToBegin(node);
  }

  async awaitArrival(node: StepNode, awaited: Awaited, dueMs: number | null): Promise<Arrived | "cancelled"> {
    if (this.#history.record(node.key)?.state !== "waiting") {
      const end = await this.#keep(node, () => [
        this.#maker.waiting(node, awaited, dueMs),
        ...this.#limits.recordsAround(node),
      ]);
      if (end === "cancelled") return end;
    }
    return this.#waiting(node, dueMs ?? Number.POSITIVE_INFINITY, (deadlineMs) =>
      this.#arrivalWaits.wait(node, deadlineMs),
    );
  }

  /** Made for the first: most runs wait for nothing. */
  get #arrivalWaits(): ArrivalWaits {
    this.#arrivals ??= new ArrivalWaits({
      clock: this.#keeper.clock,
      look: () => this.#look(),
      close: (node) => this.#keeper.save([this.#maker.closed(node)], null),
    });
    return this.#arrivals;
  }
  /** Until it is known what has come, the run stays in memory. */
  async #look(): Promise<void> {
    if (this.#isDropped) return never();
    this.#savesOnTheWay++;
    await this.#keeper.lookForArrivals();
    this.#savesOnTheWay--;
    this.#keeper.onWait();
  }
  /** Something has come for a step's wait. */
  arrived(key: string, arrived: Arrived): void {
    this.#arrivalWaits.came(key, arrived);
  }

  /** While a step waits, the run may leave memory. */
  async #waiting<End>(
    node: StepNode,
    dueMs: number,
    wait: (dueMs: number) => Promise<End>,
  ): Promise<End | "cancelled"> {
    if (this.#isDropped) return never();
    if (node.isStopped) return "cancelled";
    this.#waits.begin(node, dueMs);
    this.#keeper.onWait();
    const end = await wait(dueMs);
    if (this.#isDropped) return never();
    this.#waits.end(node);
    this.#keeper.onWait();
    return end;
  }
  noteCancelled(node: StepNode): void {
    if (this.#isDropped || node.home === undefined || this.#history.has(node.key)) return;
    void this.#save([this.#maker.cancelled(node)]);
  }
  putAside({ number, name }: StepNode, thrown: unknown): Promise<never> {
    if (!this.#isDropped)
      this.#keeper.onBroken(`${number} ${name} cannot be carried out: ${textOfThrown(thrown)}`.trim());
    return never();
  }
  async markStarted(node: StepNode): Promise<void> {
    await this.#keep(node, () => [this.#maker.started(node)]);
  }

  /** Keeps a cancellation that was asked for. Its turn comes as any outcome's does. */
  async cancel(): Promise<void> {
    if (this.#history.cancellation !== undefined || this.#isCancelling) return;
    this.#isCancelling = true;
    await this.#turns.turn(undefined, this.#turns.isAllGiven); // code that has not asked for all that had begun is ended all the same
    if (this.#isDropped) return;
    const record = this.#maker.cancellation();
    await this.#save([record]);
    this.#turns.ask(record.sequence!, () => this.#keeper.onCancelDue());
  }

  /** Whether the run may leave memory now: undefined while some step is at work. */
  suspension(activeSteps: number): Suspension | undefined {
    if (this.#savesOnTheWay > 0) return undefined;
    if (this.#isDraining && this.#turns.waiting > 0) {
      const isAtWork = activeSteps > this.#turns.countActive();
      return isAtWork ? undefined : { status: "queued", dueMs: this.#keeper.clock.now() };
    }
    if (activeSteps > 0 || this.#waits.isEmpty) return undefined;
    // What waits for its turn, and a cancellation, are about to come.
    if (!this.#isDraining && (!this.#turns.isAllGiven || this.#turns.waiting > 0 || this.#isCancelling))
      return undefined;
    const dueMs = Math.min(this.#waits.firstDueMs, ...this.#limits.dueMs);
    return { status: this.#waits.status, dueMs: dueMs === Number.POSITIVE_INFINITY ? null : dueMs };
  }
  /** The keys of the steps that wait. */
  waitingKeys(): readonly string[] {
    return this.#waits.keys;
  }
  /** Until the code is taken to be at rest: a body that awaits something other than a step may ask for one. */
  restInMs(): number {
    return this.#turns.restInMs();
  }
  get isDraining(): boolean {
    return this.#isDraining;
  }
  /** Started, and without an outcome: at work, waiting, or cancelled in the meantime. */
  openSteps(): readonly StepNode[] {
    return [...this.#open].filter((node) => node.home !== undefined);
  }

  /** Begins and hands out nothing more; what is at work is recorded when it ends. */
  drain(): void {
    this.#isDraining = true;
    this.#turns.drain();
    this.#keeper.onWait();
  }
  /** D3 */
  drop(): void {
    this.#isDropped = true;
    this.#turns.drop();
    this.#waits.drop();
    this.#limits.drop();
  }

  #noteQuestion(node: StepNode): void {
    rememberErrorClasses(classesOf(node));
    this.#turns.noteQuestion(node);
  }
  get #mayBegin(): boolean {
    return this.#turns.isOver && !this.#isDraining;
  }
  #noteAsked({ key, plan }: StepNode): void {
    this.#begun.asked(key, plan.kind !== "patched" && !this.#history.has(key) && !this.#history.isEntered(key));
    this.#turns.noteAsked();
  }
  get #unasked(): readonly string[] {
    return this.#begun.unasked(this.#open, (node) => this.#limits.has(node));
  }

  /** D4 */
  #recallPatched(node: StepNode): Recalled | undefined {
    const isBehind = !this.#turns.isOver && (this.#turns.required.length > 0 || !this.#begun.isEmpty);
    if (!isBehind && !this.#begun.hasWaitAhead) return undefined; // it is recorded in its turn
    this.#open.delete(node);
    void this.#save([this.#maker.ended(node, { status: "completed", value: false })]);
    return { kind: "old" };
  }

  #recallEnded(node: StepNode, record: StepRecord): Recalled {
    if (record.sequence === null) return { kind: "old" };
    const isUnknown = record.status === "failed" && isOfUnknownClass(this.#maker.decoded(node, record.error!));
    if (!isUnknown || !this.#history.isEntered(node.key))
      return { kind: "ended", outcome: this.#handedOut(node, record) };
    return { kind: "walked", stopped: this.#walks.begin(node), outcome: () => this.#handedOut(node, record) };
  }

  /**
   * Whether a body, and its handlers, may be entered while recorded outcomes are still to be handed out: the function's own are
   * code around steps, and what they ask for is what was open. Not when a cancellation is about to come.
   */
  #isCode(node: StepNode): boolean {
    return node.home === undefined && this.#history.cancellation === undefined;
  }

  #recallSettled(node: StepNode, { error, attempts, steps }: StepRecord): Recalled {
    const settled = { kind: "settled", error: this.#maker.decoded(node, error!), attempts, steps: steps! } as const;
    const isEntered = this.#history.isEntered(handlerKey(node.key)) || this.#isCode(node);
    return this.#mayBegin || isEntered ? settled : { ...settled, turn: this.#turns.turnToBegin(node) };
  }

  #handedOut(node: StepNode, record: StepRecord): Promise<Outcome> {
    return this.#turns.turnOf(node, record.sequence!).then(() => this.#maker.outcome(node, record));
  }

  /** D2. Cancelled: in the turn before, so that nothing was kept. */
  async #keep(node: StepNode, make: () => readonly StepRecord[]): Promise<WaitEnd> {
    const end = this.#turns.isOver ? "done" : await this.#turns.turnToBegin(node);
    if (this.#isDropped) return never();
    if (end === "done" && node.home?.phase !== "ended") await this.#save(make());
    return end;
  }

  async #save(records: readonly StepRecord[]): Promise<void> {
    this.#beginSave(records);
    if (!this.#isSaved(await this.#keeper.save(records, null))) return never();
  }
  #beginSave(records: readonly StepRecord[]): void {
    for (const record of records) this.#history.add(record);
    this.#savesOnTheWay++;
  }
  /** D3: whether whoever waits for it may go on. */
  #isSaved(result: WriteResult): boolean {
    this.#savesOnTheWay--;
    if (result !== "kept") this.#keeper.onLost();
    return result === "kept" && !this.#isDropped;
  }

  async #endRun(node: StepNode, record: StepRecord): Promise<Outcome> {
    await this.#turns.turn(node);
    if (this.#isDropped) return never();
    const { value: output, error, endedMs } = record;
    const status = record.status === "failed" ? "failed" : "completed";
    const result = await this.#keeper.save([], { kind: "end", status, output, error, atMs: endedMs! });
    if (result === "cancelRequested") return { status: "cancelled" };
    if (result === "refused") this.#keeper.onLost();
    return result === "kept" ? this.#maker.outcome(node, record) : never();
  }
}
