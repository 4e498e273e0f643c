// The tree of a run while it is in memory: its steps, and the attempts at their bodies.
//
// Owns: who is whose child, numbers and keys, where each step and attempt is in its life, and cancellation from the top down.
// Does not own: how a body is driven (body.ts), how a step is carried out (carry-out.ts), what is kept of it (the engine).
// Called by: step-start, body, carry-out, combinators, the engines, observers.
//   T1. A step takes its ordinal and its key once, when it starts; neither changes.
//   T2. An attempt that was cancelled starts no new step, except the cleanup in a generator's `finally`.
//   T3. An attempt that has ended never starts a step again.
import { bug } from "../internal/bug.ts";
import type { Clock } from "./clock.ts";
import type { BusinessContext } from "./context.ts";
import type { ReceivedEvent } from "./event.ts";
import type { StepLog } from "./log.ts";
import type { StepStatus } from "./outcome.ts";
import { NO_LINKS, type Chain } from "./step-chain.ts";
import { childKey, handlerKey } from "./step-key.ts";
import { childNumber } from "./step-number.ts";
import type { StepPlan } from "./step-plan.ts";
import type { Signal } from "./step-options.ts";

/** What a step knows of the run that it belongs to. */
export interface RunFrame {
  readonly id: string;
  readonly functionId: string;
  readonly functionName: string;
  readonly event: ReceivedEvent;
  readonly context: BusinessContext;
  /** Set once this instance must not do anything any more: the run was suspended, or another worker has it. */
  isDropped: boolean;
  /** Steps that do something themselves: their bodies run, and wait for no substep. */
  activeSteps: number;
  /** Bodies that may be in the middle of something other than a step. */
  busyBodies: number;
  carryOut(node: StepNode): Promise<unknown>;
  logOf(node: StepNode): StepLog;
}

/** Where a step is, from its creation on. */
export type StepPhase = "created" | "adopted" | Exclude<StepStatus, "waiting">;

const NEXT_PHASES: Readonly<Record<StepPhase, readonly StepPhase[]>> = {
  created: ["adopted", "running", "cancelled"],
  adopted: ["adopted", "running", "cancelled"],
  running: ["sleeping", "retrying", "completed", "recovered", "failed", "cancelled"],
  sleeping: ["running", "completed", "failed", "cancelled"],
  retrying: ["running", "cancelled"],
  completed: [],
  recovered: [],
  failed: [],
  cancelled: [],
};

/** Why something is ended before its time, and how long its running bodies have to end after they were told. */
export interface Cancellation {
  readonly reason: unknown;
  readonly graceMs: number;
}

/** How a wait ended. */
export type WaitEnd = "done" | "cancelled";

/** One step of one run. */
export class StepNode {
  readonly run: RunFrame;
  readonly plan: StepPlan;
  /** The attempt that it is a step of. Undefined for the function itself. */
  home: Attempt | undefined;
  /** The links of the view that it was started by. */
  chain: Chain = NO_LINKS;
  phase: StepPhase = "created";
  /** Its place among its parent's steps, from 1; 0 until it starts. */
  ordinal = 0;
  #occurrence = 1;
  /** The attempt that is running, or ran last. */
  attempt: Attempt | undefined;
  startedMs = 0;
  endedMs = 0;
  /** What it failed with, or recovered from. */
  error: unknown;
  /** Settles when it has ended. Undefined until it starts, or is waited for. */
  promise: Promise<unknown> | undefined;
  #settleLater: ((outcome: Promise<unknown>) => void) | undefined;
  /** The steps that it took over as its branches, before it started. */
  adopted: readonly StepNode[] | undefined;
  /** Whether a view of it was awaited, yielded or adopted: `chain` is then final. */
  isChosen = false;
  /** Whether somebody waits for it, so that its failure is theirs. */
  isAwaited = false;
  /** Whether its outcome was recorded before this instance of the run asked for it. */
  isReplayed = false;
  /** How often its body has been entered. */
  attempts = 0;
  /** How often its policy lets it be tried again. */
  retries = 0;
  /** When a sleep ends. */
  dueMs: number | undefined;
  cancelReason: unknown;
  /** Stands in for a function where there is none: nobody waits for it. */
  isOutside = false;
  /** A sleep that its parent did not need any more when it ended. */
  isDiscarded = false;
  #stopWaiting: (() => void) | undefined;
  #isActive = false;
  /** The branches of `all`, `map` or `race`, in the order written. */
  branches: readonly StepNode[] | undefined;
  /** Whether it was the first of its race to end. */
  isWinner = false;

  constructor(run: RunFrame, plan: StepPlan, home: Attempt | undefined) {
    this.run = run;
    this.plan = plan;
    this.home = home;
  }

  get name(): string {
    return this.plan.name;
  }
  /** T1 */
  get number(): string {
    return this.home === undefined ? "" : childNumber(this.home.node.number, this.ordinal);
  }
  /** T1 */
  get key(): string {
    return this.home === undefined
      ? ""
      : childKey(this.home.key, this.plan.options.id ?? this.plan.name, this.#occurrence);
  }
  get isStopped(): boolean {
    return this.cancelReason !== undefined;
  }
  get hasEnded(): boolean {
    return NEXT_PHASES[this.phase].length === 0;
  }
  get parent(): StepNode | undefined {
    return this.home?.node;
  }
  /** Its own tags after those of the steps around it. */
  get tags(): readonly string[] {
    const inherited = this.parent?.tags ?? [];
    const own = this.plan.options.tags;
    return own === undefined ? inherited : [...inherited, ...own.filter((tag) => !inherited.includes(tag))];
  }

  moveTo(phase: StepPhase): void {
    if (!NEXT_PHASES[this.phase].includes(phase))
      bug(`step ${this.number} "${this.name}" went from ${this.phase} to ${phase}`);
    const hadStarted = this.phase !== "created" && this.phase !== "adopted";
    this.phase = phase;
    this.countActivity();
    if (hadStarted && this.hasEnded) this.home?.noteStep(-1);
  }

  /** Keeps the run's count of steps at work. */
  countActivity(): void {
    const isActive = this.phase === "running" && (this.attempt === undefined || this.attempt.openSteps === 0);
    if (isActive === this.#isActive) return;
    this.#isActive = isActive;
    this.run.activeSteps += isActive ? 1 : -1;
  }

  /** T1: takes its place. `home` is final from here on. */
  takePlace(): void {
    const home = this.home ?? bug("the function itself takes no place");
    home.children.push(this);
    home.noteStep(1);
    if (this.plan.kind === "fail") return; // raising an error is no step of its own: it has no number
    this.ordinal = home.nextOrdinal();
    this.#occurrence = home.nextOccurrence(this.plan.options.id ?? this.plan.name);
  }

  /** Its promise, also before it starts. */
  outcome(): Promise<unknown> {
    this.promise ??= new Promise((resolve) => {
      this.#settleLater = resolve;
    });
    return this.promise;
  }
  /** Starts it: from here on its promise is this one. */
  settleWith(promise: Promise<unknown>): void {
    // Whoever awaits it hears of a failure; else its parent does, when its body ends. Without a parent, nobody would.
    if (this.home === undefined || !this.home.node.isOutside) promise.catch(() => {});
    if (this.#settleLater === undefined) this.promise = promise;
    else this.#settleLater(promise);
  }
  /** Ends it before it started, and what it took over with it. */
  refuse(reason: unknown): void {
    this.moveTo("cancelled");
    this.settleWith(Promise.reject(reason));
    for (const branch of this.adopted ?? []) branch.refuse(reason);
  }

  /** Ends it before its time. What is running is told by its signal. */
  cancel(cancellation: Cancellation): void {
    if (this.hasEnded) return;
    if (this.phase === "created" || this.phase === "adopted") return this.refuse(cancellation.reason);
    this.cancelReason = cancellation.reason;
    this.attempt?.cancel(cancellation);
    this.#stopWaiting?.();
  }
  /** Ends a wait that nobody needs any more. */
  discard(): void {
    this.isDiscarded = true;
    this.#stopWaiting?.();
  }
  /** A wait for a time, never ended before it by this clock. */
  waitUntil(clock: Clock, dueMs: number): Promise<WaitEnd> {
    return this.wait((done) => {
      let stop = (): void => {};
      const wait = (): void => {
        const leftMs = dueMs - clock.now();
        if (leftMs <= 0) done();
        else stop = clock.timer(leftMs, wait);
      };
      stop = clock.timer(Math.max(0, dueMs - clock.now()), wait);
      return () => stop();
    });
  }
  /** A wait that `cancel` ends early. `begin` is handed what ends it well, and gives what stops it. */
  wait(begin: (done: () => void) => () => void): Promise<WaitEnd> {
    if (this.isStopped || this.isDiscarded) return Promise.resolve("cancelled"); // it was told before it began
    return new Promise((resolve) => {
      const settle = (end: WaitEnd): void => {
        this.#stopWaiting = undefined;
        resolve(end);
      };
      const stop = begin(() => settle("done"));
      this.#stopWaiting = () => {
        stop();
        settle("cancelled");
      };
    });
  }
}

/** Where an attempt is: its body runs, it was cancelled, its generator cleans up, it is over. */
export type AttemptPhase = "open" | "cancelled" | "cleaning" | "ended";

const NEXT_ATTEMPT_PHASES: Readonly<Record<AttemptPhase, readonly AttemptPhase[]>> = {
  open: ["cancelled", "ended"],
  cancelled: ["cleaning", "ended"],
  cleaning: ["ended"],
  ended: [],
};

/** One entering of a step's body, or of its handlers after it failed. */
export class Attempt {
  readonly node: StepNode;
  /** From 1. */
  readonly number: number;
  /** Whether it is of the step's handlers, after its body failed. */
  readonly isHandler: boolean;
  phase: AttemptPhase = "open";
  readonly children: StepNode[] = [];
  /** Created, and not yet started or adopted. In the order of creation. */
  unstarted: StepNode[] = [];
  /** True while its generator is being resumed: what is created then is started right after. */
  isDriving = false;
  /** How many of its steps have started and not ended. */
  openSteps = 0;
  #ordinal: number;
  #occurrences: Map<string, number> | undefined;
  #arrived: Set<unknown> | undefined;
  #controller: AbortController | undefined;
  #reason: unknown;
  /** Steps that lost a race and are still running: they end before this attempt does. */
  readonly lingering: StepNode[] = [];
  /** Called once when it is cancelled. */
  onCancel: ((cancellation: Cancellation) => void) | undefined;

  /** With `after`, the attempt is a handler's: its steps are counted on from there. */
  constructor(node: StepNode, number: number, after?: Attempt | { readonly stepCount: number }) {
    this.node = node;
    this.number = number;
    this.isHandler = after !== undefined;
    this.#ordinal = after?.stepCount ?? 0;
    if (after instanceof Attempt && after.isHandler) this.#occurrences = after.#occurrences;
  }

  /** Under which its steps have their keys. */
  get key(): string {
    return this.isHandler ? handlerKey(this.node.key) : this.node.key;
  }
  get isCancelled(): boolean {
    return this.phase === "cancelled" || this.phase === "cleaning";
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
  nextOccurrence(name: string): number {
    this.#occurrences ??= new Map();
    const occurrence = (this.#occurrences.get(name) ?? 0) + 1;
    this.#occurrences.set(name, occurrence);
    return occurrence;
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
    if (!NEXT_ATTEMPT_PHASES[this.phase].includes(phase)) {
      bug(`attempt ${this.number} of step ${this.node.number} "${this.node.name}" went from ${this.phase} to ${phase}`);
    }
    this.phase = phase;
  }
}

/** Whether `inner` is `outer` or runs below it. */
export function isWithin(inner: Attempt, outer: Attempt): boolean {
  for (let attempt: Attempt | undefined = inner; attempt !== undefined; attempt = attempt.node.home) {
    if (attempt === outer) return true;
  }
  return false;
}
