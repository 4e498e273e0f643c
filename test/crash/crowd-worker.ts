// `node crowd-worker.ts <directory> <sleepers> <plain runs> <until, in ms since 1970>`: very many runs that sleep until one moment, and plain backlogs of the same function before and after.
//
// It says `fell-asleep`, `asleep`, `awake` and `done`, each with figures as JSON.
import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";
import { journalPath } from "./load.ts";

/** What was used up until so many runs had ended. */
export interface Drain {
  readonly runs: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface CrowdFigures {
  /** The most that was seen since the last figures, and what is in use now. */
  readonly peakRssBytes: number;
  readonly rssBytes: number;
  readonly drains: Readonly<Record<string, Drain>>;
}

const BATCH = 500;
const LOOK_AT_MEMORY_MS = 20;

const [directory, sleepersText, plainText, untilText] = process.argv.slice(2);
const [sleepers, plain, untilMs] = [sleepersText, plainText, untilText].map(Number) as [number, number, number];
const drains: Record<string, Drain> = {};
let ended = 0;
let suspended = 0;
let peakRssBytes = 0;
let whenChanged = (): void => {};

const app = createApp({
  name: "crowd",
  store: sqlite(journalPath(directory!)),
  observers: [
    {
      onRunEnd() {
        ended++;
        whenChanged();
      },
      onRunSuspend() {
        suspended++;
        whenChanged();
      },
    },
  ],
});
app.createFunction({ name: "Sleeper" }, { event: "sleeper" }, function* ({ event, step }) {
  yield* step.run("Lie down", () => event.data.place);
  yield* step.sleepUntil("Sleep", event.data.untilMs);
  return yield* step.run("Wake", () => Date.now());
});

const looking = setInterval(() => {
  peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
}, LOOK_AT_MEMORY_MS);

await send("sleeper", sleepers, untilMs);
await app.start();
// Those that come to their sleep too late for it are not waited for: the parent sees how many sleep.
await Promise.race([until(() => suspended >= sleepers), delay(untilMs - Date.now() - 1_000)]);
say("fell-asleep");
await delay(1_000);
say("asleep");
await app.stop();
await drain("plain before", plain);
await app.start();
await delay(untilMs - Date.now());
await measured("sleepers", sleepers, async () => {});
say("awake");
await app.stop();
await drain("plain after", plain);
clearInterval(looking);
say("done");

/** A backlog of runs of the same function whose moment has passed: the same steps, without a sleep between them. */
async function drain(name: string, runs: number): Promise<void> {
  await send(name, runs, 0);
  await measured(name, runs, () => app.start());
  await app.stop();
}

async function measured(name: string, runs: number, begin: () => Promise<void>): Promise<void> {
  const wanted = ended + runs;
  const fromMs = Date.now();
  const before = process.cpuUsage();
  await begin();
  await until(() => ended >= wanted);
  const { user, system } = process.cpuUsage(before);
  drains[name] = { runs, wallMs: Date.now() - fromMs, cpuMs: (user + system) / 1_000 };
}

function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    whenChanged = () => {
      if (isSo()) resolve();
    };
    whenChanged();
  });
}

async function send(name: string, howMany: number, wakeMs: number): Promise<void> {
  for (let first = 0; first < howMany; first += BATCH) {
    const places = Array.from({ length: Math.min(BATCH, howMany - first) }, (_, index) => first + index);
    await app.send(
      places.map((place) => ({ id: `${name}-${place}`, name: "sleeper", data: { place, untilMs: wakeMs } })),
    );
  }
}

function say(word: string): void {
  const figures: CrowdFigures = { peakRssBytes, rssBytes: process.memoryUsage.rss(), drains };
  writeSync(1, `${word} ${JSON.stringify(figures)}\n`);
  peakRssBytes = 0;
}
