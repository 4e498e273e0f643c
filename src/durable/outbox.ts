// The outbox: events that were sent in a transaction of the sender's, from its commit to their acceptance.
//
// Owns: when this process looks after it has sent some. Does not own: the rows (store), how often a worker looks anyway (worker).
// Called by: durable-backend, worker.
//   P1. When the sender commits, nobody is told: this process looks soon, and less and less often, until its worker's own look is next.
import type { PreparedEvent } from "../core/backend.ts";
import type { Clock } from "../core/clock.ts";
import { EventRefusedError } from "../core/errors.ts";
import type { Randomness } from "../core/ids.ts";
import { warnOnce } from "../core/warning.ts";
import { runIdFor } from "./run-id.ts";
import type { Store } from "./store.ts";

const LOOKS_MS = [0, 5, 20, 80, 320] as const;
/** Taken out in one transaction. */
export const MOST_AT_ONCE = 100;

export const NO_OUTBOX = 'the store has no transactions that an event can be sent in: sqlite("app.db") has';
export const NOT_OPEN =
  "the app has not opened its store yet, which takes a lock that the transaction would hold: call app.start(), or read app.runs, before it begins";

/** P1 */
export class OutboxLooks {
  readonly #clock: Clock;
  readonly #look: () => void;
  #stop: (() => void) | undefined;

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
  }

  lookSoon(): void {
    this.stop();
    this.#lookAt(0);
  }
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #lookAt(place: number): void {
    const afterMs = LOOKS_MS[place];
    if (afterMs === undefined) return;
    this.#stop = this.#clock.timer(afterMs, () => {
      this.#look();
      this.#lookAt(place + 1);
    });
  }
}

/** Accepts what is in the outbox. Gives how many: of `MOST_AT_ONCE`, there may be more. */
export async function acceptPosted(
  store: Store,
  { clock, random }: { readonly clock: Clock; readonly random: Randomness },
): Promise<number> {
  const accepted = await store.acceptPosted?.({
    limit: MOST_AT_ONCE,
    nowMs: clock.now(),
    runId: ({ id }, functionId, isNamed) => runIdFor({ id, isNamed }, functionId, random, clock),
  });
  for (const { eventId, result } of accepted ?? [])
    if (result === "conflict")
      warnOnce(
        `conflict ${eventId}`,
        `the event ${eventId}, sent in a transaction, starts nothing: its id was accepted before with other data`,
      );
  return accepted?.length ?? 0;
}

/** Why an event cannot be sent in a transaction. */
export function postProblem(events: readonly PreparedEvent[], message: string): EventRefusedError {
  return EventRefusedError.for(events[0]?.name ?? "?", [{ path: "tx", message }]);
}
