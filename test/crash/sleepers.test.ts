// Runs that sleep cost disk, not memory, and wake on time (durability.md, rule 7 and P6).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { decodeValue } from "../../src/core/value-codec.ts";
import { countFrom, percentile, printFigure } from "../figures.ts";
import { lookAtJournal, type RunRow } from "./journal-look.ts";
import { journalPath } from "./load.ts";
import type { AsleepFigures } from "./sleeper-worker.ts";
import { WorkerProcess } from "./worker-process.ts";

const SLEEPERS = countFrom("SUREFOOT_SLEEPERS", 1_000);
const SLEEP_MS = 8_000;
/** What a sleeping run may leave behind in memory. One that stays would hold some 16 kB of its own, and the engine's besides. */
const MOST_BYTES_A_SLEEPER = 2_000;
const SLACK_BYTES = 2_000_000;
const LATEST_WAKE_MS = 5_000;

const directory = mkdtempSync(join(tmpdir(), "surefoot-sleepers-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Woken {
  readonly place: number;
  readonly items: number;
  readonly wokenMs: number;
}

describe("sleeping runs", () => {
  it(`${SLEEPERS} of them leave memory, and wake on time`, { timeout: 180_000 }, async () => {
    const worker = new WorkerProcess({
      program: "./sleeper-worker.ts",
      args: [directory, String(SLEEPERS), String(SLEEP_MS)],
      nodeOptions: ["--expose-gc"],
    });
    const asleep = JSON.parse((await worker.said("asleep")) ?? "{}") as AsleepFigures;
    const whileAsleep = sleepersIn(journalPath(directory));
    expect(await worker.said("awake"), "the worker ended by itself").toBeDefined();
    const awake = sleepersIn(journalPath(directory));
    const end = await worker.end;

    expect(end).toMatchObject({ code: 0, complaints: "" });
    expect(whileAsleep.length).toBe(SLEEPERS);
    expect(new Set(whileAsleep.map(({ status, owner }) => `${status} ${owner}`))).toEqual(new Set(["sleeping null"]));
    expect(asleep.inMemory).toBe(0);
    const growth = asleep.heapBytesAsleep - asleep.heapBytesBefore;
    expect(growth).toBeLessThan(SLACK_BYTES + SLEEPERS * MOST_BYTES_A_SLEEPER);

    expect(new Set(awake.map(({ status }) => status))).toEqual(new Set(["completed"]));
    const dueMsById = new Map(whileAsleep.map(({ id, due_ms: dueMs }) => [id, dueMs!]));
    const woken = awake.map(({ id, output }) => ({ ...(decodeValue(output!) as Woken), dueMs: dueMsById.get(id)! }));
    expect(new Set(woken.map(({ place }) => place)).size).toBe(SLEEPERS);
    const lateMs = woken.map(({ wokenMs, dueMs }) => wokenMs - dueMs);
    printFigure("sleeping runs", SLEEPERS);
    printFigure("sleeping runs in memory", asleep.inMemory);
    printFigure("heap growth while they sleep", growth / 1_000, "kB");
    printFigure("wakes before their time", lateMs.filter((late) => late < 0).length);
    printFigure("lateness of a wake, p50", percentile(lateMs, 0.5), "ms");
    printFigure("lateness of a wake, p99", percentile(lateMs, 0.99), "ms");
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
    expect(percentile(lateMs, 0.99)).toBeLessThan(LATEST_WAKE_MS);
  });
});

function sleepersIn(path: string): RunRow[] {
  return lookAtJournal(path).runs.filter(({ event_id: eventId }) => eventId.startsWith("sleeper-"));
}
