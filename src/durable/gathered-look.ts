// A look that many ask for: all who ask in one turn are told by one.
//
// Owns: the look that is about to be made. Does not own: what is looked at.
// Called by: the worker.
import type { Clock } from "../core/clock.ts";

export class GatheredLook {
  readonly #clock: Clock;
  readonly #look: () => Promise<void>;
  #next: Promise<void> | undefined;

  constructor(clock: Clock, look: () => Promise<void>) {
    this.#clock = clock;
    this.#look = look;
  }

  ask(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      this.#clock.turn(() => {
        this.#next = undefined;
        resolve(this.#look());
      });
    });
    return this.#next;
  }
}
