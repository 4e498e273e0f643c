// `node poison-worker.ts <directory> <"send" | "work" | "mended">`: a worker that one of its runs kills. It says `settled` when nothing is left to do.
import { appendFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";
import { lookAtJournal } from "./journal-look.ts";
import { journalPath } from "./load.ts";

const INNOCENTS = 20;
const OVER: ReadonlySet<string> = new Set(["completed", "quarantined"]);

const [directory, task] = process.argv.slice(2);
const path = journalPath(directory!);
const entered = (name: string): void => appendFileSync(join(directory!, "entered.txt"), `${name}\n`);

const app = createApp({ name: "poison", store: sqlite(path), observers: [] });
app.createFunction({ name: "Poison" }, { event: "poison" }, function* ({ step }) {
  yield* step.run("Harmless", () => entered("harmless"));
  return yield* step.run("Deadly", async () => {
    entered("deadly");
    await delay(30); // others are in the middle of something
    if (task !== "mended") process.kill(process.pid, "SIGKILL");
    return "survived";
  });
});
app.createFunction({ name: "Innocent" }, { event: "innocent" }, function* ({ event, step }) {
  return yield* step.run("Work", async () => {
    entered(`innocent ${event.data as number}`);
    await delay(60);
    return event.data as number;
  });
});

await app.start();
if (task === "send") {
  const innocents = Array.from({ length: INNOCENTS }, (_, data) => ({
    id: `innocent-${data}`,
    name: "innocent",
    data,
  }));
  await app.send([{ id: "poison", name: "poison", data: null }, ...innocents]);
}
if (task === "mended") {
  const [poison] = (await app.runs.list({ status: "quarantined" })).items;
  await app.resume(poison!.id);
}
while (lookAtJournal(path).runs.some(({ status }) => !OVER.has(status))) await delay(20);
writeSync(1, "settled\n");
await app.stop();
