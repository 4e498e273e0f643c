// Runs the handlers of one step's chain, after its body failed.
//
// Owns: the attempt of the handler that ran last. Does not own: which handlers run (chain-outcome).
// Called by: carry-out, quick-lane.
//   K1. Each handler is an attempt of its own, whose steps are numbered on behind those before it.
//   K2. The failure is kept before the first of them is entered.
import { runAttempt } from "./attempt-run.ts";
import { takeGiven } from "./body.ts";
import type { Carrier } from "./carrier.ts";
import type { HandlerEnd } from "./chain-outcome.ts";
import { goingOn } from "./entering.ts";
import { UnexpectedError } from "./errors.ts";
import { isPlainValue } from "./quick-body.ts";
import type { Entrance } from "./entrance.ts";
import { OWN_SCOPE } from "./scope.ts";
import type { Handler } from "./step-chain.ts";
import { withCause } from "./step-failure.ts";
import { toolsAt } from "./step-tools.ts";
import { Attempt, type StepNode } from "./step-tree.ts";

/** What a handler is entered with. */
interface Entered {
  readonly handler: Handler;
  /** As the handler sees it. */
  readonly seen: unknown;
  /** As the chain has it. */
  readonly failure: unknown;
}

interface HandlersOptions {
  /** How many steps the body had, where that is known from elsewhere. */
  readonly knownSteps?: number | undefined;
  /** Of the quick lane, where nobody counts the steps at work. Default: each handler has a scope of its own. */
  readonly entrance?: Entrance<Attempt | StepNode>;
}

export class Handlers {
  readonly #carrier: Carrier;
  readonly #node: StepNode;
  /** What the body failed with. */
  readonly #error: unknown;
  readonly #options: HandlersOptions;
  #last: Attempt | undefined;

  constructor(carrier: Carrier, node: StepNode, error: unknown, options: HandlersOptions) {
    this.#carrier = carrier;
    this.#node = node;
    this.#error = error;
    this.#options = options;
  }

  /** K2. A promise only where the handler, or keeping the failure, takes longer. */
  run(handler: Handler, failure: unknown): HandlerEnd | Promise<HandlerEnd> {
    const kept = this.#last === undefined ? this.#carrier.engine.settle(this.#node, this.#error) : this.#error;
    if (kept instanceof Promise) return kept.then((error) => this.#enter(handler, failure, error));
    return this.#enter(handler, failure, kept);
  }

  /** K1 */
  #enter(handler: Handler, failure: unknown, kept: unknown): HandlerEnd | Promise<HandlerEnd> {
    const node = this.#node;
    if (node.isStopped) return "cancelled";
    const seen = failure === this.#error ? kept : failure;
    const before = this.#last ?? { stepCount: this.#options.knownSteps ?? node.attempt?.stepCount ?? 0 };
    const attempt = new Attempt(node, Math.max(1, node.attempts), before);
    this.#last = attempt;
    node.attempt = attempt;
    const { entrance } = this.#options;
    if (entrance === undefined) node.countActivity();
    const entered: Entered = { handler, seen, failure };
    let given: unknown;
    try {
      given = (entrance ?? OWN_SCOPE).enter(
        attempt,
        (call: Entered) => goingOn(attempt, () => call.handler(call.seen, toolsAt(attempt))),
        entered,
      );
    } catch (thrown) {
      given = Promise.reject(thrown);
    }
    return isPlainValue(given) && !attempt.hasSteps && !attempt.isCancelled
      ? returned(attempt)
      : this.#toEnd(attempt, entered, given);
  }

  async #toEnd(attempt: Attempt, { seen, failure }: Entered, given: unknown): Promise<HandlerEnd> {
    const end = await runAttempt(this.#carrier.clock, attempt, () => takeGiven(attempt, given));
    if (end.kind === "cancelled") return "cancelled";
    if (end.kind !== "threw" || end.thrown === seen) return { replaced: false };
    return { replaced: true, error: replacement(attempt, end.thrown, failure) };
  }
}

function returned(attempt: Attempt): HandlerEnd {
  attempt.end();
  return { replaced: false };
}

/** What a handler raised instead: typed if it was raised, unexpected if it was thrown; the old failure stays as its cause. */
function replacement(handler: Attempt, thrown: unknown, replaced: unknown): unknown {
  const error = withCause(thrown, replaced);
  return handler.hasArrived(error) ? error : UnexpectedError.from(error);
}
