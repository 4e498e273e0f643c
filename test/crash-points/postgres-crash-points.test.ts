// At every call of the store, before, within and after it, a process dies that works on a Postgres; the next one comes to the same outcome (P1–P3, P5).
//
// SUREFOOT_POSTGRES_CRASH_POINTS sets how many points of each function are gone through, spread over all of them; "all" is all.
// SUREFOOT_POSTGRES_CRASH_PAIRS sets of how many of each function the second life dies as well.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresPlace } from "../crash/postgres-place.ts";
import { countFrom } from "../figures.ts";
import { PostgresServer, hasPostgres } from "../postgres/server.ts";
import type { Moment } from "./boundaries.ts";
import {
  beginCrashTrial,
  dieOnce,
  dieTwice,
  labelsOf,
  longestTrialMs,
  pointsFrom,
  type CrashTrial,
} from "./crash-trial.ts";

const POINTS_OF_A_FUNCTION = pointsFrom("SUREFOOT_POSTGRES_CRASH_POINTS", 3);
const PAIRS_OF_A_FUNCTION = countFrom("SUREFOOT_POSTGRES_CRASH_PAIRS", 1);
const MOMENTS: readonly Moment[] = ["before", "sent", "asked", "committed", "acknowledged"];

const directory = mkdtempSync(join(tmpdir(), "surefoot-postgres-crash-points-"));
let server: PostgresServer;
let pool: Pool;
let trial: CrashTrial;
let schemas = 0;

// Skipped: where there is no build of the server, there is none to work on.
describe.skipIf(!hasPostgres())("crash points on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
    pool = new Pool({ connectionString: server.url, max: 2 });
    trial = await beginCrashTrial(directory, {
      newIn: () => new PostgresPlace(server.url, `point_${++schemas}`).address,
      remove: async (address) => {
        await pool.query(`drop schema if exists ${new URL(address).searchParams.get("schema")!} cascade`);
      },
    });
  });
  afterAll(async () => {
    await pool.end();
    await server.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it(
    "a death at any of them changes no outcome, and lets no recorded body run again",
    { timeout: longestTrialMs(POINTS_OF_A_FUNCTION) },
    async () => {
      await expect(dieOnce(trial, POINTS_OF_A_FUNCTION, MOMENTS)).resolves.toBeUndefined();
    },
  );

  it(
    "nor does a second death, in the life that goes on after the first",
    { timeout: longestTrialMs(PAIRS_OF_A_FUNCTION * 2) },
    async () => {
      await expect(dieTwice(trial, PAIRS_OF_A_FUNCTION)).resolves.toBeUndefined();
    },
  );

  it("each call of the store is one of them, and most have all that there are", () => {
    const labels = labelsOf(trial);
    for (const verb of [
      "look that accepts",
      "look",
      "commit",
      "register",
      "requestCancel",
      "enterWorker",
      "leaveWorker",
      "open",
    ])
      for (const moment of MOMENTS) expect(labels).toContain(`${verb} ${moment}`);
  });
});
