// Transactions under kills: what a step does in the journal's own file, and what is sent in a transaction, happens exactly once (P4).
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { countFrom, printFigure } from "../figures.ts";
import { journalPath } from "./load.ts";
import { seededRandom } from "./seeded-random.ts";
import { WorkerProcess } from "./worker-process.ts";

const KILLS = countFrom("SUREFOOT_TRANSACTION_KILLS", 50);
const LONGEST_LIFE_MS = 250;
const STEPS = ["First", "Last", "Left", "Right", "Tell"];

const directory = mkdtempSync(join(tmpdir(), "surefoot-transactions-"));
const compileCache = join(directory, "compiled");
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function worker(life: number, task: "send" | "end"): WorkerProcess {
  return new WorkerProcess({ program: "./transaction-worker.ts", args: [directory, String(life), task], compileCache });
}

it(
  `${KILLS} kills: each step's effect is there once, and each event of a committed transaction has started one run`,
  { timeout: 60_000 + KILLS * 3_000 },
  async () => {
    const random = seededRandom("transactions");
    expect((await endOf(worker(0, "end"))).code).toBe(0); // makes the tables, and keeps its compiled code
    for (let life = 1; life <= KILLS; life++) {
      const killed = worker(life, "send");
      expect(await killed.said("ready")).toBeDefined();
      await delay(random.between(0, LONGEST_LIFE_MS));
      const { signal, complaints } = await killed.kill();
      expect([signal, complaints]).toEqual(["SIGKILL", ""]);
    }
    expect(await endOf(worker(KILLS + 1, "end"))).toMatchObject({ code: 0, complaints: "" });

    const file = new DatabaseSync(journalPath(directory), { readOnly: true });
    const all = (sql: string): readonly unknown[] =>
      file
        .prepare(sql)
        .all()
        .map((row) => Object.values(row).join(" "));
    const runs = all("select id from surefoot_run where function_id like '%pay' order by id");
    expect(all("select distinct status from surefoot_run")).toEqual(["completed"]);
    const effects = all("select run, step from effect order by run, step");
    expect(effects).toEqual(runs.flatMap((run) => STEPS.map((step) => `${run as string} ${step}`)));
    const recorded = all(
      "select run || ' ' || name from surefoot_step where kind = 'transaction' and name <> 'Hear' order by run, name",
    );
    expect(recorded).toEqual(effects);
    const sent = all(
      "select what from sent union all select id from surefoot_run where function_id like '%pay' order by 1",
    );
    const heard = all("select what from heard order by 1");
    expect(heard).toEqual(sent);
    expect(all("select id from surefoot_run where function_id like '%own' or function_id like '%hear'")).toHaveLength(
      sent.length,
    );
    const undone = all("select what from undone");
    expect(sent.filter((what) => undone.includes(what))).toEqual([]);
    const takeovers = all("select count(*) from surefoot_step where kind = 'takeover'");
    file.close();
    expect(runs.length).toBeGreaterThan(KILLS);
    expect(undone.length).toBeGreaterThan(0);
    expect(Number(takeovers[0])).toBeGreaterThan(0);
    printFigure("kills", KILLS);
    printFigure("runs", runs.length);
    printFigure("effects", effects.length);
    printFigure("effects per step", effects.length / (runs.length * STEPS.length));
    printFigure("events of committed transactions", sent.length);
    printFigure("runs per such event", heard.length / sent.length);
    printFigure("rolled back", undone.length);
    printFigure("takeovers", Number(takeovers[0]));
  },
);

async function endOf(ending: WorkerProcess) {
  expect(await ending.said("settled")).toBeDefined();
  return ending.end;
}
