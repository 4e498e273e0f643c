// So many kills of a worker whose steps and senders write in transactions: checked, with figures.
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { printFigure } from "../figures.ts";
import { ownTablesAt } from "./own-tables-at.ts";
import type { OwnTables } from "./own-tables.ts";
import { seededRandom } from "./seeded-random.ts";
import { WorkerProcess, type ProcessEnd } from "./worker-process.ts";

const LONGEST_LIFE_MS = 250;
const STEPS = ["First", "Last", "Left", "Right", "Tell"];

export interface TransactionTrial {
  /** Of the journal. */
  readonly address: string;
  /** Where compiled code is kept. */
  readonly compileCache: string;
  readonly kills: number;
}

/** Carries it out. Throws where anything is not as it is to be. */
export async function carryOutTransactionTrial(trial: TransactionTrial): Promise<void> {
  const { address, kills } = trial;
  const random = seededRandom("transactions");
  expect((await endOf(worker(trial, 0, "end"))).code).toBe(0); // makes the tables, and keeps its compiled code
  for (let life = 1; life <= kills; life++) {
    const killed = worker(trial, life, "send");
    expect(await killed.said("ready")).toBeDefined();
    await delay(random.between(0, LONGEST_LIFE_MS));
    const { signal, complaints } = await killed.kill();
    expect([signal, complaints]).toEqual(["SIGKILL", ""]);
  }
  expect(await endOf(worker(trial, kills + 1, "end"))).toMatchObject({ code: 0, complaints: "" });
  const own = ownTablesAt(address);
  printFigure("kills", kills);
  await checkEffects(own, kills);
  await checkEvents(own);
  const takeovers = await own.all(`select run from ${own.journal("step")} where kind = 'takeover'`);
  await own.close();
  printFigure("takeovers", takeovers.length);
  expect(takeovers.length).toBeGreaterThan(0);
}

/** Each step of each run has its effect, once, and is on record. */
async function checkEffects(own: OwnTables, kills: number): Promise<void> {
  const runs = await own.all(`select id from ${own.journal("run")} where function_id like '%pay' order by id`);
  const effects = await own.all("select run, step from effect order by run, step");
  printFigure("runs", runs.length);
  printFigure("effects", effects.length);
  printFigure("effects per step", effects.length / (runs.length * STEPS.length));
  expect(await own.all(`select distinct status from ${own.journal("run")}`)).toEqual(["completed"]);
  expect(effects).toEqual(runs.flatMap((run) => STEPS.map((step) => `${run} ${step}`)));
  const recorded = await own.all(
    `select run, name from ${own.journal("step")} where kind = 'transaction' and name <> 'Hear' order by run, name`,
  );
  expect(recorded).toEqual(effects);
  expect(runs.length).toBeGreaterThan(kills);
}

/** Each event of a transaction that was committed has started one run, which had its effect once; of the others, there is nothing. */
async function checkEvents(own: OwnTables): Promise<void> {
  const run = own.journal("run");
  const sent = await own.all(
    `select what from sent union all select id from ${run} where function_id like '%pay' order by 1`,
  );
  const heard = await own.all("select what from heard order by 1");
  const undone = await own.all("select what from undone");
  const started = await own.all(`select id from ${run} where function_id like '%own' or function_id like '%hear'`);
  printFigure("events of committed transactions", sent.length);
  printFigure("runs per such event", started.length / sent.length);
  printFigure("rolled back", undone.length);
  expect(heard).toEqual(sent);
  expect(started).toHaveLength(sent.length);
  expect(sent.filter((what) => undone.includes(what))).toEqual([]);
  expect(undone.length).toBeGreaterThan(0);
}

function worker({ address, compileCache }: TransactionTrial, life: number, task: "send" | "end"): WorkerProcess {
  return new WorkerProcess({ program: "./transaction-worker.ts", args: [address, String(life), task], compileCache });
}

async function endOf(ending: WorkerProcess): Promise<ProcessEnd> {
  expect(await ending.said("settled")).toBeDefined();
  return ending.end;
}
