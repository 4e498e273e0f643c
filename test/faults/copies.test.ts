// A copy of the file that SQLite makes while runs are at work is a whole journal: its runs go on from it.
import { DatabaseSync, backup } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";
import { lookAtJournal } from "../crash/journal-look.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";

const newFile = temporaryFiles("copies");
const RUNS = 60;
const STEPS = ["First", "Second", "Third", "Fourth"];
const STEP_MS = 20;

/** An app with a function of a few steps that takes a while. */
function appOn(path: string, lease: number) {
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

const WAYS: readonly (readonly [string, (from: DatabaseSync, to: string) => unknown])[] = [
  ["VACUUM INTO", (from, to) => from.prepare("vacuum into ?").run(to)],
  ["backup() of node:sqlite", (from, to) => backup(from, to)],
];

describe.each(WAYS)("%s, while runs are at work", (_name, copy) => {
  it("gives a whole journal: what was recorded is not done again, and everything comes to its end", async () => {
    const path = newFile();
    const { app } = appOn(path, 15_000);
    await app.start({ concurrency: 10 });
    await app.send(Array.from({ length: RUNS }, (_, place) => ({ id: `event-${place}`, name: "work" })));
    await delay(6 * STEP_MS);
    const connection = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    const copied = newFile();
    await copy(connection, copied);
    connection.close();

    const database = new DatabaseSync(copied, { readOnly: true });
    expect(database.prepare("pragma integrity_check").all()).toMatchObject([{ integrity_check: "ok" }]);
    database.close();
    const { runs, steps } = lookAtJournal(copied);
    const eventOf = new Map(runs.map((run) => [run.id, run.event_id]));
    const recorded = steps
      .filter(({ state }) => state === "ended")
      .map(({ run, name }) => `${eventOf.get(run)} ${name}`);
    expect(runs.length).toBe(RUNS);
    expect(recorded.length).toBeGreaterThan(0);
    expect(recorded.length).toBeLessThan(RUNS * STEPS.length);

    await app.stop(); // two that go on with the same runs would both do their work
    const restored = appOn(copied, 1_000);
    await restored.app.start();
    const isDone = (): boolean => lookAtJournal(copied).runs.every(({ status }) => status === "completed");
    await expect.poll(isDone, { timeout: 15_000 }).toBe(true);
    await restored.app.stop();
    const all = runs.flatMap((run) => STEPS.map((name) => `${run.event_id} ${name}`));
    expect([...recorded, ...restored.did].toSorted()).toEqual(all.toSorted());
  });
});
