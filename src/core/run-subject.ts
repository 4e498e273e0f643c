// What a run is of, and how observers see it. Types, and one pure function.
import type { BusinessContext } from "./context.ts";
import type { ReceivedEvent } from "./event.ts";
import type { ObservedRun } from "./observer.ts";

/** What a run is of. */
export interface RunSubject {
  readonly id: string;
  readonly functionId: string;
  readonly functionName: string;
  readonly event: ReceivedEvent;
  readonly context: BusinessContext;
}

/** A run as observers see it: frozen, as each of its steps shows the same one. */
export function observedRun({ id, functionId, functionName, event, context }: RunSubject): ObservedRun {
  return Object.freeze({
    id,
    function: Object.freeze({ id: functionId, name: functionName }),
    event: Object.freeze({ id: event.id, name: event.name, ts: event.ts }),
    context,
  });
}
