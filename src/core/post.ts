// PORT Post: how a step reaches other runs. Given to a run by its app; a run without an app has none.
import type { InvokedFunction } from "./step-plan.ts";

/** Who sends: what is sent for one step is sent once, however often the step is tried. */
export interface Sender {
  readonly runId: string;
  /** The step's. */
  readonly key: string;
  /** Of the run: what is sent carries it, unless it says otherwise. */
  readonly context: object;
}

export interface Post {
  /** Sends events. The same ids whenever it is asked for the same step again. */
  send(sender: Sender, events: readonly unknown[]): Promise<{ readonly ids: string[] }>;
  /** Starts a function. The same run whenever it is asked for the same step again. */
  start(sender: Sender, target: InvokedFunction, input: Readonly<Record<string, unknown>>): Promise<string>;
  /** Asks a run to end that was started for a step. */
  cancel(runId: string): void;
}
