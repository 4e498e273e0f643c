// When a worker that a run has left looks for more of them.
//
// Owns: the timer until then. Does not own: the look (worker). Called by: worker.
//   R1. A worker that has nearly as many runs as it may have waits until there is room for several, but not for long: a look for each
//       that leaves would take the store's time from those that are at work.
import type { Clock } from "../core/clock.ts";

/** Of all that it may have. */
const LEAST_ROOM = 1 / 8;
const LONGEST_MS = 5;

export class RoomWait {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #look: () => void;
  #isWaiting = false;

  constructor(clock: Clock, most: number, look: () => void) {
    this.#clock = clock;
    this.#most = most;
    this.#look = look;
  }

  /** A run has left; so many are still there. */
  left(atWork: number): void {
    if (atWork === 0 || this.#most - atWork >= this.#most * LEAST_ROOM) return this.#look();
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#clock.timer(LONGEST_MS, () => {
      this.#isWaiting = false;
      this.#look();
    });
  }
}
