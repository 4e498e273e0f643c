// How the kit comes to see the steps of a run: it stands between the run and its engine.
//
// Owns: nothing but the place. Does not own: what is made of what it sees (life.ts).
// Called by: the functions of an app under test, when they are entered.
//   K1. A function under test is the user's own, with the same id, options, chain and handler; only its entering is noticed.
//   K2. A step's body is exchanged before the engine is asked for it. Retries, links and records are the step's own.
import { LiveFunction } from "../app/app-function.ts";
import type { Engine, Recalled } from "../core/engine.ts";
import type { Outcome } from "../core/outcome.ts";
import { LiveRun } from "../core/run.ts";
import { currentAttempt } from "../core/scope.ts";
import type { Chain } from "../core/step-chain.ts";
import { planBody, type Body, type StepKind } from "../core/step-plan.ts";
import type { StepTools } from "../core/step-types.ts";
import type { StepNode } from "../core/step-tree.ts";
import { never } from "../internal/never.ts";

/** Who watches a run. */
export interface RunWatch {
  /** Once it is, nothing begins any more: the process is gone. */
  readonly isGone: boolean;
  /** The function was entered in this run. */
  began(root: StepNode): void;
  /** The engine was asked for something. */
  noteNews(): void;
  /** The body to enter instead, if there is one. */
  mockOf(node: StepNode): Body | undefined;
  entered(node: StepNode): void;
  /** Gives the outcome to record. */
  reached(node: StepNode, outcome: Outcome): Outcome;
  /** The code of this step did something to the world, and says so. */
  did(node: StepNode, effect: string): void;
}

/** K1 */
export class WatchedFunction extends LiveFunction {
  override readonly handler: LiveFunction["handler"];
  readonly #original: LiveFunction;

  constructor(original: LiveFunction, watch: RunWatch) {
    super(original, original.eventTypes);
    this.#original = original;
    this.handler = (input) => {
      const root = currentAttempt()?.node;
      if (root !== undefined) watchRun(root, watch);
      return original.handler(input);
    };
  }

  override get chain(): Chain {
    return this.#original.chain;
  }
  override close(): void {
    this.#original.close();
  }
}

const watchesByRun = new WeakMap<object, RunWatch>();

/** Who watches the run of this step. */
export function watchOf({ run }: StepNode): RunWatch | undefined {
  return watchesByRun.get(run);
}

function watchRun(root: StepNode, watch: RunWatch): void {
  const { run } = root;
  if (!(run instanceof LiveRun) || watchesByRun.has(run)) return; // a retry of the function itself
  watchesByRun.set(run, watch);
  Object.defineProperty(run, "engine", { value: watchedEngine(run.engine, watch) });
  watch.began(root);
}

function watchedEngine(engine: Engine, watch: RunWatch): Engine {
  const watched = {
    recall(node: StepNode): Recalled | undefined {
      if (watch.isGone) return { kind: "held", turn: never() };
      exchangeBody(node, watch);
      return engine.recall(node);
    },
    beginsAnew(node: StepNode): boolean {
      if (watch.isGone || !engine.beginsAnew(node)) return false; // it is recalled then
      exchangeBody(node, watch);
      return true;
    },
    record: (node: StepNode, outcome: Outcome) => engine.record(node, watch.reached(node, outcome)),
  };
  return new Proxy(engine, {
    get(_engine, name) {
      const member: unknown = Reflect.get(name in watched ? watched : engine, name, engine);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        watch.noteNews();
        return Reflect.apply(member, engine, args);
      };
    },
  });
}

/** What a mock turns into a step with a body. The branches of `all` and `race` may have begun: they are mocked one by one. */
const EXCHANGED: ReadonlySet<StepKind> = new Set<StepKind>([
  "transaction",
  "sleep",
  "sleepUntil",
  "waitForEvent",
  "waitForSignal",
  "sendEvent",
  "invoke",
  "map",
]);

/** K2 */
function exchangeBody(node: StepNode, watch: RunWatch): void {
  const { plan } = node;
  const mock = watch.mockOf(node);
  if (plan.kind === "run") {
    const body = mock ?? plan.body;
    plan.body = (...args) => {
      watch.entered(node);
      return body(...args);
    };
  } else if (mock !== undefined && EXCHANGED.has(plan.kind)) {
    const body = plan.kind === "invoke" ? raising(mock) : mock;
    node.plan = { ...planBody(plan.name, body), options: plan.options };
  }
}

/** A function's failures are declared by the function: what stands in for it need not declare them again. */
function raising(mock: Body): Body {
  return (step: StepTools) => {
    try {
      return mock(step);
    } catch (error) {
      return step.fail(error);
    }
  };
}
