// Runs one workload for some seconds, for `node --cpu-prof` to look at: node bench/in-process/profiled.ts surefoot-generator loop
import { loadRun } from "./contestants.ts";
import { readTarget } from "./options.ts";

const PROFILED_MS = 4_000;

const { contestant, workload } = readTarget(process.argv.slice(2));
const run = await loadRun(contestant, workload);
const endMs = performance.now() + PROFILED_MS;
while (performance.now() < endMs) await run();
// A peer may have timers of its own.
process.exit(0);
