// Where code is: what `step` says of the step that is running. Types only.
import type { ReceivedEvent } from "./event.ts";
import type { StepLog } from "./log.ts";
import type { Signal } from "./step-options.ts";

/** What `step` says of the step that is running. */
export interface StepPlace<Context> {
  /** The business context of the event (N7). */
  readonly context: Context;
  /** The event that the run was started by. Outside any event: one with an empty name. */
  readonly event: ReceivedEvent<string, any, Context>;
  /** `"2.1"`; `""` for the function itself. A label for people: it is not the step's identity. */
  readonly number: string;
  /** What people read. */
  readonly name: string;
  /** The names from the function down to this step: the step's identity in the run. */
  readonly path: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborted when the attempt times out, the step is cancelled, or its run is. */
  readonly signal: Signal;
  /** The same for each attempt and after each crash: hand it to services that honour idempotency keys. */
  readonly idempotencyKey: string;
  /** Writes lines that observers are handed with the run, the number and the name of this step. */
  readonly log: StepLog;
}
