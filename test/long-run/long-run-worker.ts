// `node long-run-worker.ts <directory> <steps> <"generator" | "async">`: one run of very many steps, one after the other, which then stays where it is.
//
// It says `there <figures as JSON>` when it has come to its last step: by carrying out the others, or by replay.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";
import { RowCounter } from "./row-counter.ts";

export interface Tenth {
  readonly cpuMs: number;
  readonly rows: number;
}

export interface LongRunFigures {
  readonly tenths: readonly Tenth[];
  /** How many bodies were entered here. */
  readonly entered: number;
  readonly sum: number;
  /** From the start of the worker. */
  readonly wallMs: number;
  readonly cpuMs: number;
}

const [directory, stepsText, body] = process.argv.slice(2);
const steps = Number(stepsText);
const counter = new RowCounter();
const tenths: Tenth[] = [];
let entered = 0;
let last = { cpu: process.cpuUsage(), rows: 0 };
let startedMs = 0;
let cpuAtStart = process.cpuUsage();

function add(place: number): number {
  entered++;
  return place;
}

/** What the step before has cost is known when the next is about to begin. */
function lookAt(place: number): void {
  if (place % (steps / 10) !== 0) return;
  if (place > 0) tenths.push({ cpuMs: cpuMsSince(last.cpu), rows: counter.rows - last.rows });
  last = { cpu: process.cpuUsage(), rows: counter.rows };
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The last step does not end. */
function stay(sum: number): Promise<never> {
  const figures: LongRunFigures = {
    tenths,
    entered,
    sum,
    wallMs: performance.now() - startedMs,
    cpuMs: cpuMsSince(cpuAtStart),
  };
  writeSync(1, `there ${JSON.stringify(figures)}\n`);
  return new Promise(() => {});
}

const app = createApp({
  name: "long",
  store: sqlite({ path: join(directory!, "journal.db"), thread: false }),
  observers: [],
});
if (body === "async")
  app.createFunction({ name: "Long" }, { event: "long" }, async ({ step }) => {
    let sum = 0;
    for (let place = 0; place < steps; place++) {
      lookAt(place);
      sum += await step.run("Add", () => add(place));
    }
    lookAt(steps);
    return await step.run("Stay", () => stay(sum));
  });
else
  app.createFunction({ name: "Long" }, { event: "long" }, function* ({ step }) {
    let sum = 0;
    for (let place = 0; place < steps; place++) {
      lookAt(place);
      sum += yield* step.run("Add", () => add(place));
    }
    lookAt(steps);
    return yield* step.run("Stay", () => stay(sum));
  });

await app.send({ id: "long", name: "long", data: null });
startedMs = performance.now();
cpuAtStart = process.cpuUsage();
await app.start();
