// Transactions under kills: what a step does in the journal's own file, and what is sent in a transaction, happens exactly once (P4).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { countFrom } from "../figures.ts";
import { journalPath } from "./load.ts";
import { carryOutTransactionTrial } from "./transaction-trial.ts";

const KILLS = countFrom("SUREFOOT_TRANSACTION_KILLS", 50);

const directory = mkdtempSync(join(tmpdir(), "surefoot-transactions-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it(
  `${KILLS} kills: each step's effect is there once, and each event of a committed transaction has started one run`,
  { timeout: 60_000 + KILLS * 3_000 },
  async () => {
    const trial = { address: journalPath(directory), compileCache: join(directory, "compiled"), kills: KILLS };
    await expect(carryOutTransactionTrial(trial)).resolves.toBeUndefined();
  },
);
