// Three ways to bring a floor's rows to a SQLite file: a commit for each, one for all of a turn, and one for all that wait, in a thread.
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { FloorJournal, Operation } from "./operations.ts";
import { SqliteTables } from "./sqlite-tables.ts";

interface Asked {
  readonly operation: Operation;
  readonly resolve: (given: unknown) => void;
}

/** Every operation is a transaction of its own. */
export function committingEach(folder: string): FloorJournal {
  let tables: SqliteTables;
  return {
    open: async () => void (tables = new SqliteTables(pathIn(folder))),
    ask: async (operation) => tables.perform([operation])[0],
    listen: undefined,
    close: async () => tables.close(),
  };
}

/** What is asked in one turn of the event loop is one transaction, at its end. */
export function committingTurns(folder: string): FloorJournal {
  let tables: SqliteTables;
  let waiting: Asked[] = [];
  const flush = () => {
    const all = waiting;
    waiting = [];
    const given = tables.perform(all.map(({ operation }) => operation));
    for (const [index, { resolve }] of all.entries()) resolve(given[index]);
  };
  return {
    open: async () => void (tables = new SqliteTables(pathIn(folder))),
    ask: (operation) =>
      new Promise((resolve) => {
        if (waiting.push({ operation, resolve }) === 1) setImmediate(flush);
      }),
    listen: undefined,
    close: async () => tables.close(),
  };
}

/** The transactions are a thread's: while one is under way, what is asked waits for the next. */
export function committingInThread(folder: string): FloorJournal {
  let thread: Worker;
  let waiting: Asked[] = [];
  let sent: readonly Asked[] | undefined;
  const post = () => {
    if (sent !== undefined || waiting.length === 0) return;
    sent = waiting;
    waiting = [];
    thread.postMessage(
      sent.map(({ operation }) => operation),
      [],
    );
  };
  const receive = (given: readonly unknown[]) => {
    const all = sent!;
    sent = undefined;
    for (const [index, { resolve }] of all.entries()) resolve(given[index]);
    // What goes on now asks in this turn; it is to be in the next transaction.
    setImmediate(post);
  };
  return {
    open: async () => {
      thread = new Worker(join(import.meta.dirname, "sqlite-thread.ts"), { workerData: pathIn(folder) });
      thread.on("message", receive);
    },
    ask: (operation) =>
      new Promise((resolve) => {
        if (waiting.push({ operation, resolve }) === 1) setImmediate(post);
      }),
    listen: undefined,
    close: async () => void (await thread.terminate()),
  };
}

function pathIn(folder: string): string {
  return join(folder, "floor.db");
}
