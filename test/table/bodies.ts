// The bodies of the step under test: what happens in them, in the four ways to write one.
import type { Step, StepTools } from "../../src/index.ts";
import { FACTS, type BodyKind, type Kind } from "./cells.ts";
import type { Observation } from "./observation.ts";
import { Missing, Overdrawn, Refused, SocketError } from "./table-errors.ts";

type Body = (step: StepTools) => unknown;

/** Short, exact waits, so that the number of attempts is all that there is to see. */
export const RETRY_ONCE = { retries: 1, backoff: "fixed", initial: 1, jitter: false } as const;

/** The body of a program. */
export function bodyOf(observation: Observation): Body {
  const { body, kind } = observation.program;
  const make = BODIES_BY_KIND[kind](observation)[body];
  return (step) => {
    observation.bodyCalls += 1;
    return make(step);
  };
}

const BODIES_BY_KIND: Record<Kind, (observation: Observation) => Record<BodyKind, Body>> = {
  value: (observation) => giving(() => (observation.value = { ...FACTS.receipt })),
  declared: (observation) => throwing(() => observation.made("body", refused())),
  translated: (observation) => throwing(() => observation.made("body", new SocketError(FACTS.socket.message))),
  raised: raising,
  raisedDeclared: raising,
  unexpected: (observation) => throwing(() => observation.made("body", new RangeError(FACTS.bug.message))),
  substepDeclared: (observation) => asking((step) => askMissing(observation, step)),
  substepUndeclared: (observation) => asking((step) => askMissing(observation, step)),
  substepUnexpected: (observation) => asking((step) => askBroken(observation, step)),
  timeout: waiting,
  cancellation: waiting,
};

/** What a generator delegates to that has no step to run. */
export const NOTHING: readonly never[] = [];

function giving(value: () => unknown): Record<BodyKind, Body> {
  return {
    plain: value,
    async: async () => value(),
    *generator() {
      yield* NOTHING;
      return value();
    },
    async *asyncGenerator() {
      yield* NOTHING;
      return value();
    },
  };
}

function throwing(error: () => Error): Record<BodyKind, Body> {
  const fail = (): never => {
    throw error();
  };
  return { ...giving(fail) };
}

function raising(observation: Observation): Record<BodyKind, Body> {
  const overdrawn = (): Overdrawn =>
    observation.made("body", new Overdrawn({ ...FACTS.overdrawn.fields, message: FACTS.overdrawn.message }));
  return {
    plain: (step) => step.fail(overdrawn()),
    async: async (step) => {
      await step.fail(overdrawn());
    },
    *generator() {
      throw yield* overdrawn();
    },
    async *asyncGenerator() {
      throw yield* overdrawn();
    },
  };
}

function asking(ask: (step: StepTools) => Step<unknown, unknown>): Record<BodyKind, Body> {
  return {
    plain: ask,
    async: async (step) => await ask(step),
    *generator(step) {
      return yield* ask(step);
    },
    async *asyncGenerator(step) {
      return yield* ask(step);
    },
  };
}

/** Waits for the signal, in the way that each kind of body can, and counts the `catch` blocks that run. */
function waiting(observation: Observation): Record<BodyKind, Body> {
  const untilAborted = (signal: AbortSignal): Promise<never> => {
    observation.markBegun();
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  };
  return {
    plain: (step) => untilAborted(step.signal),
    async: async (step) => await untilAborted(step.signal),
    *generator(step) {
      try {
        return yield* step.run("Wait", (inner) => {
          observation.enterSubstep("Wait");
          return untilAborted(inner.signal);
        });
      } catch (error) {
        observation.bodyCatches += 1;
        throw error;
      }
    },
    async *asyncGenerator(step) {
      yield* NOTHING;
      return await untilAborted(step.signal);
    },
  };
}

function askMissing(observation: Observation, step: StepTools): Step<never, Missing> {
  return step
    .run({ name: "Ask", retries: RETRY_ONCE }, (): never => {
      observation.enterSubstep("Ask");
      throw observation.made("substep", new Missing({ ...FACTS.missing.fields, message: FACTS.missing.message }));
    })
    .possibleError(Missing);
}

function askBroken(observation: Observation, step: StepTools): Step<never, never> {
  return step.run({ name: "Ask", retries: RETRY_ONCE }, (): never => {
    observation.enterSubstep("Ask");
    throw observation.made("substep", new RangeError(FACTS.bug.message));
  });
}

export function refused(): Refused {
  return new Refused({ ...FACTS.refused.fields, message: FACTS.refused.message });
}
