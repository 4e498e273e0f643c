// `node transaction-worker.ts <address of the journal> <life> <"send" | "end">`: steps and senders whose effects lie in the journal's own database.
//
// It says `ready` once it works; with "end" it sends nothing, and says `settled` when nothing is left to do.
import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { createApp, step } from "../../src/index.ts";
import { ownTablesAt } from "./own-tables-at.ts";

const MOST_SENT = 25;

const [address, life, task] = process.argv.slice(2);
const own = ownTablesAt(address!);
const app = createApp({ name: "ledger", store: own.store, observers: [] });

/** One row for each effect: the step's own key, so that a second one of the same step shows. */
const effect = (name: string) =>
  step.transaction(name, (tx: object) => {
    const run = currentRun();
    const tell = (): unknown => app.send({ name: "told", data: run }, { tx });
    return own.bodyOf([() => own.add(tx, "effect", run, name), ...(name === "Tell" ? [tell] : [])], name);
  });
const hear = (what: string) =>
  step.transaction("Hear", (tx: object) => own.bodyOf([() => own.add(tx, "heard", what)], 1));
const currentRun = (): string => step.idempotencyKey.split(":")[0]!;

app.createFunction({ name: "Pay" }, { event: "pay" }, function* () {
  yield* effect("First");
  yield* step.all({ left: () => effect("Left"), right: () => effect("Right"), tell: () => effect("Tell") });
  yield* step.run("Between", () => delay(1));
  return yield* effect("Last");
});
app.createFunction({ name: "Hear" }, { event: "told" }, function* ({ event }) {
  return yield* hear(event.data as string);
});
app.createFunction({ name: "Own" }, { event: "own" }, function* ({ event }) {
  return yield* hear(event.data as string);
});

await app.start();
await own.make();
writeSync(1, "ready\n");
if (task === "send") {
  for (let turn = 0; turn < MOST_SENT; turn++) {
    const what = `own-${life!}-${turn}`;
    const isUndone = turn % 3 === 2;
    await app.send({ id: `pay-${life!}-${turn}`, name: "pay" });
    if (isUndone) await own.note("undone", what);
    await own.within(isUndone ? "rollback" : "commit", async (tx) => {
      await own.add(tx, "sent", what);
      await app.send({ name: "own", data: what }, { tx });
    });
    await delay(turn % 4);
  }
  await delay(60_000);
}
const left = `select (select count(*) from ${own.journal("run")} where ended_ms is null) + (select count(*) from ${own.journal("outbox")}) as n`;
while ((await own.all(left))[0] !== "0") {
  // Killed so often, some are taken for what their processes die of, and put aside.
  for (const { id } of (await app.runs.list({ status: "quarantined" })).items) await app.resume(id);
  await delay(20);
}
writeSync(1, "settled\n");
await own.close();
await app.stop();
