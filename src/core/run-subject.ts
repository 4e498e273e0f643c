// What a run is of, and how observers see it. Types, and one pure function.
import type { BusinessContext } from "./context.ts";
import type { ReceivedEvent } from "./event.ts";
import type { ObservedRun } from "./observer.ts";
import type { Redact, RunRedaction } from "./redaction.ts";

/** What a run is of. */
export interface RunSubject {
  readonly id: string;
  readonly functionId: string;
  readonly functionName: string;
  readonly event: ReceivedEvent;
  readonly context: BusinessContext;
}

/** Where nothing has to be hidden: outside any app. */
const OPENLY: Redact = {
  text: (text) => text,
  value: (value) => value,
  error: (error) => ({ type: typeof error, message: "", stack: undefined, causes: [] }),
};

/** A run as observers see it: frozen, as each of its steps shows the same one. */
export function observedRun(
  { id, functionId, functionName, event, context }: RunSubject,
  redaction: RunRedaction | undefined,
): ObservedRun {
  let shown: BusinessContext | undefined;
  return Object.freeze({
    id,
    function: Object.freeze({ id: functionId, name: functionName }),
    event: Object.freeze({ id: event.id, name: event.name, ts: event.ts }),
    // Made when it is first asked for: most observers do not.
    get context() {
      shown ??= redaction === undefined ? context : redaction.context();
      return shown;
    },
    redact: redaction ?? OPENLY,
  });
}
