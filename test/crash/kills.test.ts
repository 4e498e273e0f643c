// Workers are killed at random moments of a mixed load, and nothing is lost, done twice without a word, or changed (P1–P3, P5, P6).
//
// SUREFOOT_KILLS sets how often, SUREFOOT_SEED which load and which moments.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { countFrom, percentile, printFigure } from "../figures.ts";
import { checkHistory, reportOf } from "./history-checker.ts";
import type { JournalPlace } from "./journal-place.ts";
import { campaignEvents, runCampaign } from "./kill-campaign.ts";
import { loadEvents } from "./load-events.ts";
import { restartsOf } from "./restarts.ts";
import { sometimesOf } from "./sometimes.ts";
import { sqlitePlaceIn } from "./sqlite-place.ts";
import { runUndisturbed } from "./undisturbed-load.ts";
import { WorkerProcess } from "./worker-process.ts";

const KILLS = countFrom("SUREFOOT_KILLS", 40);
const SEED = process.env["SUREFOOT_SEED"] ?? "surefoot";
/** From this many kills on, each of the moments that the checks are about has come. Below, a few may be missing. */
const ENOUGH_FOR_ALL = 200;
const MOST_MISSING = 3;
const MEDIAN_RESTART_MS = 2_000;
/** Well under the default lease of 15 s. */
const LONGEST_RESTART_MS = 8_000;

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
      const [disturbed, left] = ["disturbed", "left-alone"].map((name) => join(directory, name)) as [string, string];
      for (const path of [disturbed, left]) mkdirSync(path);
      const [campaign, undisturbed] = await Promise.all([
        runCampaign({ directory: disturbed, place: sqlitePlaceIn(disturbed), seed: SEED, kills: KILLS }),
        runUndisturbed(left, campaignEvents(SEED, KILLS)),
      ]);
      const history = { ...campaign, undisturbed };

      const sometimes = sometimesOf(history);
      for (const [name, count] of Object.entries(sometimes)) printFigure(name, count);
      const restarts = restartsOf(history).map(({ afterMs }) => afterMs);
      printFigure("runs in the kill campaign", history.runs.size);
      printFigure("ledger lines", history.lines.length);
      printFigure("outcomes that never changed", history.outcomes.size);
      printFigure("time until a restarted worker goes on, p50", percentile(restarts, 0.5), "ms");
      printFigure("time until a restarted worker goes on, longest", Math.max(...restarts), "ms");

      const violations = checkHistory(history);
      printFigure("violations", violations.length);
      expect(violations.length === 0 ? "" : reportOf(history, violations)).toBe("");
      expect(sometimes["kills"]).toBe(KILLS);
      const missing = Object.entries(sometimes).flatMap(([name, count]) => (count === 0 ? [name] : []));
      expect(missing.slice(KILLS >= ENOUGH_FOR_ALL ? 0 : MOST_MISSING)).toEqual([]);
      expect(restarts.length).toBeGreaterThan(KILLS / 4);
      expect(percentile(restarts, 0.5)).toBeLessThan(MEDIAN_RESTART_MS);
      expect(Math.max(...restarts)).toBeLessThan(LONGEST_RESTART_MS);
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
