// A user's tables in the file of a SQLite store.
//
// Owns: the connection of the user's. Does not own: the store. Called by: transaction-worker, and the trial that looks.
import { DatabaseSync } from "node:sqlite";
import { sqlite, type SqliteTransaction } from "../../src/sqlite.ts";
import { insertInto, OWN_TABLES, textOfRow, type OwnTable, type OwnTables } from "./own-tables.ts";

export class SqliteOwnTables implements OwnTables {
  readonly #path: string;
  #database: DatabaseSync | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get store() {
    return sqlite(this.#path);
  }
  get #own(): DatabaseSync {
    return (this.#database ??= new DatabaseSync(this.#path, { timeout: 5_000 }));
  }

  async make(): Promise<void> {
    this.#own.exec(OWN_TABLES);
  }
  bodyOf<Value>(acts: readonly (() => unknown)[], value: Value): Value {
    for (const act of acts) void act();
    return value;
  }
  add(tx: object, table: OwnTable, ...values: readonly string[]): void {
    const sql = insertInto(
      table,
      values.map(() => "?"),
    );
    if (tx === this.#database) this.#database.prepare(sql).run(...values);
    else (tx as SqliteTransaction).run(sql, ...values);
  }
  async note(table: OwnTable, value: string): Promise<void> {
    this.add(this.#own, table, value);
  }
  async within(end: "commit" | "rollback", work: (tx: object) => Promise<unknown>): Promise<void> {
    this.#own.exec("begin immediate");
    await work(this.#own);
    this.#own.exec(end);
  }

  journal(table: string): string {
    return `surefoot_${table}`;
  }
  async all(sql: string): Promise<readonly string[]> {
    return this.#own.prepare(sql).all().map(textOfRow);
  }
  async close(): Promise<void> {
    this.#database?.close();
    this.#database = undefined;
  }
}
