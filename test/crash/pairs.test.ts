// Two workers on one file, each killed or stopped at random moments: nothing is lost, nothing recorded twice, zombies are refused (P1–P3, P5–P7).
//
// SUREFOOT_PAIR_CYCLES sets how often, SUREFOOT_PAIR_CYCLES_15S how often at the default lease, SUREFOOT_SEED which load and moments.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { countFrom, percentile, printFigure } from "../figures.ts";
import { bodyLines, isOfZombie } from "./checks-of-bodies.ts";
import { checkHistory, reportOf } from "./history-checker.ts";
import { pairEvents, runPairCampaign, type PairHistory } from "./pair-campaign.ts";
import { takeoverTimes, type TakeoverTime } from "./takeover-times.ts";
import { runUndisturbed } from "./undisturbed-load.ts";
import { WorkerProcess } from "./worker-process.ts";

const CYCLES = countFrom("SUREFOOT_PAIR_CYCLES", 50);
const SEED = process.env["SUREFOOT_SEED"] ?? "surefoot";
/** Some 16 s for each that is stopped: there are none in `npm test`, which has the default lease with one worker (kills.test.ts). */
const CYCLES_AT_DEFAULT = countFrom("SUREFOOT_PAIR_CYCLES_15S", 0, 0);
const LEASE_MS = 500;
const DEFAULT_LEASE_MS = 15_000;
const CAMPAIGNS: readonly (readonly [cycles: number, leaseMs: number])[] = [
  [CYCLES, LEASE_MS],
  ...(CYCLES_AT_DEFAULT > 0 ? [[CYCLES_AT_DEFAULT, DEFAULT_LEASE_MS] as const] : []),
];
/** Each file of the campaign is looked at as a whole after each cycle: a new one keeps that quick. */
const CYCLES_OF_A_FILE = 200;
/**
 * What comes on top of the lease until a stopped worker's runs are taken from it: its last beat is first seen up to a look later,
 * and its silence is noticed up to a look after the lease. Looks are as far apart as beats, at most a second (POLL_MS in worker.ts).
 * That, and a second because the machine has other things to do, is what the median is held to; the slowest one in a hundred, under a
 * short lease, to two seconds.
 */
const LOOKS_MS = 2_000;
const LONGEST_LOOK_MS = 1_000;
const BEATS_PER_LEASE = 3;
const BUSY_MS = 1_000;

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function newDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `surefoot-${name}-`));
  directories.push(directory);
  return directory;
}

/** One file's worth of cycles, with the same load undisturbed beside it. */
async function campaign(seed: string, cycles: number, leaseMs: number, compileCache: string): Promise<PairHistory> {
  const directory = newDirectory("pair");
  const [disturbed, left] = ["disturbed", "left-alone"].map((name) => join(directory, name)) as [string, string];
  for (const path of [disturbed, left]) mkdirSync(path);
  const [history, undisturbed] = await Promise.all([
    runPairCampaign({ directory: disturbed, seed, cycles, leaseMs, compileCache }),
    runUndisturbed(left, pairEvents(seed, cycles)),
  ]);
  const violations = checkHistory({ ...history, undisturbed });
  expect(violations.length === 0 ? "" : reportOf({ ...history, undisturbed }, violations)).toBe("");
  rmSync(directory, { recursive: true, force: true });
  return history;
}

/** A worker that starts and ends in good order, so that those that are killed find their code compiled. */
async function compiledCode(): Promise<string> {
  const directory = newDirectory("compiled");
  const compileCache = join(directory, "cache");
  const worker = new WorkerProcess({ program: "./pair-worker.ts", args: [directory, "1", "500"], compileCache });
  await worker.said("started");
  expect(await worker.stop()).toMatchObject({ code: 0, complaints: "" });
  return compileCache;
}

function countsOf(history: PairHistory): Record<string, number> {
  const { blows, diary, lives, lines, journal, runs } = history;
  const leaves = bodyLines(lines).filter(({ role }) => role === "leaf");
  const effects = leaves.filter(({ kind }) => kind === "effect");
  const places = new Set(leaves.map(({ run, path }) => `${run} ${path}`));
  const recorded = journal.steps.filter(({ run, key, state }) => state === "ended" && places.has(`${run} ${key}`));
  return {
    cycles: blows.length,
    kills: blows.filter(({ kind }) => kind === "kill").length,
    stops: blows.filter(({ kind }) => kind !== "kill").length,
    "stops in the middle of a commit": blows.filter(({ kind }) => kind === "held").length,
    runs: runs.size,
    takeovers: [...runs.values()].reduce((sum, { takeovers }) => sum + takeovers.length, 0),
    "workers that woke as zombies": lives.filter(({ buriedMs }) => buriedMs !== undefined).length,
    "zombie writes refused": diary.flatMap((entry) => (entry.kind === "refused" ? entry.runs : [])).length,
    "bodies that zombies entered": leaves.filter((line) => line.kind === "enter" && isOfZombie(history, line)).length,
    "steps recorded": recorded.length,
    effects: effects.length,
    "runs put aside and let go on": history.resumed,
  };
}

function addUp(counts: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const count of counts)
    for (const [name, figure] of Object.entries(count)) sums[name] = (sums[name] ?? 0) + figure;
  return sums;
}

/** Prints them, and gives them. */
function timesOf(histories: readonly PairHistory[], kind: TakeoverTime["kind"]): readonly number[] {
  const times = histories.flatMap(takeoverTimes).filter((time) => time.kind === kind);
  const takenMs = times.map((time) => time.takenMs);
  const claimedMs = times.flatMap((time) => time.claimedMs ?? []);
  printFigure(`workers that had runs at a ${kind}`, takenMs.length);
  printFigure(`until its runs are taken from it after a ${kind}, p50`, percentile(takenMs, 0.5), "ms");
  printFigure(`until its runs are taken from it after a ${kind}, p99`, percentile(takenMs, 0.99), "ms");
  printFigure(`until its runs are taken from it after a ${kind}, longest`, Math.max(...takenMs), "ms");
  printFigure(`until the first of them is gone on with after a ${kind}, p50`, percentile(claimedMs, 0.5), "ms");
  printFigure(`until the first of them is gone on with after a ${kind}, p99`, percentile(claimedMs, 0.99), "ms");
  return takenMs;
}

interface Shown {
  readonly counts: Readonly<Record<string, number>>;
  readonly afterKill: readonly number[];
  readonly afterStop: readonly number[];
}

async function carriedOut(cycles: number, leaseMs: number): Promise<Shown> {
  const compileCache = await compiledCode();
  const histories: PairHistory[] = [];
  for (let done = 0; done < cycles; done += CYCLES_OF_A_FILE) {
    const some = Math.min(CYCLES_OF_A_FILE, cycles - done);
    histories.push(await campaign(`${SEED} ${done}`, some, leaseMs, compileCache));
  }
  const counts = addUp(histories.map(countsOf));
  for (const [name, count] of Object.entries(counts)) printFigure(name, count);
  printFigure("effects per recorded step, in hundredths", (counts["effects"]! * 100) / counts["steps recorded"]!);
  return { counts, afterKill: timesOf(histories, "kill"), afterStop: timesOf(histories, "stop") };
}

describe("two workers on one file", () => {
  it.each(CAMPAIGNS)(
    "%i kills and stops, at a lease of %i ms, lose nothing, record nothing twice, and what a zombie writes is refused",
    { timeout: 300_000 + CYCLES * 2_000 },
    async (cycles, leaseMs) => {
      const { counts, afterKill, afterStop } = await carriedOut(cycles, leaseMs);

      expect(counts["cycles"]).toBeGreaterThanOrEqual(cycles);
      const outright = counts["stops"]! - counts["stops in the middle of a commit"]!;
      expect(outright).toBeGreaterThan(0);
      expect(counts["workers that woke as zombies"]).toBeGreaterThanOrEqual(outright);
      expect(counts["zombie writes refused"]).toBeGreaterThan(0);
      // One whose process is gone is noticed at a look, whatever the lease.
      expect(percentile(afterKill, 0.99)).toBeLessThan(LOOKS_MS);
      const looksMs = 2 * Math.min(LONGEST_LOOK_MS, leaseMs / BEATS_PER_LEASE);
      expect(percentile(afterStop, 0.5)).toBeLessThan(leaseMs + looksMs + BUSY_MS);
      expect(percentile(afterStop, 0.99)).toBeLessThan(leaseMs + Math.max(LOOKS_MS, looksMs + BUSY_MS));
    },
  );
});
