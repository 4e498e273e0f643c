// A run that kills its process each time is put aside, and takes no others along (durability.md, rule 11).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";
import { lookAtJournal } from "./journal-look.ts";
import { journalPath } from "./load.ts";
import { WorkerProcess } from "./worker-process.ts";

const MOST_LIVES = 12;
const directory = mkdtempSync(join(tmpdir(), "surefoot-poison-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function entries(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of readFileSync(join(directory, "entered.txt"), "utf8").trim().split("\n"))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Starts workers until one is not killed. Gives how many were. */
async function deathsUntilSettled(): Promise<number> {
  for (let life = 0; life < MOST_LIVES; life++) {
    const worker = new WorkerProcess({
      program: "./poison-worker.ts",
      args: [directory, life === 0 ? "send" : "work"],
    });
    const isSettled = (await worker.said("settled")) !== undefined;
    const { code, signal, complaints } = await worker.end;
    expect(complaints).toBe("");
    expect([code, signal]).toEqual(isSettled ? [0, null] : [null, "SIGKILL"]);
    if (isSettled) return life;
  }
  throw new RangeError(`workers were still killed after ${MOST_LIVES} lives`);
}

it(
  "is quarantined after its fifth death that counts, and takes nobody along from its third on",
  { timeout: 60_000 },
  async () => {
    // The first death came with an outcome: "Harmless" had been recorded since that process claimed the run.
    expect(await deathsUntilSettled()).toBe(6);
    const { runs } = lookAtJournal(journalPath(directory));
    expect(runs.filter(({ status }) => status === "completed")).toHaveLength(20);
    const counts = entries();
    expect([counts.get("harmless"), counts.get("deadly")]).toEqual([1, 6]);
    const innocent = [...counts].filter(([name]) => name.startsWith("innocent")).map(([, count]) => count);
    expect(innocent).toHaveLength(20);
    expect(Math.max(...innocent)).toBeLessThanOrEqual(1 + 3); // the first death counts nothing, two count, and then it is alone

    const app = createApp({ name: "poison", store: sqlite(journalPath(directory)), observers: [] });
    const [poison] = (await app.runs.list({ status: "quarantined" })).items;
    const details = await app.runs.get(poison!.id);
    expect(details?.note).toMatch(/^its process was gone 5 times/);
    expect(details?.takeovers.length).toBeGreaterThanOrEqual(5);
    await app.stop();

    const mended = new WorkerProcess({ program: "./poison-worker.ts", args: [directory, "mended"] });
    expect(await mended.said("settled")).toBeDefined();
    expect((await mended.end).code).toBe(0);
    const after = lookAtJournal(journalPath(directory)).runs.find(({ id }) => id === poison!.id);
    expect(after?.status).toBe("completed");
  },
);
