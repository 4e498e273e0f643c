// One figure, in a process of its own: node bench/in-process/measure.ts surefoot-generator loop
//
// `--json` prints it for main.ts.
import { calibrate } from "./calibration.ts";
import { loadRun } from "./contestants.ts";
import type { Sample } from "./figures.ts";
import { readTarget } from "./options.ts";
import { showDuration } from "../shared/show-figures.ts";
import { WORKLOADS, type Run } from "./workloads.ts";

const WARM_UP_MS = 300;
const BUDGET_MS = 700;

interface Stopwatch {
  readonly timeRuns: (run: Run, budgetMs: number) => Promise<{ min: number; p50: number; mean: number }>;
}

const { contestant, workload } = readTarget(process.argv.slice(2).filter((arg) => arg !== "--json"));
const { timeRuns } = (await import(new URL("stopwatch.mjs", import.meta.url).href)) as Stopwatch;
const run = await loadRun(contestant, workload);

const endMs = performance.now() + WARM_UP_MS;
while (performance.now() < endMs) for (let i = 0; i < 10; i++) await run();

const beforeMs = calibrate();
const { min, p50, mean } = await timeRuns(run, BUDGET_MS);
const sample: Sample = { minNs: min, medianNs: p50, meanNs: mean, calibrationMs: Math.max(beforeMs, calibrate()) };

if (process.argv.includes("--json")) console.log(JSON.stringify(sample));
else {
  const { steps } = WORKLOADS[workload];
  console.log(`${contestant}, ${workload} (${steps} steps): the best, the median and the mean of one process`);
  for (const [name, ns] of Object.entries({ best: min, median: p50, mean }))
    console.log(`  ${name.padEnd(7)} ${showDuration(ns).padStart(9)}   ${showDuration(ns / steps)} a step`);
}
// A peer may have timers of its own.
process.exit(0);
