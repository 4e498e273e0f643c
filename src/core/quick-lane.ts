// The quick lane: a plain step whose body is entered once, and gives a value.
//
// Owns: nothing; it does what carry-out does in the same order, without its promises. Whatever else comes (retries, substeps that are
// still open, a handler that waits, a cancellation) goes on in carry-out from where it stands; and so does a failure, where it is kept.
// Called by: step-start, generator-drive.
//   L1. A step takes it only if its engine knows nothing of it, no limit ends it, and no policy of its own retries it.
//   L2. What has begun is carried out by one of the two: whoever hands it over has nothing to do with it any more.
import type { Carrier } from "./carrier.ts";
import { chainFailure, chainValue } from "./chain-outcome.ts";
import { markFailure } from "./failure-mark.ts";
import { enterQuickly } from "./generator-drive.ts";
import { Handlers } from "./handlers.ts";
import type { CodeEnd, Outcome } from "./outcome.ts";
import { hasMoreToDo, isPlainValue, noteBusy, rejected } from "./quick-body.ts";
import type { Entrance } from "./entrance.ts";
import { OWN_SCOPE, inScope } from "./scope.ts";
import { readFailure } from "./step-failure.ts";
import type { Attempt, QuickWaiter, StepNode } from "./step-tree.ts";

export class QuickLane {
  readonly #carrier: Carrier;

  readonly isKeeping: boolean;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
    this.isKeeping = carrier.engine.isKeeping;
  }

  /** L1 */
  admits({ plan, home }: StepNode): boolean {
    if (plan.kind !== "run" || home === undefined || home.phase !== "open") return false;
    const { timeout, retries, atMostOnce } = plan.options;
    const isPlain = timeout === undefined && retries === undefined && atMostOnce !== true;
    return isPlain && this.#carrier.engine.isOpen(home);
  }

  /** Gives whether it is in this lane: where something is known of it (L1), it has taken its place, and is carried out as any other. */
  begin(node: StepNode, nowUs: number): boolean {
    const { audience, retries, engine } = this.#carrier;
    if (this.isKeeping) {
      node.takePlace();
      node.moveTo("running");
      if (!engine.beginsAnew(node)) return false;
      node.startedUs = nowUs;
      node.attempts = 1;
    } else node.beginQuickly(nowUs);
    node.retries = retries.retries;
    audience.stepStarted(node);
    return true;
  }

  /** Gives what code is to see of a body's value. */
  end(node: StepNode, value: unknown, nowUs: number): unknown {
    const { audience, engine } = this.#carrier;
    if (typeof value === "object") engine.admit(node, value);
    node.attempt?.end();
    node.endQuickly(nowUs);
    audience.stepEnded(node);
    return node.chain.length === 0 ? value : chainValue(node.chain, value);
  }

  /** The same on an engine that keeps it, with what the body gave: settles when code is to see it. */
  keep(node: StepNode, value: unknown, given: unknown): Promise<unknown> {
    if (this.#carrier.engine.admit(node, value) !== undefined) return node.run.carryOn(node, given); // it is refused there
    noteBusy(node, false);
    node.attempt?.end();
    return node.run.carryEnd(node, { status: "completed", value: chainValue(node.chain, value) });
  }

  /** The same for what a body threw, which `given` rejects with. A promise of the outcome where that takes longer. */
  fail(
    node: StepNode,
    thrown: unknown,
    given: unknown,
    entrance: Entrance<Attempt | StepNode>,
  ): CodeEnd | Promise<unknown> {
    if (this.isKeeping || node.retries > 0 || hasMoreToDo(node)) return node.run.carryOn(node, given);
    const { audience } = this.#carrier;
    const { error } = readFailure(node, node.attempt, thrown);
    if (!audience.isEmpty) {
      const duration = (node.run.nowUs() - node.startedUs) / 1_000;
      audience.attemptFailed(node, { attempt: 1, error, duration, delayMs: undefined });
    }
    node.attempt?.end();
    markFailure(node, error);
    const outcome = this.#handled(node, error, entrance);
    if (outcome instanceof Promise) return node.run.carryEnd(node, outcome);
    if (outcome.status === "cancelled") return node.run.carryEnd(node, outcome);
    if (outcome.status === "failed" && outcome.error !== error) markFailure(node, outcome.error);
    node.endQuickly(node.run.nowUs(), outcome);
    audience.stepEnded(node);
    return outcome.status === "failed" ? { how: "throw", value: outcome.error } : { how: "next", value: outcome.value };
  }

  #handled(node: StepNode, error: unknown, entrance: Entrance<Attempt | StepNode>): Outcome | Promise<Outcome> {
    if (node.chain.length === 0) return { status: "failed", error };
    const handlers = new Handlers(this.#carrier, node, error, { entrance });
    return chainFailure(node.chain, error, (handler, failure) => handlers.run(handler, failure));
  }

  /** Starts a step in a scope of its own. */
  start(node: StepNode): void {
    const { run } = node;
    if (!this.begin(node, run.nowUs())) return node.settleWith(run.carryOut(node));
    let given: unknown;
    try {
      given = inScope(node, enterQuickly, node);
    } catch (thrown) {
      return settle(node, this.fail(node, thrown, rejected(thrown), OWN_SCOPE));
    }
    if (given instanceof Promise) QuickWait.begin(node, given);
    else if (!isPlainValue(given) || hasMoreToDo(node)) node.settleWith(run.carryOn(node, given));
    else if (this.isKeeping) node.settleWith(this.keep(node, given, given));
    else node.settleWell(Promise.resolve(this.end(node, given, run.nowUs())));
  }
}

function settle(node: StepNode, end: CodeEnd | Promise<unknown>): void {
  if (end instanceof Promise) node.settleWith(end);
  else if (end.how === "next") node.settleWell(Promise.resolve(end.value));
  else node.settleWith(Promise.reject(end.value));
}

/** Waits for what the body of one step gives, and keeps the promise of its outcome. */
class QuickWait implements QuickWaiter {
  readonly promise: Promise<unknown>;
  readonly #node: StepNode;
  #given: Promise<unknown> | undefined;
  /** Until the outcome is known: it holds on to more than the promise does. */
  #resolve: ((outcome: unknown) => void) | undefined;

  private constructor(node: StepNode, given: Promise<unknown>) {
    this.#node = node;
    this.#given = given;
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  static begin(node: StepNode, given: Promise<unknown>): void {
    const wait = new QuickWait(node, given);
    node.waitedForBy(wait);
    given.then(
      (value) => wait.#ended(value),
      (thrown) => wait.#failed(thrown),
    );
  }

  /** L2 */
  handOver(): void {
    if (this.#given === undefined) return; // it has been handed over, or has ended
    const node = this.#node;
    const given = this.#given;
    this.#given = undefined;
    node.leaveToOthers(this.promise);
    this.#settle(node.run.carryOn(node, given));
  }

  #ended(value: unknown): void {
    if (this.#given === undefined) return; // it was handed over
    const node = this.#node;
    if (hasMoreToDo(node)) return this.handOver();
    const given = this.#given;
    this.#given = undefined;
    const { run } = node;
    if (run.quick.isKeeping) node.leaveToOthers(this.promise);
    try {
      this.#settle(run.quick.isKeeping ? run.quick.keep(node, value, given) : run.quick.end(node, value, run.nowUs()));
    } catch (broken) {
      this.#settle(Promise.reject(broken)); // a bug of ours: nobody waits for ever
    }
  }

  #failed(thrown: unknown): void {
    if (this.#given === undefined) return;
    const node = this.#node;
    const given = this.#given;
    this.#given = undefined;
    try {
      const end = node.run.quick.fail(node, thrown, given, OWN_SCOPE);
      if (!(end instanceof Promise) && end.how === "next") return this.#settle(end.value);
      node.leaveToOthers(this.promise);
      this.#settle(end instanceof Promise ? end : Promise.reject(end.value));
    } catch (broken) {
      this.#settle(Promise.reject(broken));
    }
  }
  #settle(outcome: unknown): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(outcome);
  }
}
