// One life of the worker: `node load-worker.ts <directory> <address of the journal> <life> <events as JSON>`. It says `loaded` and `started`, and works until it is killed or told to stop.
import { writeSync } from "node:fs";
import { durableStore } from "../../src/durable/durable-store.ts";
import { ClaimTokens } from "./claim-tokens.ts";
import { placeAt } from "./journal-places.ts";
import { loadApp } from "./load.ts";
import { observersOfLife } from "./load-tracing.ts";
import type { LoadEvent } from "./load-events.ts";

const [directory, address, life, events] = process.argv.slice(2);
const tokens = new ClaimTokens();
const { app, effects } = loadApp(directory!, {
  hands: { lifeNow: () => Number(life), tokenOf: (runId) => tokens.of(runId) },
  store: durableStore(tokens.over(placeAt(address!).store())),
  observers: observersOfLife(Number(life)),
});
const say = (word: string): void => void writeSync(1, `${word}\n`);

process.once("SIGTERM", () => {
  void app.stop().then(() => process.exit(0));
});

say("loaded");
await app.start();
say("started");
for (const event of JSON.parse(events!) as LoadEvent[]) {
  effects.noteSend("sending", event.id);
  await app.send(event);
  effects.noteSend("sent", event.id);
}
