// What is old is removed: ended runs, and events that nobody needs any more.
//
// Owns: when it was last looked for. Does not own: what may be removed (store).
// Called by: worker.
//   O1. A few at a time, so that nothing else waits for it; again at once while there is more.
import type { Clock } from "../core/clock.ts";
import type { Store } from "./store.ts";

const LOOK_MS = 3_600_000;
const BATCH = 500;

export interface RetentionOptions {
  readonly app: string;
  readonly store: Store;
  readonly clock: Clock;
  /** How long what has ended is kept. `Infinity`: for ever. */
  readonly retentionMs: number;
}

export class Retention {
  readonly #options: RetentionOptions;
  #looksAfterMs = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** O1 */
  async look(): Promise<void> {
    const { app, store, clock, retentionMs } = this.#options;
    if (retentionMs === Number.POSITIVE_INFINITY || clock.elapsed() < this.#looksAfterMs) return;
    const removed = await store.prune({ app, beforeMs: clock.now() - retentionMs, limit: BATCH });
    if (removed < BATCH) this.#looksAfterMs = clock.elapsed() + LOOK_MS;
  }
}
