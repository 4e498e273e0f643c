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
/** Each file of the campaign is looked at as a whole after each cycle: a new one keeps that quick. */
const CYCLES_OF_A_FILE = 200;
/**
 * What comes on top of the lease until a stopped worker's runs are claimed: its last beat is first seen up to a look later, and its
 * silence is noticed up to a look after the lease. Looks are at most a second apart (POLL_MS). The rest is for a machine that is
 * busy with other things: those who look are processes that have to be given time.
 */
const LOOKS_MS = 2_000;
/** A killed one is gone at the next look, or with the start of its successor; the lease is not waited for. */
const MEDIAN_SLACK_MS = 1_000;

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

function printTimes(name: string, times: readonly TakeoverTime[], kind: TakeoverTime["kind"]): number[] {
  const afterMs = times.filter((time) => time.kind === kind).map((time) => time.afterMs);
  printFigure(`${name} after a ${kind}`, afterMs.length);
  printFigure(`${name} after a ${kind}, p50`, percentile(afterMs, 0.5), "ms");
  printFigure(`${name} after a ${kind}, p99`, percentile(afterMs, 0.99), "ms");
  printFigure(`${name} after a ${kind}, longest`, Math.max(...afterMs), "ms");
  return afterMs;
}

describe("two workers on one file", () => {
  it(
    `${CYCLES} kills and stops lose nothing, record nothing twice, and refuse what zombies write`,
    { timeout: 120_000 + CYCLES * 2_000 },
    async () => {
      const compileCache = await compiledCode();
      const histories: PairHistory[] = [];
      for (let done = 0; done < CYCLES; done += CYCLES_OF_A_FILE) {
        const cycles = Math.min(CYCLES_OF_A_FILE, CYCLES - done);
        histories.push(await campaign(`${SEED} ${done}`, cycles, LEASE_MS, compileCache));
      }
      const counts = addUp(histories.map(countsOf));
      for (const [name, count] of Object.entries(counts)) printFigure(name, count);
      const times = histories.flatMap(takeoverTimes);
      const [kills, stops] = (["kill", "stop"] as const).map((kind) => printTimes("takeovers", times, kind));
      expect(counts["cycles"]).toBe(CYCLES);
    },
  );
});
