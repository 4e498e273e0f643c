// How many connections users' code may have at once: never the last one, which the saves of its own runs need.
//
// Owns: how many are lent, and who waits for one. Called by: postgres-connection.
export class Lending {
  readonly #most: number;
  #lent = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(connections: number) {
    this.#most = connections - 1;
  }

  /** Whether there is any that may be lent. */
  get isPossible(): boolean {
    return this.#most > 0;
  }

  /** Does the work once its turn has come: who waits longest is next. */
  async inTurn<Given>(work: () => Promise<Given>): Promise<Given> {
    if (this.#lent >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#lent++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#lent--;
      else next();
    }
  }
}
