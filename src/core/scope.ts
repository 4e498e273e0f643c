// The current attempt: how the imported `step` and a service function's substeps find their parent.
//
// Owns: async context, which nothing else touches; where the platform has none, a scope holds until the first `await`.
// Does not own: attempts. Called by: body, the quick lane, generator-drive, step-tools.
import type { AsyncResource } from "node:async_hooks";
import type { Entrance } from "./entrance.ts";
import type { Attempt, StepNode } from "./step-tree.ts";

/** Where code is: in a body that was entered as an attempt, or in one whose attempt is made when somebody asks for it. */
interface Scope {
  readonly ownAttempt: Attempt;
}

interface AsyncContext<Value> {
  run<Given, Returned>(value: Value, call: (given: Given) => Returned, given: Given): Returned;
  getStore(): Value | undefined;
}

const hooks = asyncHooks();
const context: AsyncContext<Scope> = hooks === undefined ? synchronousContext() : new hooks.AsyncLocalStorage<Scope>();

/** The attempt whose code is running, if any. */
export function currentAttempt(): Attempt | undefined {
  return context.getStore()?.ownAttempt;
}

/** Calls with `place` as the current one, also behind every `await` in what it calls. */
export function inScope<Given, Returned>(
  place: Attempt | StepNode,
  call: (given: Given) => Returned,
  given: Given,
): Returned {
  return context.run(place, call, given);
}

/** A scope for each. */
export const OWN_SCOPE: Entrance<Attempt | StepNode> = { enter: inScope };

/**
 * One scope for bodies that are entered one after the other, each after the one before has ended.
 *
 * To make an async context costs more than a short body; to enter one that is there costs next to nothing. What a body leaves
 * behind when it ends is taken for the next one's from then on: no engine that keeps anything may be carrying the steps out.
 */
export class SharedScope implements Scope, Entrance<Attempt | StepNode> {
  #place: Attempt | StepNode;
  readonly #resource: AsyncResource | undefined;

  constructor(place: Attempt | StepNode) {
    this.#place = place;
    if (hooks !== undefined)
      this.#resource = context.run(this, (name: string) => new hooks.AsyncResource(name), "surefoot step");
  }

  get ownAttempt(): Attempt {
    return this.#place.ownAttempt;
  }

  /** Also behind every `await` in what is called, until another place is entered. */
  enter<Given>(place: Attempt | StepNode, call: (given: Given) => unknown, given: Given): unknown {
    this.#place = place;
    return this.#resource === undefined
      ? context.run(this, call, given)
      : this.#resource.runInAsyncScope(call, undefined, given);
  }
}

// Not an import: bundles for browsers must not need the module.
function asyncHooks(): typeof import("node:async_hooks") | undefined {
  return globalThis.process?.getBuiltinModule?.("node:async_hooks");
}

function synchronousContext(): AsyncContext<Scope> {
  let current: Scope | undefined;
  return {
    getStore: () => current,
    run(value, call, given) {
      const outer = current;
      current = value;
      try {
        return call(given);
      } finally {
        current = outer;
      }
    },
  };
}
