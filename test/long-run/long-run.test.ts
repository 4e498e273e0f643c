// One run of very many steps: the last ones cost what the earlier ones did, and a replay of them all is quick.
//
// SUREFOOT_LONG_RUN sets how many steps, SUREFOOT_LONG_RUN_ROUNDS how often it is measured.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { WorkerProcess } from "../crash/worker-process.ts";
import { countFrom, percentile, printFigure } from "../figures.ts";
import type { LongRunFigures, Tenth } from "./long-run-worker.ts";

const STEPS = countFrom("SUREFOOT_LONG_RUN", 1_000);
const ROUNDS = countFrom("SUREFOOT_LONG_RUN_ROUNDS", 1);
/** From this many on, a tenth takes long enough for its time to say something. Below, what is counted says it. */
const ENOUGH_TO_MEASURE = 10_000;
const IS_MEASURED = STEPS >= ENOUGH_TO_MEASURE;
/** Of the third tenth, when the code is compiled. */
const MOST_TIMES_THIRD = 1.3;
const MOST_TIMES_THIRD_OF_FEW = 4;
const LONGEST_REPLAY_MS = 1_000;
/** On a machine that does other things at the same time. */
const LONGEST_REPLAY_OF_FEW_MS = 15_000;

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

type Body = "generator" | "async";

interface Round {
  readonly first: LongRunFigures;
  readonly replay: LongRunFigures;
}

/** A run that comes to its last step, is killed there, and comes to it once more in another process. */
async function playTwice(body: Body): Promise<Round> {
  const directory = mkdtempSync(join(tmpdir(), "surefoot-long-run-"));
  directories.push(directory);
  const [first, replay] = [await comeToTheEnd(directory, body), await comeToTheEnd(directory, body)];
  rmSync(directory, { recursive: true, force: true });
  return { first, replay };
}

async function comeToTheEnd(directory: string, body: Body): Promise<LongRunFigures> {
  const args = [directory, String(STEPS), body];
  const worker = new WorkerProcess({ program: "../long-run/long-run-worker.ts", args });
  const figures = await worker.said("there");
  expect(await worker.kill()).toMatchObject({ signal: "SIGKILL", complaints: "" });
  return JSON.parse(figures ?? "{}") as LongRunFigures;
}

function timesThird(tenths: readonly Tenth[], part: keyof Tenth): number {
  return tenths[9]![part] / tenths[2]![part];
}

it.each<Body>(["generator", "async"])(
  `of ${STEPS} steps of one %s, the last tenth costs what the third did, and a replay of all of them little`,
  { timeout: 60_000 + ROUNDS * STEPS * 12 },
  async (body) => {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await playTwice(body));
    const sum = (STEPS * (STEPS - 1)) / 2;
    for (const { first, replay } of rounds) {
      expect(first).toMatchObject({ entered: STEPS, sum });
      expect(replay).toMatchObject({ entered: 0, sum });
      expect(timesThird(first.tenths, "rows")).toBeLessThanOrEqual(MOST_TIMES_THIRD);
    }
    const middle = (figureOf: (round: Round) => number): number => percentile(rounds.map(figureOf), 0.5);
    const cpuTimes = middle(({ first }) => timesThird(first.tenths, "cpuMs"));
    const replayMs = middle(({ replay }) => replay.wallMs);
    const replayCpuMs = middle(({ replay }) => replay.cpuMs);
    printFigure(`steps of a run (${body})`, STEPS);
    for (const [name, place] of [
      ["third", 2],
      ["last", 9],
    ] as const) {
      const perStep = (part: keyof Tenth): number => middle(({ first }) => first.tenths[place]![part]) / (STEPS / 10);
      printFigure(`computing a step, ${name} tenth (${body})`, perStep("cpuMs") * 1_000, "us");
      printFigure(`rows read and changed for ten steps, ${name} tenth (${body})`, perStep("rows") * 10);
    }
    printFigure(`computing in the last tenth, of the third (${body})`, cpuTimes * 100, "%");
    printFigure(`replay, from the start of the worker (${body})`, replayMs, "ms");
    printFigure(`replay, computing (${body})`, replayCpuMs, "ms");

    expect(cpuTimes).toBeLessThanOrEqual(IS_MEASURED ? MOST_TIMES_THIRD : MOST_TIMES_THIRD_OF_FEW);
    expect(replayCpuMs).toBeLessThan(LONGEST_REPLAY_MS);
    expect(replayMs).toBeLessThan(IS_MEASURED ? LONGEST_REPLAY_MS : LONGEST_REPLAY_OF_FEW_MS);
  },
);
