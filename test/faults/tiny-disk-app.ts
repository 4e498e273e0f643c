// An app whose file is on a disk that is full, until a file beside it is removed. Run as a process of its own.
//
// Argument: the folder. Output: one line of JSON.
import { rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";

/** What the process saw. */
export interface TinyDiskReport {
  /** How many events were accepted, and how the first that was not was refused. */
  readonly accepted: number;
  readonly refusal: string;
  /** Of the runs, while the disk was full, and when there was room again. */
  readonly whileFull: Readonly<Record<string, number>>;
  readonly inTheEnd: Readonly<Record<string, number>>;
  /** Bodies that were entered more than once. */
  readonly again: number;
}

const folder = process.argv[2]!;
const LARGE = "x".repeat(20_000);
const entered = new Map<string, number>();

const app = createApp({ name: "tiny", store: sqlite(`${folder}/app.db`), observers: [] });
app.createFunction({ name: "Load" }, { event: "load" }, async ({ event, step }) => {
  for (const name of ["first", "second"])
    await step.run(name, () => {
      const body = `${event.id} ${name}`;
      entered.set(body, (entered.get(body) ?? 0) + 1);
      return LARGE;
    });
});

async function statuses(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of (await app.runs.list({ limit: 100 })).items) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

await app.start();
const filler = `${folder}/filler`;
writeFileSync(filler, "x".repeat(1_000_000));
let accepted = 0;
let refusal = "";
while (refusal === "") {
  try {
    await app.send({ name: "load", data: LARGE });
    accepted++;
  } catch (error) {
    refusal = String(error);
  }
}
await pause(500);
const whileFull = await statuses();
rmSync(filler);
for (let tries = 0; tries < 100 && Object.keys(await statuses()).join() !== "completed"; tries++) await pause(100);
const again = [...entered.values()].filter((times) => times > 1).length;
const report: TinyDiskReport = { accepted, refusal, whileFull, inTheEnd: await statuses(), again };
console.log(JSON.stringify(report));
await app.stop();
