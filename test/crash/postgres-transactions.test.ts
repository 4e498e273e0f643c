// Transactions under kills on a Postgres: what a step does in the journal's own database, and what is sent in a transaction, happens exactly once (P4).
//
// SUREFOOT_POSTGRES_TRANSACTION_KILLS sets how often the worker is killed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countFrom } from "../figures.ts";
import { PostgresServer, hasPostgres } from "../postgres/server.ts";
import { PostgresPlace } from "./postgres-place.ts";
import { carryOutTransactionTrial } from "./transaction-trial.ts";

const KILLS = countFrom("SUREFOOT_POSTGRES_TRANSACTION_KILLS", 25);

let server: PostgresServer;
const directory = mkdtempSync(join(tmpdir(), "surefoot-postgres-transactions-"));

// Skipped: where there is no build of the server, there is none to work on.
describe.skipIf(!hasPostgres())("transactions on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(async () => {
    await server.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it(
    `${KILLS} kills: each step's effect is there once, and each event of a committed transaction has started one run`,
    { timeout: 60_000 + KILLS * 3_000 },
    async () => {
      const { address } = new PostgresPlace(server.url, "journal");
      const trial = { address, compileCache: join(directory, "compiled"), kills: KILLS };
      await expect(carryOutTransactionTrial(trial)).resolves.toBeUndefined();
    },
  );
});
