// A copy of the file that SQLite makes while runs are at work is a whole journal: its runs go on from it.
import { DatabaseSync, backup } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { lookAtJournal } from "../crash/journal-look.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { STEPS, appOn } from "./copied-app.ts";

const newFile = temporaryFiles("copies");
const RUNS = 60;

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
    const recordedIn = (file: string): number =>
      lookAtJournal(file).steps.filter(({ state }) => state === "ended").length;
    await expect.poll(() => recordedIn(path), { interval: 5, timeout: 10_000 }).toBeGreaterThan(RUNS / 2);
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
