// Events that the next look is to accept: their runs are made and claimed by one write then.
//
// Owns: the sender that waits for that look. Does not own: looks (worker).
// Called by: the worker.
//   A1. Each sender is answered: what no look has accepted, or nobody knows whether it has, is asked of the store alone. Asked twice, it
//       starts nothing twice.
import type { AcceptedEvent, Look, Store } from "./store.ts";

export type Acceptance = Parameters<Store["accept"]>[0];

interface Waiting {
  readonly acceptance: Acceptance;
  readonly answer: (given: ReturnType<Store["accept"]>) => void;
}

export class Acceptances {
  readonly #store: Pick<Store, "accept">;
  readonly #tend: () => void;
  #waiting: Waiting | undefined;

  /** `tend`: there may be something to claim. */
  constructor(store: Pick<Store, "accept">, tend: () => void) {
    this.#store = store;
    this.#tend = tend;
  }

  /** Without a look. */
  async alone(acceptance: Acceptance): Promise<readonly AcceptedEvent[]> {
    const accepted = await this.#store.accept(acceptance);
    this.#tend();
    return accepted;
  }
  /** With the next look. */
  next(acceptance: Acceptance): Promise<readonly AcceptedEvent[]> {
    return new Promise((answer) => {
      this.#waiting = { acceptance, answer };
    });
  }

  /** A look, with what waits for one. A1 */
  async with(look: (accepting: Acceptance | undefined) => Promise<Look>): Promise<Look> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    try {
      const seen = await look(waiting?.acceptance);
      waiting?.answer(Promise.resolve(seen.accepted!));
      return seen;
    } catch (error) {
      waiting?.answer(this.alone(waiting.acceptance));
      throw error;
    }
  }
  /** There is no look to come. A1 */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.answer(this.alone(waiting.acceptance));
  }
}
