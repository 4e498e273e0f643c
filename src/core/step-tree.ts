// The tree of a run while it is in memory: its steps, and the attempts at their bodies.
//
// Owns: who is whose child, numbers and keys, where each step and attempt is in its life, and cancellation from the top down.
// Does not own: how a body is driven (body.ts), how a step is carried out (carry-out.ts), what is kept of it (the engine).
// Called by: step-start, body, carry-out, combinators, the engines, observers.
//   T1. A step takes its ordinal and its key once, when it starts; neither changes.
//   T2. An attempt that was cancelled starts no new step, except the cleanup in a generator's `finally`.
//   T3. An attempt that has ended never starts a step again.
import { bug } from "../internal/bug.ts";
import type { Entrance } from "./entrance.ts";
import type { StepLog } from "./log.ts";
import { NameCount } from "./name-count.ts";
import type { ObservedRun } from "./observer.ts";
import type { CodeEnd, Outcome } from "./outcome.ts";
import type { RunSubject } from "./run-subject.ts";
import { NO_LINKS, type Chain } from "./step-chain.ts";
import { NO_EXTRAS, StepExtras } from "./step-extras.ts";
import type { Instruments } from "./instruments.ts";
import { handlerKey } from "./step-key.ts";
import { childNumber } from "./step-number.ts";
import {
  isLastPhase,
  mayAttemptMove,
  mayStepMove,
  type AttemptPhase,
  type Cancellation,
  type StepDemand,
  type StepPhase,
} from "./step-phase.ts";
import { forgetBody, isNumbered, type StepPlan } from "./step-plan.ts";
import type { Signal } from "./step-options.ts";

/** What a step knows of the run that it belongs to. */
export interface RunFrame extends RunSubject {
  readonly observed: ObservedRun;
  /** What its steps' code is entered through, if anything. */
  readonly instruments: Instruments | undefined;
  /** Set once this instance must not do anything any more: the run was suspended, or another worker has it. */
  isDropped: boolean;
  /** By `clock.elapsed()`: what its steps' times are counted from. */
  readonly bornMs: number;
  /** Steps that do something themselves: their bodies run, and wait for no substep. */
  activeSteps: number;
  /** Bodies that may be in the middle of something other than a step. */
  busyBodies: number;
  nowUs(): number; // microseconds since it was born, in this process
  readonly quick: QuickSteps;
  carryOut(node: StepNode): Promise<unknown>;
  /** The same for a step whose body was entered, and gave this. */
  carryOn(node: StepNode, given: unknown): Promise<unknown>;
  /** The same for one whose body has ended, with its outcome. */
  carryEnd(node: StepNode, outcome: Outcome | Promise<Outcome>): Promise<unknown>;
  logOf(node: StepNode): StepLog;
}

/** The quick lane of a run (quick-lane.ts). */
export interface QuickSteps {
  readonly isKeeping: boolean; // a step then ends by `keep`, not by `end`
  admits(node: StepNode): boolean;
  begin(node: StepNode, nowUs: number): boolean;
  end(node: StepNode, value: unknown, nowUs: number): unknown;
  keep(node: StepNode, value: unknown, given: unknown): Promise<unknown>;
  fail(node: StepNode, thrown: unknown, given: unknown, entrance: Entrance<Place>): CodeEnd | Promise<unknown>;
  start(node: StepNode): void;
}

/** Who waits for a body in the quick lane, and hands it over to carry-out when something else comes. */
export interface QuickWaiter {
  readonly promise: Promise<unknown> | undefined; // of the outcome, where somebody may ask for it
  handOver(node: StepNode): void;
}

type Place = Attempt | StepNode;
type Extras = StepExtras<{ readonly step: StepNode; readonly run: RunFrame }>;

/** One step of one run. What few steps need is in its extras: finished steps stay in memory as long as their run. */
export class StepNode {
  plan: StepPlan;
  /** The attempt that it is a step of. Undefined for the function itself. */
  home: Attempt | undefined;
  /** The links of the view that it was started by. */
  chain: Chain = NO_LINKS;
  phase: StepPhase = "created";
  demand: StepDemand = "none";
  /** Its place among its parent's steps, from 1; 0 until it starts. */
  ordinal = 0;
  /** Among the steps of its name in its parent, from 1; 0 until somebody asks. */
  occurrence = 0;
  /** The attempt that is running, or ran last. */
  attempt: Attempt | undefined;
  /** Microseconds since its run was born, in this process: whole numbers take no memory of their own. */
  startedUs = 0;
  endedUs = 0;
  /** What it failed with, or recovered from. */
  error: unknown;
  /** How often its body has been entered. */
  attempts = 0;
  /** How often its policy lets it be tried again. */
  retries = 0;
  /** Who waits for its body in the quick lane, if it is not the drive of the generator around it. */
  waiter: QuickWaiter | undefined;
  #key: string | undefined;
  #extras: Extras | undefined;

  constructor(run: RunFrame, plan: StepPlan, home: Attempt | undefined) {
    this.plan = plan;
    this.home = home;
    if (home === undefined) this.extras.run = run;
  }

  get run(): RunFrame {
    return this.home === undefined ? this.extras.run! : this.home.run;
  }
  get extras(): Extras {
    this.#extras ??= new StepExtras();
    return this.#extras;
  }
  /** Its extras, if it needed any. */
  get special(): Readonly<Extras> {
    return this.#extras ?? NO_EXTRAS;
  }
  /** Milliseconds, by `clock.elapsed()`. */
  get startedMs(): number {
    return this.run.bornMs + this.startedUs / 1_000;
  }
  /** Whether a view of it was awaited, yielded or adopted: `chain` is then final. */
  get isChosen(): boolean {
    return this.demand !== "none";
  }
  get isAwaited(): boolean {
    return this.demand === "awaited";
  }
  /** Its attempt, made when it is first asked for. */
  get ownAttempt(): Attempt {
    if (this.attempt === undefined) {
      this.attempt = new Attempt(this, 1);
      if (this.hasEnded) this.attempt.end();
    }
    return this.attempt;
  }
  get name(): string {
    return this.plan.name;
  }
  get number(): string {
    return this.home === undefined ? "" : childNumber(this.home.node.number, this.ordinal);
  }
  get key(): string {
    if (this.home === undefined) return "";
    if (this.#key !== undefined) return this.#key;
    const key = this.home.keyOf(this);
    if (this.ordinal > 0) this.#key = key; // it has its place
    return key;
  }
  get isStopped(): boolean {
    return this.special.cancelReason !== undefined;
  }
  get hasEnded(): boolean {
    return isLastPhase(this.phase);
  }
  get parent(): StepNode | undefined {
    return this.home?.node;
  }
  moveTo(phase: StepPhase): void {
    if (!mayStepMove(this.phase, phase)) this.#refuseMove(phase);
    const hadStarted = this.phase !== "created" && this.phase !== "adopted";
    this.phase = phase;
    this.countActivity();
    if (hadStarted && this.hasEnded) this.home?.noteStep(-1);
  }

  #refuseMove(phase: StepPhase): never {
    return bug(`step ${this.number} "${this.name}" went from ${this.phase} to ${phase}`);
  }

  /** Keeps the run's count of steps at work. */
  countActivity(): void {
    const isActive = this.phase === "running" && (this.attempt === undefined || this.attempt.openSteps === 0);
    if (isActive === this.special.isActive) return;
    this.extras.isActive = isActive;
    this.run.activeSteps += isActive ? 1 : -1;
  }

  /** T1: takes its place. `home` is final from here on. */
  takePlace(): void {
    const home = this.home ?? bug("the function itself takes no place");
    home.take(this);
    if (isNumbered(this.plan)) this.ordinal = home.nextOrdinal();
  }

  /** The quick lane's: it begins, and ends; without an outcome, well. */
  beginQuickly(nowUs: number): void {
    if (this.phase !== "created" && this.phase !== "adopted") this.#refuseMove("running");
    this.takePlace();
    this.phase = "running";
    this.startedUs = nowUs;
    this.attempts = 1;
  }
  endQuickly(nowUs: number, outcome?: Exclude<Outcome, { status: "cancelled" }>): void {
    if (this.phase !== "running") this.#refuseMove("completed");
    this.phase = outcome === undefined ? "completed" : outcome.status;
    if (outcome !== undefined && "error" in outcome) this.error = outcome.error;
    this.endedUs = nowUs;
    forgetBody(this.plan);
    this.home!.openSteps--;
  }

  /** Its promise, also before it starts. */
  outcome(): Promise<unknown> {
    if (this.waiter?.promise !== undefined) return this.waiter.promise;
    const { extras } = this;
    extras.promise ??= new Promise((resolve) => {
      extras.settleLater = resolve;
    });
    return extras.promise;
  }
  /** Starts it: from here on its promise is this one. */
  settleWith(promise: Promise<unknown>): void {
    this.leaveToOthers(promise);
    this.settleWell(promise);
  }
  /** Starts it in the quick lane. */
  waitedForBy(waiter: QuickWaiter & { readonly promise: Promise<unknown> }): void {
    if (this.special.settleLater !== undefined) this.special.settleLater(waiter.promise);
    this.waiter = waiter;
  }
  /** A failure of it is somebody's: of whoever awaits it; else of its parent, when its body ends. Without a parent, it is nobody's. */
  leaveToOthers(promise: Promise<unknown>): void {
    if (this.home === undefined || !this.home.node.special.isOutside) promise.catch(() => {});
  }
  /** The same for a promise that fails only if it is left to others first. */
  settleWell(promise: Promise<unknown>): void {
    const { extras } = this;
    if (extras.settleLater === undefined) extras.promise = promise;
    else extras.settleLater(promise);
  }
  /** Ends it before it started, and what it took over with it. */
  refuse(reason: unknown): void {
    this.moveTo("cancelled");
    this.settleWith(Promise.reject(reason));
    for (const branch of this.special.adopted ?? []) branch.refuse(reason);
  }

  /** Ends it before its time. What is running is told by its signal. */
  cancel(cancellation: Cancellation): void {
    if (this.hasEnded) return;
    if (this.phase === "created" || this.phase === "adopted") return this.refuse(cancellation.reason);
    this.extras.cancelReason = cancellation.reason;
    (this.waiter ?? this.home?.waiter)?.handOver(this);
    this.attempt?.cancel(cancellation);
    this.special.stopWaiting?.();
  }
  /** Ends a wait that nobody needs any more. */
  discard(): void {
    this.extras.isDiscarded = true;
    this.special.stopWaiting?.();
  }
}

/** One entering of a step's body, or of its handlers after it failed. */
export class Attempt {
  readonly node: StepNode;
  /** From 1. */
  readonly number: number;
  /** Whether it is of the step's handlers, after its body failed. */
  readonly isHandler: boolean;
  phase: AttemptPhase = "open";
  readonly run: RunFrame;
  #children: StepNode[] | undefined;
  #unstarted: StepNode[] | undefined;
  #lingering: StepNode[] | undefined;
  /** True while its generator is being resumed: what is created then is started right after. */
  isDriving = false;
  /** How many of its steps have started and not ended. */
  openSteps = 0;
  #ordinal: number;
  #names: NameCount | undefined;
  #arrived: Set<unknown> | undefined;
  #controller: AbortController | undefined;
  #reason: unknown;
  /** The drive of its generator, which may wait for a body in the quick lane. */
  waiter: QuickWaiter | undefined;
  /** Whether it, or one around it, may be followed by another one, which will ask for what was recorded. */
  readonly mayBeRepeated: boolean;
  /** Called once when it is cancelled. */
  onCancel: ((cancellation: Cancellation) => void) | undefined;

  /** With `after`, the attempt is a handler's: its steps are counted on from there. */
  constructor(node: StepNode, number: number, after?: Attempt | { readonly stepCount: number }) {
    this.node = node;
    this.run = node.run;
    this.number = number;
    this.isHandler = after !== undefined;
    this.#ordinal = after?.stepCount ?? 0;
    this.mayBeRepeated = node.retries > 0 || (node.home?.mayBeRepeated ?? false);
    if (after instanceof Attempt && after.isHandler) this.#names = new NameCount(after.#countedNames(), after.children);
  }

  get children(): readonly StepNode[] {
    return this.#children ?? [];
  }
  /** Created, and not yet started or adopted. In the order of creation. */
  get unstarted(): StepNode[] {
    this.#unstarted ??= [];
    return this.#unstarted;
  }
  set unstarted(steps: StepNode[]) {
    this.#unstarted = steps;
  }
  /** Steps that lost a race and are still running: they end before this attempt does. */
  get lingering(): StepNode[] {
    this.#lingering ??= [];
    return this.#lingering;
  }

  get ownAttempt(): Attempt {
    return this;
  }
  /** Under which its steps have their keys. */
  get key(): string {
    return this.isHandler ? handlerKey(this.node.key) : this.node.key;
  }
  get isCancelled(): boolean {
    return this.phase === "cancelled" || this.phase === "cleaning";
  }
  get hasUnstarted(): boolean {
    return this.#unstarted !== undefined && this.#unstarted.length > 0;
  }
  /** Whether it has created any step. */
  get hasSteps(): boolean {
    return this.#children !== undefined || this.hasUnstarted;
  }
  /** How many steps its body has started. */
  get stepCount(): number {
    return this.#ordinal;
  }
  /** Aborted when the attempt is cancelled. Made when first asked for. */
  get signal(): Signal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.isCancelled) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  noteStep(change: 1 | -1): void {
    this.openSteps += change;
    this.node.countActivity();
  }
  nextOrdinal(): number {
    return ++this.#ordinal;
  }
  take(step: StepNode): void {
    this.#children ??= [];
    this.#children.push(step);
    this.openSteps++;
    this.node.countActivity();
  }
  /** Made when somebody asks, in the order in which its steps took their places. */
  keyOf(step: StepNode): string {
    return this.#countedNames().keyOf(step, this.key, this.children);
  }
  #countedNames(): NameCount {
    this.#names ??= new NameCount();
    return this.#names;
  }

  /** A failure that came into the body through `yield*`, a raise or a returned step: it may leave typed. */
  arrives(error: unknown): void {
    (this.#arrived ??= new Set()).add(error);
  }
  hasArrived(error: unknown): boolean {
    return this.#arrived?.has(error) ?? false;
  }

  /** T2: from the top down, so that no parent starts anything while its children end. */
  cancel(cancellation: Cancellation): void {
    if (this.phase !== "open") return;
    this.#moveTo("cancelled");
    this.#reason = cancellation.reason;
    this.#controller?.abort(cancellation.reason);
    for (const node of this.unstarted.splice(0)) node.refuse(cancellation.reason);
    for (const child of [...this.children, ...this.lingering]) child.cancel(cancellation);
    this.onCancel?.(cancellation);
  }
  /** T2: lets a generator's `finally` run steps. Their signals are their own. */
  beginCleanup(): void {
    this.#moveTo("cleaning");
  }
  /** T3 */
  end(): void {
    if (this.phase !== "ended") this.#moveTo("ended");
  }

  #moveTo(phase: AttemptPhase): void {
    if (!mayAttemptMove(this.phase, phase)) {
      bug(`attempt ${this.number} of step ${this.node.number} "${this.node.name}" went from ${this.phase} to ${phase}`);
    }
    this.phase = phase;
  }
}
