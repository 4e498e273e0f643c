// A function: what runs when an event arrives. The definition that every backend works from.
import type { CancelTrigger } from "./cancel-on.ts";
import type { BusinessContext } from "./context.ts";
import type { Duration } from "./duration.ts";
import type { ReceivedEvent } from "./event.ts";
import type { RetryPolicy } from "./retry.ts";
import type { RunBody } from "./run.ts";
import type { ErrorClass } from "./step-algebra.ts";
import { onErrorLink, type Chain } from "./step-chain.ts";
import type { Attempt } from "./step-tree.ts";
import type { StepTools } from "./step-types.ts";

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
  /** Called once when a run has failed for good, behind the function's own links. It may run steps; the run then fails as before. */
  readonly onFailure?: ((input: FailureInput) => unknown) | undefined;
  /** Events that cancel the function's runs. */
  readonly cancelOn?: readonly CancelTrigger[] | undefined;
  /** A run that takes longer is cancelled: its cleanup runs, and it ends as cancelled. */
  readonly timeouts?: RunTimeouts | undefined;
  /** How many of its runs may be at work at once, over all workers of the store. Default: any number. Needs a store. */
  readonly concurrency?: number | undefined;
  /** Of its code. A run stays with the workers that have its version, as long as there is one. Needs a store. */
  readonly version?: string | undefined;
}

/** How long a run may take. */
export interface RunTimeouts {
  /** Until a worker begins with it. One that is late never begins. */
  readonly start?: Duration | undefined;
  /** From its beginning to its end, sleeps and waits included. */
  readonly finish?: Duration | undefined;
}

/** What `onFailure` is handed. */
export interface FailureInput {
  readonly error: Error;
  readonly event: ReceivedEvent;
  readonly step: StepTools;
  readonly context: BusinessContext;
  readonly runId: string;
}

/** When a function runs by the clock. */
export interface FunctionSchedule {
  readonly cron: string;
  readonly timezone: string;
  readonly context: object | undefined;
}

export interface FunctionDefinition {
  readonly id: string;
  /** What a store knows it by: apps that share one may have functions with one id. */
  readonly key: string;
  readonly name: string;
  /** The names of the events that start it. */
  readonly events: readonly string[];
  readonly schedules: readonly FunctionSchedule[];
  readonly options: FunctionOptions;
  readonly handler: (input: any) => unknown;
  /** Final once the function is first run. */
  readonly chain: Chain;
}

/** What a run of the function enters. The handler's `attempt` counts from 0, as in Inngest. */
export function functionBody(definition: FunctionDefinition, runId: string, event: ReceivedEvent): RunBody {
  const { handler, chain, options } = definition;
  const { errors, tags, description, onFailure } = options;
  const told = (error: Error, step: StepTools): unknown =>
    onFailure?.({ error, event, step, context: event.context, runId });
  return {
    chain: onFailure === undefined ? chain : [...chain, onErrorLink([told])],
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
