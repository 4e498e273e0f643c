// The instruments of an app: code is entered through them, and goes on whatever they make of it (P8).
//
//   A1. What is entered is entered once, at once, and its value or its error passes the instruments by.
import type { Instrument, ObservedEntry, ObservedSending, ObservedSlice, TraceCarrier } from "./instrument.ts";
import { reportObserver } from "./observer-report.ts";

type Around = "aroundRun" | "aroundStep" | "aroundSend";
const HOOKS = ["aroundRun", "aroundStep", "aroundSend", "traceCarrier"] as const;

/** Whether an observer has something to be asked: one that fails when it is looked at has not. */
export function hasHook(observer: Instrument, hook: keyof Instrument): boolean {
  try {
    return observer[hook] !== undefined;
  } catch {
    return false;
  }
}

export class Instruments {
  readonly #instruments: readonly Instrument[];

  constructor(instruments: readonly Instrument[]) {
    this.#instruments = instruments;
  }

  /** Those among the observers that stand around something; undefined if none does. */
  static among(observers: readonly Instrument[]): Instruments | undefined {
    const instruments = observers.filter((observer) => HOOKS.some((hook) => hasHook(observer, hook)));
    return instruments.length === 0 ? undefined : new Instruments(instruments);
  }

  aroundRun<Given>(slice: ObservedSlice, call: () => Given): Given {
    return this.#around("aroundRun", ASK.aroundRun, slice, call, undefined);
  }
  /** What is called is given its argument, so that nobody has to make a function for each step. */
  aroundStep<Of, Given>(entry: ObservedEntry, call: (of: Of) => Given, of: Of): Given {
    return this.#around("aroundStep", ASK.aroundStep, entry, call, of);
  }
  aroundSend<Given>(sending: ObservedSending, call: () => Promise<Given>): Promise<Given> {
    return this.#around("aroundSend", ASK.aroundSend, sending, call, undefined);
  }

  traceCarrier(): TraceCarrier | undefined {
    let found: TraceCarrier | undefined;
    for (const instrument of this.#instruments) {
      try {
        found ??= instrument.traceCarrier?.();
      } catch (error) {
        reportObserver("traceCarrier", error);
      }
    }
    return found;
  }

  /** A1: through the first of them, and in it through the second, and so on. */
  #around<News, Of, Given>(hook: Around, ask: Ask<News>, news: News, call: (of: Of) => Given, of: Of): Given {
    const [first] = this.#instruments;
    if (this.#instruments.length === 1) return through(hook, ask, first!, news, call, of);
    let next = (): Given => call(of);
    for (let place = this.#instruments.length - 1; place >= 0; place--) {
      const instrument = this.#instruments[place]!;
      const inner = next;
      next = () => through(hook, ask, instrument, news, inner, undefined);
    }
    return next();
  }
}

type Ask<News> = (instrument: Instrument, news: News, enter: () => any) => unknown;

// As in step-audience: a call for each hook rather than one by name.
const ASK = {
  aroundRun: (instrument: Instrument, slice: ObservedSlice, enter: () => void) =>
    instrument.aroundRun === undefined ? enter() : instrument.aroundRun(slice, enter),
  aroundStep: (instrument: Instrument, entry: ObservedEntry, enter: () => void) =>
    instrument.aroundStep === undefined ? enter() : instrument.aroundStep(entry, enter),
  aroundSend: (instrument: Instrument, sending: ObservedSending, enter: () => Promise<unknown>) =>
    instrument.aroundSend === undefined ? enter() : instrument.aroundSend(sending, enter),
};

/** A1. It is on the way into each step: what it remembers is in two variables. */
function through<News, Of, Given>(
  hook: Around,
  ask: Ask<News>,
  instrument: Instrument,
  news: News,
  call: (of: Of) => Given,
  of: Of,
): Given {
  let how = "before" as "before" | "given" | "thrown"; // it changes in `enter`
  let end: unknown;
  const enter = (): Given => {
    if (how === "before") {
      try {
        end = call(of);
        how = "given";
      } catch (thrown) {
        end = thrown;
        how = "thrown";
      }
    }
    if (how === "thrown") throw end;
    return end as Given;
  };
  try {
    ask(instrument, news, enter);
  } catch (error) {
    if (how !== "thrown" || end !== error) reportObserver(hook, error);
  }
  return enter();
}
