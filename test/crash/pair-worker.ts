// One of several workers: `node pair-worker.ts <directory> <address of the journal> <which start> <lease in ms>`. It says `loaded` and `started`, and works until it is killed or told to stop.
import { writeSync } from "node:fs";
import { durableStore } from "../../src/durable/durable-store.ts";
import { ClaimTokens } from "./claim-tokens.ts";
import { placeAt } from "./journal-places.ts";
import { loadApp } from "./load.ts";
import { observersOfLife } from "./load-tracing.ts";
import { DiaryStore } from "./worker-diary.ts";

const [directory, address, start, leaseMs] = process.argv.slice(2);
const tokens = new ClaimTokens();
const diary = new DiaryStore(tokens.over(placeAt(address!).store()), directory!, Number(start));
const { app } = loadApp(directory!, {
  hands: { lifeNow: () => diary.life, tokenOf: (runId) => tokens.of(runId) },
  store: durableStore(diary.store()),
  leaseMs: Number(leaseMs),
  observers: observersOfLife(Number(start)),
});
const say = (word: string): void => void writeSync(1, `${word}\n`);

process.once("SIGTERM", () => {
  void app.stop().then(() => process.exit(0));
});

say("loaded");
await app.start();
say("started");
