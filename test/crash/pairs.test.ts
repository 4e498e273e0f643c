// Two workers on one file, each killed or stopped at random moments: nothing is lost, nothing recorded twice, zombies are refused (P1–P3, P5–P7).
//
// SUREFOOT_PAIR_CYCLES sets how often, SUREFOOT_PAIR_CYCLES_15S how often at the default lease, SUREFOOT_SEED which load and moments.
import { describe, expect, it } from "vitest";
import { countFrom } from "../figures.ts";
import { carryOutPairTrial } from "./pair-trial.ts";
import { sqlitePlaceIn } from "./sqlite-place.ts";

const CYCLES = countFrom("SUREFOOT_PAIR_CYCLES", 50);
const SEED = process.env["SUREFOOT_SEED"] ?? "surefoot";
/** Some 16 s for each that is stopped: there are none in `npm test`, which has the default lease with one worker (kills.test.ts). */
const CYCLES_AT_DEFAULT = countFrom("SUREFOOT_PAIR_CYCLES_15S", 0, 0);
const LEASE_MS = 500;
const DEFAULT_LEASE_MS = 15_000;
const CAMPAIGNS: readonly (readonly [cycles: number, leaseMs: number])[] = [
  [CYCLES, LEASE_MS],
  ...(CYCLES_AT_DEFAULT > 0 ? [[CYCLES_AT_DEFAULT, DEFAULT_LEASE_MS] as const] : []),
];

describe("two workers on one file", () => {
  it.each(CAMPAIGNS)(
    "%i kills and stops, at a lease of %i ms, lose nothing, record nothing twice, and what a zombie writes is refused",
    { timeout: 300_000 + CYCLES * 2_000 },
    async (cycles, leaseMs) => {
      const trial = {
        seed: SEED,
        workers: 2,
        cycles,
        leaseMs,
        enough: { forMedian: 1, forSlowest: 1 },
        newPlace: sqlitePlaceIn,
      };
      await expect(carryOutPairTrial(trial)).resolves.toBeUndefined();
    },
  );
});
