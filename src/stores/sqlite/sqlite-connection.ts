// One connection to a SQLite file: prepared statements, transactions, and waiting for other processes' locks.
//
// Owns: the database handle and its statements. Does not own: what they say (sqlite-store, sqlite-schema).
// Called by: sqlite-store.
//   Q1. Every write is one immediate transaction: what it checks cannot change before it commits.
//   Q2. Another process's lock is waited for between turns, not inside one.
//   Q3. Transactions of one turn may share one, and with it one wait for the disk: each is still all or nothing.
//   Q4. What SQLite says of the disk and the file leaves here with the path and a remedy; locks do once they are waited for no longer.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { systemClock } from "../../core/clock.ts";
import { StoreClosedError } from "../../core/errors.ts";
import type { Cell, Row } from "../shared/row-codec.ts";
import { openDatabase } from "./sqlite-database.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import { isBusy, unavailableError } from "./sqlite-trouble.ts";

const LONGEST_LOCK_WAIT_MS = 30_000;
const LOCK_STEP_MS = 5;

interface SharedTransaction {
  /** What SQLite gave it up for, and all that was in it. */
  lost: { readonly cause: unknown } | undefined;
}

export class SqliteConnection {
  readonly #options: SqliteOptions;
  readonly #statements = new Map<string, StatementSync>();
  #opening: Promise<DatabaseSync> | undefined;
  #database: DatabaseSync | undefined;
  /** While transactions share one. */
  #shared: SharedTransaction | undefined;

  constructor(options: SqliteOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    if (this.#database !== undefined) return;
    this.#opening ??= this.#waitingForLock(() => openDatabase(this.#options));
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
    return this.#waitingForLock(() =>
      this.#shared === undefined ? this.#alone(work) : this.#part(work, this.#shared),
    );
  }

  /**
   * Q3: what `work` begins, all of it in this turn, shares one transaction. False: nothing of it was kept, and each may be begun by
   * itself; another process has the lock, or SQLite gave the whole up. Throws where it is not known whether it was kept.
   */
  together(work: () => void): boolean {
    const shared: SharedTransaction = { lost: undefined };
    try {
      this.run("begin immediate");
    } catch (error) {
      if (isBusy(error)) return false;
      throw error;
    }
    try {
      this.#shared = shared;
      work();
      if (shared.lost !== undefined) return false;
      this.run("commit");
      return true;
    } catch (error) {
      rollBack(this.#opened());
      throw error;
    } finally {
      this.#shared = undefined;
    }
  }

  /** Q2 */
  async #waitingForLock<Given>(work: () => Given): Promise<Given> {
    for (let waitedMs = 0; ; waitedMs += LOCK_STEP_MS) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (waitedMs > LONGEST_LOCK_WAIT_MS) throw unavailableError(this.#options.path, error); // Q4
        await new Promise<void>((resolve) => void systemClock.timer(LOCK_STEP_MS, resolve));
      }
    }
  }

  #part<Given>(work: (database: DatabaseSync) => Given, shared: SharedTransaction): Given {
    if (shared.lost !== undefined) throw shared.lost.cause;
    this.run("savepoint part");
    try {
      const given = work(this.#opened());
      this.run("release part");
      return given;
    } catch (error) {
      if (this.#opened().isTransaction) this.run("rollback to part");
      else shared.lost = { cause: error }; // as SQLite does when the disk is full: neighbours are gone with it
      throw error;
    }
  }

  #alone<Given>(work: (database: DatabaseSync) => Given): Given {
    this.run("begin immediate");
    try {
      const given = work(this.#opened());
      this.run("commit");
      return given;
    } catch (error) {
      rollBack(this.#opened());
      throw error;
    }
  }

  /** Gives how many rows it changed. */
  run(sql: string, ...cells: readonly Cell[]): number {
    try {
      return Number(this.#statement(sql).run(...cells).changes);
    } catch (error) {
      throw this.#told(error);
    }
  }
  get(sql: string, ...cells: readonly Cell[]): Row | undefined {
    try {
      return this.#statement(sql).get(...cells);
    } catch (error) {
      throw this.#told(error);
    }
  }
  all(sql: string, ...cells: readonly Cell[]): Row[] {
    try {
      return this.#statement(sql).all(...cells);
    } catch (error) {
      throw this.#told(error);
    }
  }
  /** Q4 */
  #told(error: unknown): unknown {
    return isBusy(error) ? error : unavailableError(this.#options.path, error);
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

function rollBack(database: DatabaseSync): void {
  try {
    database.exec("rollback");
  } catch {
    // SQLite has rolled back itself, as it does when the disk is full: the first error is the one to hear of
  }
}
