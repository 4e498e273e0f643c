// A function: what runs when an event arrives. The definition that every backend works from.
import type { ReceivedEvent } from "./event.ts";
import type { RetryPolicy } from "./retry.ts";
import type { RunBody } from "./run.ts";
import type { ErrorClass } from "./step-algebra.ts";
import type { Chain } from "./step-chain.ts";
import type { Attempt } from "./step-tree.ts";

/** What a function can be told besides its handler. */
export interface FunctionOptions {
  /** What people read. One of `name` and `id` is needed. */
  readonly name?: string | undefined;
  /** What the store knows the function by. Default: the name as a slug. */
  readonly id?: string | undefined;
  readonly description?: string | undefined;
  /** Retries of the handler's own code, and the default for its steps. Default: the app's. */
  readonly retries?: number | RetryPolicy | undefined;
  /** The errors that the handler's own code may fail with; it is then checked against them. */
  readonly errors?: readonly ErrorClass[] | undefined;
  /** Inherited by all steps. */
  readonly tags?: readonly string[] | undefined;
}

export interface FunctionDefinition {
  readonly id: string;
  /** What a store knows it by: apps that share one may have functions with one id. */
  readonly key: string;
  readonly name: string;
  /** The names of the events that start it. */
  readonly events: readonly string[];
  readonly options: FunctionOptions;
  readonly handler: (input: any) => unknown;
  /** Final once the function is first run. */
  readonly chain: Chain;
}

/** What a run of the function enters. The handler's `attempt` counts from 0, as in Inngest. */
export function functionBody(definition: FunctionDefinition, runId: string, event: ReceivedEvent): RunBody {
  const { handler, chain, options } = definition;
  const { errors, tags, description } = options;
  return {
    chain,
    options: { errors, tags, description },
    body: (step: { readonly log: unknown }, attempt: Attempt) =>
      handler({
        event,
        events: [event],
        step,
        context: event.context,
        runId,
        attempt: attempt.number - 1,
        signal: attempt.signal,
        log: step.log,
      }),
  };
}
