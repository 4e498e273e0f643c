// One connection to a SQLite file: prepared statements, transactions, and waiting for other processes' locks.
//
// Owns: the database handle and its statements. Does not own: what they say (sqlite-store, sqlite-schema).
// Called by: sqlite-store.
//   Q1. Every write is one immediate transaction: what it checks cannot change before it commits.
//   Q2. Another process's lock is waited for between turns, not inside one.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { systemClock } from "../../core/clock.ts";
import { StoreClosedError } from "../../core/errors.ts";
import type { Cell, Row } from "../shared/row-codec.ts";
import { isBusy, openDatabase } from "./sqlite-database.ts";
import type { SqliteOptions } from "./sqlite-options.ts";

const LONGEST_LOCK_WAIT_MS = 30_000;
const LOCK_STEP_MS = 5;

export class SqliteConnection {
  readonly #options: SqliteOptions;
  readonly #statements = new Map<string, StatementSync>();
  #opening: Promise<DatabaseSync> | undefined;
  #database: DatabaseSync | undefined;

  constructor(options: SqliteOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    if (this.#database !== undefined) return;
    this.#opening ??= waitingForLock(() => openDatabase(this.#options));
    try {
      this.#database = await this.#opening;
    } finally {
      this.#opening = undefined;
    }
  }
  close(): void {
    this.#statements.clear();
    this.#database?.close();
    this.#database = undefined;
  }

  /** Q1 */
  transaction<Given>(work: (database: DatabaseSync) => Given): Promise<Given> {
    return waitingForLock(() => {
      this.run("begin immediate");
      try {
        const given = work(this.#opened());
        this.run("commit");
        return given;
      } catch (error) {
        rollBack(this.#opened());
        throw error;
      }
    });
  }

  /** Gives how many rows it changed. */
  run(sql: string, ...cells: readonly Cell[]): number {
    return Number(this.#statement(sql).run(...cells).changes);
  }
  get(sql: string, ...cells: readonly Cell[]): Row | undefined {
    return this.#statement(sql).get(...cells);
  }
  all(sql: string, ...cells: readonly Cell[]): Row[] {
    return this.#statement(sql).all(...cells);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#opened().prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
  #opened(): DatabaseSync {
    if (this.#database === undefined) throw StoreClosedError.for(this.#options.path);
    return this.#database;
  }
}

/** Q2 */
async function waitingForLock<Given>(work: () => Given): Promise<Given> {
  for (let waitedMs = 0; ; waitedMs += LOCK_STEP_MS) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || waitedMs > LONGEST_LOCK_WAIT_MS) throw error;
      await new Promise<void>((resolve) => void systemClock.timer(LOCK_STEP_MS, resolve));
    }
  }
}

function rollBack(database: DatabaseSync): void {
  try {
    database.exec("rollback");
  } catch {
    // SQLite has rolled back itself, as it does when the disk is full: the first error is the one to hear of
  }
}
