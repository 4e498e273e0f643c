// What surefoot keeps of the steps that are timed: the same functions as the contestants', with probes in their bodies.
import { readingObserver } from "../contestants/reading-observer.ts";
import { surefootAsyncGenerator } from "../contestants/surefoot-async-generator.ts";
import { surefootAsync } from "../contestants/surefoot-async.ts";
import { surefootGenerator } from "../contestants/surefoot-generator.ts";
import { TIMED, type SurefootSetting } from "../contestants/surefoot-setting.ts";
import { WORKLOADS, WORKLOAD_NAMES, type FullContestant, type WorkloadName } from "../workloads.ts";
import { Probes, type BodyStyle } from "./probes.ts";
import { sightProblems, toldProblems } from "./record-problems.ts";
import { ToldRun } from "./told-run.ts";
import { unreadFields } from "./unread-fields.ts";

const STYLES: Readonly<Record<BodyStyle, (setting: SurefootSetting) => FullContestant>> = {
  generator: surefootGenerator,
  async: surefootAsync,
  "async generator": surefootAsyncGenerator,
};
export const BODY_STYLES = Object.keys(STYLES) as readonly BodyStyle[];

/** Runs all workloads once, watched or not, and tells what is wrong with what was kept. */
export async function recordProblems(style: BodyStyle, isWatched: boolean): Promise<readonly string[]> {
  const told = new ToldRun();
  const probes = new Probes();
  const observers = isWatched ? [told.observer] : [];
  const contestant = STYLES[style]({ ...TIMED, observers, bodies: probes.in(TIMED.bodies, style) });
  const problems: string[] = [];
  for (const workload of WORKLOAD_NAMES) {
    const wallMs = await timeRun(contestant, workload);
    const sights = probes.take();
    const found = [
      ...sightProblems(workload, sights),
      ...(isWatched ? toldProblems(workload, told.take(), sights, wallMs) : []),
    ];
    problems.push(...found.map((problem) => `${style}, ${workload}: ${problem}`));
  }
  return problems;
}

/** Whether the observer of `surefoot-observed` reads all there is: it is handed what notes each read. */
export async function readingProblems(): Promise<readonly string[]> {
  const { observer, unread } = unreadFields(readingObserver);
  const contestant = surefootGenerator({ ...TIMED, observers: [observer] });
  for (const workload of WORKLOAD_NAMES) await timeRun(contestant, workload);
  return unread();
}

async function timeRun(contestant: FullContestant, workload: WorkloadName): Promise<number> {
  const startedMs = performance.now();
  const answer = await contestant[workload]();
  // The end of a run is told when its caller has been told.
  await new Promise<void>((resolve) => setImmediate(resolve));
  if (answer !== WORKLOADS[workload].answer) throw new Error(`${workload} gave ${answer}`);
  return performance.now() - startedMs;
}
