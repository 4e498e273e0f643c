// The mixed load: every way of writing a body, and every way for a step to end.
import { createApp, type App, type Observer } from "../../src/index.ts";
import { sqlite, type AppStore } from "../../src/sqlite.ts";
import { join } from "node:path";
import { defineBodyFunctions } from "./load-bodies.ts";
import { Effects, type Hands } from "./load-effects.ts";
import { defineOrderFunctions } from "./load-orders.ts";
import { defineCancelledFunctions, defineTroubleFunctions } from "./load-troubles.ts";
import { defineValueFunctions } from "./load-values.ts";

export const APP_NAME = "crash";

const NO_HANDS: Hands = { lifeNow: () => 0, tokenOf: () => 0 };

export function journalPath(directory: string): string {
  return join(directory, "journal.db");
}

export interface LoadOptions {
  /** For the ledger. A process that only looks and sends has none. */
  readonly hands?: Hands;
  readonly store?: AppStore;
  readonly leaseMs?: number;
  readonly observers?: readonly Observer[];
}

/** The app of one process, on the files in `directory`. */
export function loadApp(
  directory: string,
  { hands = NO_HANDS, store = sqlite(journalPath(directory)), leaseMs, observers = [] }: LoadOptions = {},
): { readonly app: App; readonly effects: Effects } {
  const app: App = createApp({ name: APP_NAME, store, lease: leaseMs, observers });
  const effects = new Effects(directory, hands);
  defineOrderFunctions(app, effects);
  defineBodyFunctions(app, effects);
  defineTroubleFunctions(app, effects);
  defineCancelledFunctions(app, effects);
  defineValueFunctions(app, effects);
  return { app, effects };
}
