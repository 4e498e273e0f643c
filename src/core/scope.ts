// The current attempt: how the imported `step` and a service function's substeps find their parent.
// The only place that touches async context; where the platform has none, the scope holds until the first `await`.
import type { Attempt } from "./step-tree.ts";

interface AsyncContext<Value> {
  run<Returned>(value: Value, call: () => Returned): Returned;
  getStore(): Value | undefined;
}

const context: AsyncContext<Attempt> = asyncContext() ?? synchronousContext();

/** The attempt whose code is running, if any. */
export function currentAttempt(): Attempt | undefined {
  return context.getStore();
}

/** Calls with `attempt` as the current one, also behind every `await` in what it calls. */
export function inScope<Returned>(attempt: Attempt, call: () => Returned): Returned {
  return context.run(attempt, call);
}

function asyncContext(): AsyncContext<Attempt> | undefined {
  // Not an import: bundles for browsers must not need the module.
  const hooks = globalThis.process?.getBuiltinModule?.("node:async_hooks");
  return hooks === undefined ? undefined : new hooks.AsyncLocalStorage<Attempt>();
}

function synchronousContext(): AsyncContext<Attempt> {
  let current: Attempt | undefined;
  return {
    getStore: () => current,
    run(value, call) {
      const outer = current;
      current = value;
      try {
        return call();
      } finally {
        current = outer;
      }
    },
  };
}
