// So many cycles, on one journal after the other, each beside the same load undisturbed: checked, with figures.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { percentile, printFigure } from "../figures.ts";
import { bodyLines } from "./checks-of-bodies.ts";
import { checkHistory, reportOf } from "./history-checker.ts";
import type { JournalPlace } from "./journal-place.ts";
import { pairEvents, runPairCampaign, type PairHistory } from "./pair-campaign.ts";
import { takeoverTimes, type TakeoverTime } from "./takeover-times.ts";
import { runUndisturbed } from "./undisturbed-load.ts";
import { WorkerProcess } from "./worker-process.ts";
import { zombieLines } from "./zombies.ts";

/** Each journal is looked at as a whole after each cycle: a new one keeps that quick. */
const CYCLES_OF_A_JOURNAL = 200;
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

export interface PairTrial {
  readonly seed: string;
  readonly workers: number;
  readonly cycles: number;
  readonly leaseMs: number;
  /** From so many takeovers on, their median, and their slowest, say something of more than the machine at that moment. */
  readonly enough: { readonly forMedian: number; readonly forSlowest: number };
  /** A new place for a journal, for a campaign whose other files are in `directory`. */
  readonly newPlace: (directory: string) => Promise<JournalPlace> | JournalPlace;
}

/** Carries it out. Throws where anything is not as it is to be. */
export async function carryOutPairTrial(trial: PairTrial): Promise<void> {
  const { counts, afterKill, afterStop } = await shown(trial);
  expect(counts["cycles"]).toBeGreaterThanOrEqual(trial.cycles);
  const outright = counts["stops"]! - counts["stops in the middle of a commit"]!;
  expect(outright).toBeGreaterThan(0);
  expect(counts["workers that woke as zombies"]).toBeGreaterThanOrEqual(outright);
  expect(counts["zombie writes refused"]).toBeGreaterThan(0);
  checkTimes(trial, afterKill, afterStop);
}

function checkTimes({ leaseMs, enough }: PairTrial, afterKill: readonly number[], afterStop: readonly number[]): void {
  // One whose process is gone is noticed at a look, whatever the lease.
  expect(percentile(afterKill, afterKill.length < enough.forSlowest ? 0.5 : 0.99)).toBeLessThan(LOOKS_MS);
  const looksMs = 2 * Math.min(LONGEST_LOOK_MS, leaseMs / BEATS_PER_LEASE);
  if (afterStop.length >= enough.forMedian)
    expect(percentile(afterStop, 0.5)).toBeLessThan(leaseMs + looksMs + BUSY_MS);
  if (afterStop.length >= enough.forSlowest)
    expect(percentile(afterStop, 0.99)).toBeLessThan(leaseMs + Math.max(LOOKS_MS, looksMs + BUSY_MS));
}

async function shown(trial: PairTrial): Promise<Shown> {
  const directory = mkdtempSync(join(tmpdir(), "surefoot-pairs-"));
  try {
    const compileCache = await compiledCode(trial, directory);
    const histories: PairHistory[] = [];
    for (let done = 0; done < trial.cycles; done += CYCLES_OF_A_JOURNAL) {
      const cycles = Math.min(CYCLES_OF_A_JOURNAL, trial.cycles - done);
      const of = { ...trial, cycles, seed: `${trial.seed} ${done}` };
      histories.push(await campaign(of, join(directory, String(done)), compileCache));
    }
    const counts = addUp(histories.map(countsOf));
    for (const [name, count] of Object.entries(counts)) printFigure(name, count);
    printFigure("effects per recorded step, in hundredths", (counts["effects"]! * 100) / counts["steps recorded"]!);
    return { counts, afterKill: timesOf(histories, "kill"), afterStop: timesOf(histories, "stop") };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One journal's worth of cycles, with the same load undisturbed beside it. */
async function campaign(trial: PairTrial, directory: string, compileCache: string): Promise<PairHistory> {
  const [disturbed, left] = ["disturbed", "left-alone"].map((name) => join(directory, name)) as [string, string];
  for (const path of [disturbed, left]) mkdirSync(path, { recursive: true });
  const place = await trial.newPlace(disturbed);
  const [history, undisturbed] = await Promise.all([
    runPairCampaign({ ...trial, directory: disturbed, place, compileCache }),
    runUndisturbed(left, pairEvents(trial)),
  ]);
  await place.close();
  const violations = checkHistory({ ...history, undisturbed });
  expect(violations.length === 0 ? "" : reportOf({ ...history, undisturbed }, violations)).toBe("");
  rmSync(directory, { recursive: true, force: true });
  return history;
}

/** A worker that starts and ends in good order, so that those that are killed find their code compiled. */
async function compiledCode({ newPlace }: PairTrial, directory: string): Promise<string> {
  const compileCache = join(directory, "cache");
  const place = await newPlace(directory);
  const args = [directory, place.address, "1", "500"];
  const worker = new WorkerProcess({ program: "./pair-worker.ts", args, compileCache });
  await worker.said("started");
  expect(await worker.stop()).toMatchObject({ code: 0, complaints: "" });
  await place.close();
  return compileCache;
}

function countsOf(history: PairHistory): Record<string, number> {
  const { blows, diary, lives, lines, journal, runs } = history;
  const zombies = zombieLines(history);
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
    // One that buries another may be killed before it writes that down: then the other one tells, by entering anew.
    "workers that woke as zombies": lives.filter(({ buriedMs, end }) => buriedMs !== undefined || end === "buried")
      .length,
    "zombie writes refused": diary.flatMap((entry) => (entry.kind === "refused" ? entry.runs : [])).length,
    "bodies that zombies entered": leaves.filter((line) => line.kind === "enter" && zombies.has(line)).length,
    "steps recorded": recorded.length,
    effects: effects.length,
    "runs put aside and let go on": history.resumed,
  };
}

export function addUp(counts: readonly Record<string, number>[]): Record<string, number> {
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

/** What a trial came to. */
interface Shown {
  readonly counts: Readonly<Record<string, number>>;
  readonly afterKill: readonly number[];
  readonly afterStop: readonly number[];
}
