// `node transaction-worker.ts <directory> <life> <"send" | "end">`: steps and senders whose effects lie in the journal's own file.
//
// It says `ready` once it works; with "end" it sends nothing, and says `settled` when nothing is left to do.
import { writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { createApp, step } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";
import { journalPath } from "./load.ts";

const MOST_SENT = 25;

const [directory, life, task] = process.argv.slice(2);
const path = journalPath(directory!);
const app = createApp({ name: "ledger", store: sqlite(path), observers: [] });

/** One row for each effect: the step's own key, so that a second one of the same step shows. */
const effect = (name: string) =>
  step.transaction(name, (tx) => {
    tx.run("insert into effect (run, step) values (?, ?)", currentRun(), name);
    if (name === "Tell") void app.send({ name: "told", data: currentRun() }, { tx });
    return name;
  });
const currentRun = (): string => step.idempotencyKey.split(":")[0]!;

app.createFunction({ name: "Pay" }, { event: "pay" }, function* () {
  yield* effect("First");
  yield* step.all({ left: () => effect("Left"), right: () => effect("Right"), tell: () => effect("Tell") });
  yield* step.run("Between", () => delay(1));
  return yield* effect("Last");
});
app.createFunction({ name: "Hear" }, { event: "told" }, function* ({ event }) {
  const told = event.data as string;
  return yield* step.transaction("Hear", (tx) => tx.run("insert into heard (what) values (?)", told).changes);
});
app.createFunction({ name: "Own" }, { event: "own" }, function* ({ event }) {
  const sent = event.data as string;
  return yield* step.transaction("Hear", (tx) => tx.run("insert into heard (what) values (?)", sent).changes);
});

await app.start();
const own = new DatabaseSync(path, { timeout: 5_000 });
own.exec(`
  create table if not exists effect (run text not null, step text not null);
  create table if not exists heard (what text not null);
  create table if not exists sent (what text not null);
  create table if not exists undone (what text not null);
`);
writeSync(1, "ready\n");
if (task === "send") {
  for (let turn = 0; turn < MOST_SENT; turn++) {
    const what = `own-${life!}-${turn}`;
    const isUndone = turn % 3 === 2;
    await app.send({ id: `pay-${life!}-${turn}`, name: "pay" });
    if (isUndone) own.prepare("insert into undone values (?)").run(what);
    own.exec("begin immediate");
    own.prepare("insert into sent values (?)").run(what);
    await app.send({ name: "own", data: what }, { tx: own });
    own.exec(isUndone ? "rollback" : "commit");
    await delay(turn % 4);
  }
  await delay(60_000);
}
const openRuns = own.prepare("select count(*) as n from surefoot_run where ended_ms is null");
const outbox = own.prepare("select count(*) as n from surefoot_outbox");
while (openRuns.get()!["n"] !== 0 || outbox.get()!["n"] !== 0) {
  // Killed so often, some are taken for what their processes die of, and put aside.
  for (const { id } of (await app.runs.list({ status: "quarantined" })).items) await app.resume(id);
  await delay(20);
}
writeSync(1, "settled\n");
own.close();
await app.stop();
