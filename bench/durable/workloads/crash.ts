// D5: a worker is killed while many runs are under way, and started again at once. What its bodies wrote down tells what was done twice.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { startProcess } from "../companions.ts";
import { until } from "../measuring.ts";
import { WrongAnswer, type Metrics, type Task } from "../sample.ts";
import { linesOf, repeatedSteps } from "./step-log.ts";

/** Killed when so many steps of each run are done, in the mean. */
const STEPS_BEFORE = 3;
const LOOK_EVERY_MS = 20;
const UNTIL_DEAD_MS = 300;

export async function crash(task: Task, count: number): Promise<Metrics> {
  const log = join(task.folder, "steps.log");
  writeFileSync(log, "");
  const lines = () => linesOf(readFileSync(log, "utf8"));
  const start = (isRestart: boolean) => startProcess({ ...task, role: "life", isRestart }, { BENCH_STEP_LOG: log });

  const first = start(false);
  await until(() => {
    const all = lines();
    const begun = new Set(all.map(({ run }) => run)).size;
    return begun >= count && all.filter(({ mark }) => mark === "E").length >= count * STEPS_BEFORE;
  }, LOOK_EVERY_MS);
  first.kill("SIGKILL");
  await pause(UNTIL_DEAD_MS);
  const before = lines();

  const restartedMs = performance.now();
  const second = start(true);
  let firstStepMs: number | undefined;
  let all = before;
  await until(() => {
    all = lines();
    if (all.length > before.length) firstStepMs ??= performance.now() - restartedMs;
    return new Set(all.filter(({ mark }) => mark === "D").map(({ run }) => run)).size >= count;
  }, LOOK_EVERY_MS);
  const finishedMs = performance.now() - restartedMs;
  second.kill("SIGKILL");

  const wrong = all.filter(({ mark, index }) => mark === "D" && index !== 10);
  if (wrong.length > 0) throw new WrongAnswer(`${wrong.length} runs ended with a wrong value`);
  const { repeated, repeatedRecorded } = repeatedSteps(before, all);
  return {
    firstStepMs: firstStepMs ?? 0,
    finishedMs,
    repeated,
    repeatedRecorded,
    stepsBefore: before.filter(({ mark }) => mark === "E").length,
  };
}
