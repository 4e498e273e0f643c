// What a run of the benchmark leaves behind: results.json. The tables of the pages are made from it, and from nothing else.
import type { WeighedName } from "../../scripts/weight/programs.ts";
import type { Weight } from "../../scripts/weight/weigh.ts";
import type { Origin } from "../shared/results-file.ts";
import type { PeerName } from "./contestants.ts";

/** From the root of the repository. */
export const RESULTS = "bench/size/results.json";

/** One bundle. */
export interface WeightFigure extends Weight {
  readonly program: WeighedName | PeerName;
  readonly modules: number;
}

export interface OwnWeightFigure extends WeightFigure {
  readonly program: WeighedName;
  /** The same built by Vite. */
  readonly gzipByVite: number;
  /** The same where the bundler is not told that it builds for production. */
  readonly gzipInDevelopment: number;
  /** Bytes that are left of each module, minified. */
  readonly parts: Readonly<Record<string, number>>;
}

/** A package installed alone, into an empty folder. */
export interface InstallFigure {
  readonly package: string;
  /** In the lock file, with itself. */
  readonly packages: number;
  readonly bytesOnDisk: number;
}

export interface Results extends Origin {
  /** Of the peers, and of what weighs. */
  readonly versions: Readonly<Record<string, string>>;
  readonly own: readonly OwnWeightFigure[];
  readonly peers: readonly WeightFigure[];
  readonly installs: readonly InstallFigure[];
}
