// What the finished steps of a run keep in memory while the run goes on, in a process of its own:
// node --expose-gc bench/in-process/memory.ts surefoot-generator
import { createApp, step } from "../../dist/index.js";
import { MEMORY_CONTESTANTS, type MemoryContestant, type MemorySample } from "./results.ts";
import { EVENT, first } from "./workloads.ts";

const STEPS = 100_000;
const WARM_UP_STEPS = 2_000;

/** A run of many steps. The last of them is `hold`. */
type LongRun = (steps: number, hold: () => Promise<number>) => PromiseLike<number>;

const app = createApp({ name: "memory" });
const asked = { steps: 0, hold: async () => 0 };

const generator = app.createFunction({ name: "generator" }, { event: "memory" }, function* (tools) {
  let total = 0;
  for (let i = 1; i < asked.steps; i++) total += yield* tools.step.run("a", () => first(EVENT));
  return total + (yield* tools.step.run("a", () => asked.hold()));
});
const asynchronous = app.createFunction({ name: "async" }, { event: "memory" }, async (tools) => {
  let total = 0;
  for (let i = 1; i < asked.steps; i++) total += await tools.step.run("a", () => first(EVENT));
  return total + (await tools.step.run("a", () => asked.hold()));
});
const asyncGenerator = app.createFunction({ name: "async generator" }, { event: "memory" }, async function* (tools) {
  let total = 0;
  for (let i = 1; i < asked.steps; i++) total += yield* tools.step.run("a", () => first(EVENT));
  return total + (yield* tools.step.run("a", () => asked.hold()));
});
const plain = async (): Promise<number> => {
  let total = 0;
  for (let i = 1; i < asked.steps; i++) total += await first(EVENT);
  return total + (await asked.hold());
};

const starts: Readonly<Record<MemoryContestant, () => PromiseLike<number>>> = {
  plain,
  "surefoot-generator": () => app.run(generator, { data: EVENT }),
  "surefoot-async": () => app.run(asynchronous, { data: EVENT }),
  "surefoot-async-generator": () => app.run(asyncGenerator, { data: EVENT }),
};

const contestant = MEMORY_CONTESTANTS.find((name) => name === process.argv[2]);
if (contestant === undefined || globalThis.gc === undefined) {
  console.error(`node --expose-gc bench/in-process/memory.ts ${MEMORY_CONTESTANTS.join("|")}`);
  process.exit(2);
}
const longRun: LongRun = (steps, hold) => Object.assign(asked, { steps, hold }) && starts[contestant]();
const collect = globalThis.gc;

await longRun(WARM_UP_STEPS, async () => 0);
const before = await heapInUse();
let held = 0;
let lastNumber = "";
await longRun(STEPS, async () => {
  held = await heapInUse();
  if (contestant !== "plain") lastNumber = step.number;
  return 0;
});
const after = await heapInUse();
if (contestant !== "plain" && lastNumber !== String(STEPS))
  throw new Error(`the run was held at step ${lastNumber}, not at ${STEPS}`);

const sample: MemorySample = {
  contestant,
  steps: STEPS,
  bytesPerStep: (held - before) / STEPS,
  leftPerStep: (after - before) / STEPS,
};
console.log(JSON.stringify(sample));

/** Bytes, after everything that nobody holds has gone. */
async function heapInUse(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}
