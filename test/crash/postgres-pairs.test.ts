// Two and four workers on one Postgres, each killed or stopped at random moments: nothing is lost, nothing recorded twice, zombies are refused.
//
// SUREFOOT_POSTGRES_CYCLES sets how often, SUREFOOT_POSTGRES_CYCLES_15S how often at the default lease, SUREFOOT_SEED which load and moments.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countFrom } from "../figures.ts";
import { PostgresServer, hasPostgres } from "../postgres/server.ts";
import { carryOutPairTrial } from "./pair-trial.ts";
import { PostgresPlace } from "./postgres-place.ts";

const CYCLES = countFrom("SUREFOOT_POSTGRES_CYCLES", 20);
const SEED = process.env["SUREFOOT_SEED"] ?? "surefoot";
/** Some 16 s for each that is stopped. */
const CYCLES_AT_DEFAULT = countFrom("SUREFOOT_POSTGRES_CYCLES_15S", 0, 0);
const LEASE_MS = 500;
const DEFAULT_LEASE_MS = 15_000;
const CAMPAIGNS: readonly (readonly [workers: number, cycles: number, leaseMs: number])[] = [2, 4].flatMap(
  (workers) => [
    [workers, CYCLES, LEASE_MS] as const,
    ...(CYCLES_AT_DEFAULT > 0 ? [[workers, CYCLES_AT_DEFAULT, DEFAULT_LEASE_MS] as const] : []),
  ],
);
/** In `npm test` there are few takeovers, and a server, four workers and the undisturbed one on the machine. */
const ENOUGH = { forMedian: 5, forSlowest: 50 };

let server: PostgresServer;
let places = 0;

// Skipped: where there is no build of the server, there is none to work on.
describe.skipIf(!hasPostgres())("workers on one Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it.each(CAMPAIGNS)(
    "%i workers, %i kills and stops, at a lease of %i ms, lose nothing, record nothing twice, and what a zombie writes is refused",
    { timeout: 300_000 + CYCLES * 3_000 },
    async (workers, cycles, leaseMs) => {
      const newPlace = (): PostgresPlace => new PostgresPlace(server.url, `journal_${++places}`);
      const trial = { seed: SEED, workers, cycles, leaseMs, enough: ENOUGH, newPlace };
      await expect(carryOutPairTrial(trial)).resolves.toBeUndefined();
    },
  );
});
