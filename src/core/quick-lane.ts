// The quick lane: a step whose body succeeds at once, on an engine that keeps nothing of it.
//
// Owns: nothing; it does what carry-out does in the same order, without its turns of the event loop. Whatever else comes (a throw,
// substeps that are still open, a body that is a generator, a cancellation) goes on in carry-out from where it stands.
// Called by: step-start, generator-drive.
//   L1. A step takes it only if no engine keeps it, no limit ends it, and no policy of its own retries it.
//   L2. What has begun is carried out by one of the two: whoever hands it over has nothing to do with it any more.
import { chainValue } from "./chain-outcome.ts";
import type { Carrier } from "./carrier.ts";
import { inScope } from "./scope.ts";
import type { RunPlan } from "./step-plan.ts";
import { toolsAt } from "./step-tools.ts";
import type { QuickWaiter, StepNode } from "./step-tree.ts";

export class QuickLane {
  readonly #carrier: Carrier;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  /** L1 */
  admits({ plan, home }: StepNode): boolean {
    if (plan.kind !== "run" || home === undefined || home.phase !== "open") return false;
    const { timeout, retries, atMostOnce } = plan.options;
    const isPlain = timeout === undefined && retries === undefined && atMostOnce !== true;
    return isPlain && this.#carrier.engine.isTransparent(home);
  }

  begin(node: StepNode, nowUs: number): void {
    const { audience, retries } = this.#carrier;
    node.beginQuickly(nowUs);
    node.retries = retries.retries;
    if (!audience.isEmpty) audience.stepStarted(node);
  }

  /** Gives what code is to see of a body's value. */
  end(node: StepNode, value: unknown, nowUs: number): unknown {
    const { audience, engine } = this.#carrier;
    if (typeof value === "object") engine.admit(node, value);
    node.attempt?.end();
    node.endQuickly(nowUs);
    if (!audience.isEmpty) audience.stepEnded(node);
    return node.chain.length === 0 ? value : chainValue(node.chain, value);
  }

  /** Starts a step in a scope of its own. */
  start(node: StepNode): void {
    const { run } = node;
    this.begin(node, run.nowUs());
    let given: unknown;
    try {
      given = inScope(node, callBody, node);
    } catch (thrown) {
      return node.settleWith(run.carryOn(node, Promise.reject(thrown)));
    }
    if (given instanceof Promise) QuickWait.begin(node, given);
    else if (!isPlainValue(given) || hasMoreToDo(node)) node.settleWith(run.carryOn(node, given));
    else node.settleWell(Promise.resolve(this.end(node, given, run.nowUs())));
  }
}

/** Enters the body of a step in the quick lane. */
export function callBody(node: StepNode): unknown {
  const { body, input } = node.plan as RunPlan;
  return input.length > 0 ? body(...input) : body(toolsAt(node));
}

/** Whether there is more to do at the end of a body than to note it. */
export function hasMoreToDo({ attempt, home }: StepNode): boolean {
  return home?.phase === "ended" || (attempt !== undefined && attempt.hasSteps);
}

/** Whether what a body gave is its value, and neither a promise nor something to be driven. */
export function isPlainValue(given: unknown): boolean {
  if (typeof given !== "object" || given === null) return true;
  try {
    return !("then" in given) && !("next" in given);
  } catch {
    return false; // a proxy that is revoked
  }
}

/** Waits for what the body of one step gives, and keeps the promise of its outcome. */
class QuickWait implements QuickWaiter {
  readonly promise: Promise<unknown>;
  readonly #node: StepNode;
  #given: Promise<unknown> | undefined;
  #resolve!: (outcome: unknown) => void;

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
      () => wait.handOver(),
    );
  }

  /** L2 */
  handOver(): void {
    if (this.#given === undefined) return; // it has been handed over, or has ended
    const node = this.#node;
    const given = this.#given;
    this.#given = undefined;
    node.leaveToOthers(this.promise);
    this.#resolve(node.run.carryOn(node, given));
  }

  #ended(value: unknown): void {
    if (this.#given === undefined) return;
    const node = this.#node;
    if (hasMoreToDo(node)) return this.handOver();
    this.#given = undefined;
    const { run } = node;
    this.#resolve(run.quick.end(node, value, run.nowUs()));
  }
}
