// `node --expose-gc sleeper-worker.ts <directory> <count> <sleep in ms>`: runs that sleep, and what is left of them in memory meanwhile.
//
// It says `asleep <figures as JSON>` when all of them sleep, and `awake <figures as JSON>` when all have ended.
import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";
import { lookAtJournal, type RunRow } from "./journal-look.ts";
import { journalPath } from "./load.ts";

/** What a sleeping function holds on to: some 16 kB that only its generator knows. */
class Luggage {
  readonly place: number;
  readonly items = Array.from({ length: 2_000 }, (_, index) => index + 0.5);
  constructor(place: number) {
    this.place = place;
  }
}

export interface AsleepFigures {
  /** Functions that are still in memory, each with its luggage. */
  readonly inMemory: number;
  readonly heapBytesBefore: number;
  readonly heapBytesAsleep: number;
}

const BATCH = 100;
const WARM_UP = 20;
const LONGEST_WAIT_MS = 60_000;

const [directory, countText, sleepText] = process.argv.slice(2);
const path = journalPath(directory!);
const count = Number(countText);
const luggage: WeakRef<Luggage>[] = [];

const app = createApp({ name: "sleepers", store: sqlite(path), observers: [] });
app.createFunction({ name: "Sleeper" }, { event: "sleeper" }, function* ({ event, step }) {
  const own = new Luggage(event.data.place);
  luggage.push(new WeakRef(own));
  yield* step.run("Pack", () => own.place);
  yield* step.sleep("Sleep", event.data.sleepMs);
  return yield* step.run("Wake", () => ({ place: own.place, items: own.items.length, wokenMs: Date.now() }));
});

const say = (word: string, figures: object): void => void writeSync(1, `${word} ${JSON.stringify(figures)}\n`);

await app.start();
await send(WARM_UP, 1, "warm");
await until((run) => run.ended_ms !== null, WARM_UP);
luggage.length = 0;
const heapBytesBefore = await heapBytes();
await send(count, Number(sleepText), "sleeper");
await until((run) => run.status === "sleeping" && run.owner === null, count);
const heapBytesAsleep = await heapBytes();
const inMemory = luggage.filter((ref) => ref.deref() !== undefined).length;
say("asleep", { inMemory, heapBytesBefore, heapBytesAsleep } satisfies AsleepFigures);
await until((run) => run.ended_ms !== null, WARM_UP + count);
say("awake", {});
await app.stop();

async function send(howMany: number, sleepMs: number, name: string): Promise<void> {
  for (let first = 0; first < howMany; first += BATCH) {
    const places = Array.from({ length: Math.min(BATCH, howMany - first) }, (_, index) => first + index);
    await app.send(places.map((place) => ({ id: `${name}-${place}`, name: "sleeper", data: { place, sleepMs } })));
  }
}

/** Waits until this many runs are so; gives up after a while, for the parent to see what is. */
async function until(isSo: (run: RunRow) => boolean, howMany: number): Promise<void> {
  const untilMs = Date.now() + LONGEST_WAIT_MS;
  while (lookAtJournal(path).runs.filter(isSo).length < howMany && Date.now() < untilMs) await delay(50);
}

/** What is in use after everything that nobody holds has been collected. */
async function heapBytes(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    await delay(20); // a turn or two, so that nothing on the stack or in a queue holds on
    globalThis.gc!();
  }
  return process.memoryUsage().heapUsed;
}
