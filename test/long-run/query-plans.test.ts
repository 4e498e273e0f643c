// What SQLite goes through for a step, an event or the end of a run does not grow with what is in the file: how it finds its rows.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, it } from "vitest";
import { createApp } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";
import { listenToCalls } from "./call-listener.ts";

const directory = mkdtempSync(join(tmpdir(), "surefoot-plans-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const path = join(directory, "journal.db");

/** Some of all that a worker does: runs that end, sleep, wait, are cancelled, and events that nobody waits for. */
async function work(): Promise<void> {
  const app = createApp({ name: "plans", store: sqlite({ path, thread: false }), observers: [] });
  const child = app.createFunction({ name: "Child", concurrency: 5 }, { event: "child" }, ({ step }) =>
    step.run("Work", () => 1),
  );
  app.createFunction({ name: "Sleeper" }, { event: "sleep" }, function* ({ step }) {
    yield* step.run("Work", () => 1);
    yield* step.sleep("Sleep", "1h");
  });
  const parent = app.createFunction({ name: "Parent" }, { event: "parent" }, function* ({ step }) {
    yield* step.invoke("Ask the child", { function: child, data: null });
    return yield* step.waitForEvent("Wait", { event: "answer", match: { id: 7 }, timeout: "1h" });
  });
  await app.start();
  await app.send([
    { name: "sleep", data: null },
    { name: "unheard", data: null },
  ]);
  const run = app.run(parent, { data: { id: 7 } });
  await expect.poll(async () => (await app.runs.get(run.id))?.status).toBe("waiting");
  await app.send({ name: "answer", data: { id: 7 } });
  await run;
  const [sleeper] = (await app.runs.list({ status: "sleeping" })).items;
  await app.cancel(sleeper!.id);
  await app.stop();
}

function planOf(database: DatabaseSync, sql: string): readonly string[] {
  const cells = sql
    .split("?")
    .slice(1)
    .map(() => null);
  return database
    .prepare(`explain query plan ${sql}`)
    .all(...cells)
    .map(({ detail }) => String(detail));
}

/** Tables that grow with what has been: none is gone through as a whole, nor by what very many of its rows share. */
const GOES_THROUGH_ALL = /^SCAN surefoot_(run|step|event|wait|arrival|matched)\b|surefoot_run_(function|status)\b/;
/** An index of those alone that declined code. */
const SMALL = /USING INDEX surefoot_run_declined$/;
/** What does go through more, and may. */
const ALLOWED: readonly RegExp[] = [
  /^update surefoot_run set status = 'queued', due_ms = \?, declined_by/, // of paused runs, when a worker starts
  /order by position desc limit \?$/, // a page of a list, in the order of its index
  /^select position as id from surefoot_event/, // once an hour: what is old enough to be removed
];

/** Whom a worker is given, one function after the other. */
const CHOOSES = /indexed by surefoot_run_(due|owner)\b/;

let asked: Promise<readonly string[]> | undefined;
/** All that a worker asked while it did all that it does. */
function statements(): Promise<readonly string[]> {
  return (asked ??= statementsOfWork());
}
async function statementsOfWork(): Promise<readonly string[]> {
  const texts = new Set<string>();
  const stop = listenToCalls(DatabaseSync.prototype, "prepare", ([sql]) => texts.add(String(sql)));
  await work().finally(stop);
  return [...texts];
}

it(
  "what a worker is given is found by its function and its time, in the order of an index",
  { timeout: 60_000 },
  async () => {
    const choosing = (await statements()).filter((sql) => CHOOSES.test(sql));
    const database = new DatabaseSync(path);
    const steps = choosing.flatMap((sql) => planOf(database, sql)).filter((step) => /surefoot_run\b|B-TREE/.test(step));
    database.close();
    expect(new Set(steps)).toEqual(
      new Set([
        "SEARCH surefoot_run USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
        "SEARCH surefoot_run USING INDEX surefoot_run_due (function_id=? AND due_ms>?)",
        "SEARCH surefoot_run USING COVERING INDEX surefoot_run_owner (owner=? AND function_id=?)",
        "SEARCH surefoot_run USING INDEX surefoot_run_due (function_id=? AND due_ms>? AND due_ms<?)",
      ]),
    );
  },
);

it("no statement of a worker goes through all runs, events, steps or waits", { timeout: 60_000 }, async () => {
  const ofTables = (await statements()).filter((sql) => /\b(from|update) surefoot_/.test(sql));
  const database = new DatabaseSync(path);
  const often = ofTables.filter((sql) => !ALLOWED.some((allowed) => allowed.test(sql)));
  const wide = often.flatMap((sql) =>
    planOf(database, sql).flatMap((step) =>
      GOES_THROUGH_ALL.test(step) && !SMALL.test(step) ? [`${step}: ${sql}`] : [],
    ),
  );
  database.close();
  expect(often.length).toBeGreaterThan(25);
  expect(wide).toEqual([]);
});
