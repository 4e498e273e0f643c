// What a run of the benchmark leaves behind: results.json. The tables of the pages are made from it, and from nothing else.
import type { Origin } from "../shared/results-file.ts";
import type { Figure } from "./figures.ts";
import type { ContestantName } from "./contestants.ts";
import type { Target } from "./options.ts";
import type { Sample } from "./sample.ts";

export interface Results extends Origin {
  /** Exact versions of the peers and of the servers. */
  readonly versions: Readonly<Record<string, string>>;
  /** What the pages say of each that was measured. */
  readonly settings: Readonly<Partial<Record<ContestantName, string>>>;
  /** Who could not take part, and why. */
  readonly absent: Readonly<Partial<Record<ContestantName, string>>>;
  readonly rounds: number;
  /** Whether peers took part in every round of what takes them long. */
  readonly allRounds: boolean;
  /** In each round: a write of 4 KiB that is waited for until it is on the disk, so many in a second. */
  readonly flushesPerS: readonly number[];
  readonly figures: readonly Figure[];
  /** What was to be measured and was not, because the time was up. */
  readonly missing: readonly (Target & { readonly round: number })[];
  readonly failures: readonly Omit<Required<Sample>, "metrics">[];
}

/** From the root of the repository. */
export const RESULTS = "bench/durable/results.json";
