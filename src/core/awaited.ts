// What a step waits for that comes from elsewhere, and what has come. Types only.
import type { ReceivedEvent } from "./event.ts";
import type { Outcome } from "./outcome.ts";

/** An event with this name, and with this in its data; or the end of a run. */
export type Awaited =
  | { readonly kind: "event"; readonly event: string; readonly match: object | undefined }
  | { readonly kind: "run"; readonly runId: string };

/** What came first, or that the time was over. `source`: the event's id, or the run's. */
export type Arrived =
  | { readonly kind: "event"; readonly source: string; readonly event: ReceivedEvent }
  | { readonly kind: "run"; readonly source: string; readonly outcome: Outcome }
  | { readonly kind: "nothing" };
