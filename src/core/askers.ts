// Who waits for which recorded outcome, the first one first.
//
// Owns: these calls until they are taken. Does not own: when that is (replay). Called by: replay.

interface Asker {
  readonly sequence: number;
  readonly deliver: () => void;
}

/** Cheap where they come in their order, and few at a time, as they mostly do. */
export class Askers {
  /** In ascending order. */
  #waiting: Asker[] = [];

  /** What the first of them waits for. */
  get first(): number | undefined {
    return this.#waiting[0]?.sequence;
  }

  add(sequence: number, deliver: () => void): void {
    const asker = { sequence, deliver };
    let place = this.#waiting.length;
    while (place > 0 && this.#waiting[place - 1]!.sequence > sequence) place--;
    if (place === this.#waiting.length) this.#waiting.push(asker);
    else this.#waiting.splice(place, 0, asker);
  }
  /** The first does not wait any more. Gives its call. */
  take(): (() => void) | undefined {
    return this.#waiting.shift()?.deliver;
  }
  clear(): void {
    this.#waiting = [];
  }
}
