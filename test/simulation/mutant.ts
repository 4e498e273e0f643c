// What a fault in a copy of the engine is. Types only.
import type { StoreName } from "./simulation-stores.ts";

/** A text of a source file, and what it is replaced with. */
export interface Edit {
  /** Below `src`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  /** What is simulated on. Default: in memory. */
  readonly store?: StoreName;
  /** The rule of the checker that is to catch it. */
  readonly rule: string;
  readonly edits: readonly Edit[];
  /** A seed by which it is caught: the shortest story that was found. */
  readonly seed: number;
}
