// Workers are killed at random moments of a mixed load, and nothing is lost, done twice without a word, or changed (P1–P3, P5, P6).
//
// SUREFOOT_KILLS sets how often, SUREFOOT_SEED which load and which moments.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { countFrom, printFigure } from "../figures.ts";
import type { JournalPlace } from "./journal-place.ts";
import { carryOutKillTrial } from "./kill-trial.ts";
import { loadEvents } from "./load-events.ts";
import { sqlitePlaceIn } from "./sqlite-place.ts";
import { WorkerProcess } from "./worker-process.ts";

const KILLS = countFrom("SUREFOOT_KILLS", 40);
const SEED = process.env["SUREFOOT_SEED"] ?? "surefoot";

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function newDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `surefoot-${name}-`));
  directories.push(directory);
  return directory;
}

describe("kills", () => {
  it(
    `${KILLS} of them lose nothing, and repeat nothing that was recorded`,
    { timeout: 300_000 + KILLS * 3_000 },
    async () => {
      const directory = newDirectory("kills");
      const trial = {
        directory,
        seed: SEED,
        kills: KILLS,
        mostMissing: 3,
        enoughForSlowest: 1,
        newPlace: sqlitePlaceIn,
      };
      await expect(carryOutKillTrial(trial)).resolves.toBeUndefined();
    },
  );

  it(
    "a worker that is killed while it makes its tables leaves a file that the next one works with",
    { timeout: 120_000 },
    async () => {
      const rounds = Math.max(6, Math.ceil(KILLS / 10));
      let killsBeforeTables = 0;
      for (let round = 0; round < rounds; round++) {
        const directory = newDirectory("tables");
        const event = loadEvents(`tables ${round}`, 100).find(({ name }) => name === "load/values")!;
        const place = sqlitePlaceIn(directory);
        const args = [directory, place.address, "1", JSON.stringify([event])];
        const killed = new WorkerProcess({ program: "./load-worker.ts", args });
        await killed.said("loaded");
        if (round % 6 > 0) await delay((round % 6) * 2);
        await killed.kill();
        if ((await place.look()).workers.length === 0) killsBeforeTables++;

        const next = new WorkerProcess({
          program: "./load-worker.ts",
          args: [directory, place.address, "2", JSON.stringify([event])],
        });
        await expect.poll(() => statuses(place), { timeout: 20_000, interval: 50 }).toEqual(["completed"]);
        expect(await next.stop()).toMatchObject({ code: 0, complaints: "" });
        expect(await place.integrity()).toBe("ok");
      }
      printFigure("kills before a worker was in its tables", killsBeforeTables);
      expect(killsBeforeTables).toBeGreaterThan(0);
    },
  );
});

async function statuses(place: JournalPlace): Promise<string[]> {
  return (await place.look()).runs.map(({ status }) => status);
}
