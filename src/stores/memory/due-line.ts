// The runs of one function in memory that want a worker, the first to be due first.
//
// Owns: their order. Does not own: the runs.
// Called by: run-places.
import type { RunRecord } from "../../durable/journal.ts";

/** A run where it is kept: what `run` is may change only while it stands in no line. */
export interface Placed {
  readonly run: RunRecord;
}

/** Cheap where runs mostly come due in the order in which they join, and leave at the front. */
export class DueLine<Run extends Placed> implements Iterable<Run> {
  #runs: (Run | undefined)[] = [];
  #head = 0;

  add(placed: Run): void {
    const last = this.#runs.at(-1);
    if (last === undefined || compareDue(last, placed) < 0) this.#runs.push(placed);
    else this.#runs.splice(this.#placeOf(placed), 0, placed);
  }
  remove(placed: Run): void {
    const place = this.#placeOf(placed);
    if (place > this.#head) this.#runs.splice(place, 1);
    else {
      this.#runs[this.#head++] = undefined;
      if (this.#head * 2 > this.#runs.length) this.#compact();
    }
  }

  /** Not to be changed before it has been read as far as needed. */
  *[Symbol.iterator](): Generator<Run> {
    for (let place = this.#head; place < this.#runs.length; place++) yield this.#runs[place]!;
  }

  /** Where it is, or would be. */
  #placeOf(placed: Run): number {
    let low = this.#head;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareDue(this.#runs[middle]!, placed) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  #compact(): void {
    this.#runs = this.#runs.slice(this.#head);
    this.#head = 0;
  }
}

/** No two runs have the same place. */
export function compareDue({ run: left }: Placed, { run: right }: Placed): number {
  return left.dueMs! - right.dueMs! || left.position - right.position;
}
