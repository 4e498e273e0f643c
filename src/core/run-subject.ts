// What a run is of, and how observers see it. Pure.
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
  const parts = {
    id,
    function: Object.freeze({ id: functionId, name: functionName }),
    event: Object.freeze({ id: event.id, name: event.name, ts: event.ts }),
    redact: redaction ?? OPENLY,
  };
  return Object.freeze(new RunObservation(parts, redaction ?? { context }));
}

/** The same run with its news. */
export function observedWith<News extends object>(observed: ObservedRun, news: News): ObservedRun & News {
  return Object.assign(new RunObservation(observed, observed), news);
}

/** A class, so that all runs look alike to what reads them: an object with a getter of its own is one of its kind. */
class RunObservation implements ObservedRun {
  readonly id: string;
  readonly function: ObservedRun["function"];
  readonly event: ObservedRun["event"];
  readonly redact: Redact;
  readonly #shown: { readonly context: BusinessContext };

  constructor({ id, function: of, event, redact }: Omit<ObservedRun, "context">, shown: { context: BusinessContext }) {
    this.id = id;
    this.function = of;
    this.event = event;
    this.redact = redact;
    this.#shown = shown;
  }
  /** Made when it is first asked for: most observers do not. */
  get context(): BusinessContext {
    return this.#shown.context;
  }
}
