// Ids that are counted and jitter that is none: two runs of one test see the same.
//
// Owns: how far it has counted. Does not own: what ids are for. Called by: stage.ts.
import type { Randomness } from "../core/ids.ts";

export class CountedIds implements Randomness {
  readonly #counts = new Map<string, number>();

  fraction(): number {
    return 0.5;
  }
  /** `run_1`, `run_2`, `evt_1` … */
  id(prefix: string): string {
    const count = (this.#counts.get(prefix) ?? 0) + 1;
    this.#counts.set(prefix, count);
    return `${prefix}_${count}`;
  }
}
