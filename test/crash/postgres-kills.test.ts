// A worker is killed at random moments of a mixed load on a Postgres, and the next goes on: nothing is lost, done twice without a word, or changed.
//
// SUREFOOT_POSTGRES_KILLS sets how often, SUREFOOT_SEED which load and which moments.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countFrom } from "../figures.ts";
import { PostgresServer, hasPostgres } from "../postgres/server.ts";
import { carryOutKillTrial } from "./kill-trial.ts";
import { PostgresPlace } from "./postgres-place.ts";

const KILLS = countFrom("SUREFOOT_POSTGRES_KILLS", 15);
const SEED = process.env["SUREFOOT_SEED"] ?? "surefoot";

let server: PostgresServer;
const directory = mkdtempSync(join(tmpdir(), "surefoot-postgres-kills-"));

// Skipped: where there is no build of the server, there is none to work on.
describe.skipIf(!hasPostgres())("kills of a worker on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(async () => {
    await server.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it(
    `${KILLS} of them lose nothing, and repeat nothing that was recorded`,
    { timeout: 300_000 + KILLS * 3_000 },
    async () => {
      const newPlace = (): PostgresPlace => new PostgresPlace(server.url, "kills");
      const trial = { directory, seed: SEED, kills: KILLS, mostMissing: 6, enoughForSlowest: 50, newPlace };
      await expect(carryOutKillTrial(trial)).resolves.toBeUndefined();
    },
  );
});
