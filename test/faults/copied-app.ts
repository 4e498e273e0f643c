// An app whose journal is copied while it works: one function of a few steps, each of which takes a while.
import { setTimeout as delay } from "node:timers/promises";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";

export const STEPS = ["First", "Second", "Third", "Fourth"];
const STEP_MS = 20;

export function appOn(path: string, lease: number) {
  const app = createApp({ name: "copied", store: sqlite(path), observers: [], lease });
  const did: string[] = [];
  app.createFunction({ name: "Work" }, { event: "work" }, function* ({ event, step }) {
    for (const name of STEPS) {
      yield* step.run(name, async () => {
        did.push(`${event.id} ${name}`);
        await delay(STEP_MS);
      });
    }
  });
  return { app, did };
}
