// Very many runs that sleep until one moment: they cost disk, not memory, and are no harder to bring to their end than any backlog.
//
// SUREFOOT_CROWD sets how many.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { decodeValue } from "../../src/core/value-codec.ts";
import { countFrom, percentile, printFigure } from "../figures.ts";
import type { CrowdFigures, Drain } from "./crowd-worker.ts";
import { queryJournal } from "./journal-look.ts";
import { journalPath } from "./load.ts";
import { WorkerProcess } from "./worker-process.ts";

const SLEEPERS = countFrom("SUREFOOT_CROWD", 2_000);
/** The backlogs that it is compared with, one before and one after. */
const PLAIN = Math.max(1_000, SLEEPERS / 5);
/** From this many on, what a run costs is measured rather than guessed. */
const ENOUGH_TO_MEASURE = 50_000;
/** Until the moment: for all to be sent and to lie down, for the first backlog, and to sleep for long enough to leave memory. */
const UNTIL_MS = 11_000 + SLEEPERS * 1.2 + PLAIN * 1.5;

/**
 * V8 takes what the machine has: with 24 GB, its young generation alone grows to 96 MB under whatever program. So the worker has the
 * heap of a small machine, which would not hold the sleepers if they stayed.
 */
const SMALL_HEAP = ["--max-semi-space-size=8", "--max-old-space-size=64"];
const MOST_RSS_BYTES = 200_000_000;
/** "No slower", and what two measurements of one thing differ by. With few runs, that is more: the code is still being compiled. */
const MOST_TIMES_PLAIN = SLEEPERS >= ENOUGH_TO_MEASURE ? 1.1 : 2;

const directory = mkdtempSync(join(tmpdir(), "surefoot-crowd-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface SleeperRow {
  readonly status: string;
  readonly owner: string | null;
  readonly due_ms: number | null;
  readonly output: string | null;
}

function sleepers(): SleeperRow[] {
  return queryJournal(
    journalPath(directory),
    "select status, owner, due_ms, output from surefoot_run where event_id like 'sleeper-%'",
  );
}

it(
  `${SLEEPERS} runs sleep in little memory, none wakes early, and they end as quickly as a plain backlog`,
  { timeout: 120_000 + SLEEPERS * 6 },
  async () => {
    const moment = Date.now() + Math.ceil(UNTIL_MS);
    const args = [directory, SLEEPERS, PLAIN, moment].map(String);
    const worker = new WorkerProcess({ program: "./crowd-worker.ts", args, nodeOptions: SMALL_HEAP });
    const figuresAt = async (word: string): Promise<CrowdFigures> =>
      JSON.parse((await worker.said(word)) ?? "{}") as CrowdFigures;
    const fallingAsleep = await figuresAt("fell-asleep");
    const asleep = await figuresAt("asleep");
    const whileAsleep = new Set(sleepers().map(({ status, owner, due_ms: dueMs }) => `${status} ${owner} ${dueMs}`));
    expect(whileAsleep).toEqual(new Set([`sleeping null ${moment}`]));
    const awake = await figuresAt("awake");
    const { drains, ...done } = await figuresAt("done");
    expect(await worker.end).toMatchObject({ code: 0, complaints: "" });

    const rows = sleepers();
    expect(rows.length).toBe(SLEEPERS);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["completed"]));
    const lateMs = rows.map(({ output }) => (decodeValue(output!) as number) - moment);
    const times = (part: "cpuMs" | "wallMs"): number =>
      perRun(drains["sleepers"]!, part) /
      ((perRun(drains["plain before"]!, part) + perRun(drains["plain after"]!, part)) / 2);
    const megabytes = (bytes: number): number => bytes / 1_000_000;
    printFigure("runs that sleep until one moment", SLEEPERS);
    printFigure("memory while they fall asleep, most", megabytes(fallingAsleep.peakRssBytes), "MB");
    printFigure("memory while they sleep, most", megabytes(asleep.peakRssBytes), "MB");
    printFigure("memory while they wake, most", megabytes(awake.peakRssBytes), "MB");
    printFigure("wakes before the moment", lateMs.filter((late) => late < 0).length);
    printFigure("lateness of a wake, p50", percentile(lateMs, 0.5), "ms");
    printFigure(
      "lateness of a wake, longest",
      lateMs.reduce((most, late) => Math.max(most, late), 0),
      "ms",
    );
    for (const [name, drain] of Object.entries(drains)) {
      printFigure(`a run of ${name}, computing`, perRun(drain, "cpuMs") * 1_000, "us");
      printFigure(`a run of ${name}, on the clock`, perRun(drain, "wallMs") * 1_000, "us");
    }
    printFigure("a sleeper's run for each plain one, computing", times("cpuMs") * 100, "%");
    printFigure("a sleeper's run for each plain one, on the clock", times("wallMs") * 100, "%");

    expect(lateMs.filter((late) => late < 0)).toEqual([]);
    for (const { peakRssBytes } of [fallingAsleep, asleep, awake, done])
      expect(peakRssBytes).toBeLessThan(MOST_RSS_BYTES);
    expect(times("cpuMs")).toBeLessThan(MOST_TIMES_PLAIN);
  },
);

function perRun({ runs, ...used }: Drain, part: "cpuMs" | "wallMs"): number {
  return used[part] / runs;
}
