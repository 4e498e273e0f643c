// Measures, round by round, each figure in a fresh process.
//
// Owns: how fast the machine was at its best. Does not own: what is made of the samples (figures).
// Called by: main.
import type { Sample, SampleSeries } from "./figures.ts";
import type { Target } from "./options.ts";
import { runNode } from "./processes.ts";
import { showDuration, showRatio } from "../shared/show-figures.ts";
import { WORKLOADS } from "./workloads.ts";

const MOST_TRIES = 3;
/** The machine is disturbed if it is that much slower than it was at its best. */
const MOST_SLOWDOWN = 1.08;

let fastestMs = Number.POSITIVE_INFINITY;

/** Each round measures everything once; every second one from the last to the first, so that a drift does not favour anybody. */
export function measureRounds(rounds: number, targets: readonly Target[]): readonly SampleSeries[] {
  const samples = new Map<Target, Sample[]>(targets.map((target) => [target, []]));
  for (let round = 0; round < rounds; round++) {
    for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
      const sample = measureTarget(target);
      samples.get(target)!.push(sample);
      const { contestant, workload } = target;
      const slowdown = sample.calibrationMs / fastestMs;
      console.error(
        `round ${round + 1} of ${rounds}  ${`${workload}/${contestant}`.padEnd(36)} ${showDuration(sample.minNs / WORKLOADS[workload].steps).padStart(9)} a step${slowdown > MOST_SLOWDOWN ? `  (the machine was ${showRatio(slowdown)} as slow as at its best)` : ""}`,
      );
    }
  }
  return [...samples].map(([target, taken]) => ({ ...target, samples: taken }));
}

/** Measures again while somebody else is on the core, and keeps the quietest try. */
function measureTarget({ contestant, workload }: Target): Sample {
  const tries: Sample[] = [];
  do {
    const sample = JSON.parse(runNode("measure.ts", [contestant, workload, "--json"])) as Sample;
    tries.push(sample);
    fastestMs = Math.min(fastestMs, sample.calibrationMs);
  } while (tries.at(-1)!.calibrationMs > fastestMs * MOST_SLOWDOWN && tries.length < MOST_TRIES);
  return tries.toSorted((left, right) => left.calibrationMs - right.calibrationMs)[0]!;
}
