// The tables of a floor in one SQLite file. Each call is one transaction: what it gives is on the disk.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Operation } from "./operations.ts";

const TABLES = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table if not exists run (id text primary key, kind text, status int, input text, value text, due int) without rowid;
  create index if not exists run_due on run (status, due) where status < 2;
  create table if not exists step (run text, name text, value text, primary key (run, name)) without rowid`;

const STATEMENTS = {
  begin: "begin immediate",
  commit: "commit",
  insert: "insert into run values (?, ?, 0, ?, null, 0)",
  step: "insert into step values (?, ?, ?)",
  done: "update run set value = ?, status = 2 where id = ?",
  sleep: "update run set due = ?, status = 0 where id = ?",
  claim: `update run set status = 1 where id in (select id from run where status = 0 and due <= ? order by due limit ?)
    returning id, kind, input, due = 0 as fresh`,
  past: "select name, value from step where run = ?",
  count: "select count(*) as count from run where status = 2",
  due: "select min(due) as due from run where status = 0",
  recover: "update run set status = 0, due = 1 where status = 1",
};

export class SqliteTables {
  readonly #database: DatabaseSync;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;

  constructor(path: string) {
    const database = new DatabaseSync(path);
    database.exec(TABLES);
    this.#database = database;
    this.#statements = Object.fromEntries(
      Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]),
    ) as never;
  }
  close(): void {
    this.#database.close();
  }

  perform(operations: readonly Operation[]): readonly unknown[] {
    this.#statements.begin.run();
    const given = operations.map((operation) => this.#performOne(operation));
    this.#statements.commit.run();
    return given;
  }

  #performOne(operation: Operation): unknown {
    const sql = this.#statements;
    switch (operation[0]) {
      case "insert":
        return void sql.insert.run(operation[1], operation[2], operation[3]);
      case "step":
        return void sql.step.run(operation[1], operation[2], operation[3]);
      case "done":
        return void sql.done.run(operation[2], operation[1]);
      case "sleep":
        return void sql.sleep.run(operation[2], operation[1]);
      case "claim":
        return sql.claim.all(operation[1], operation[2]);
      case "past":
        return sql.past.all(operation[1]).map((row) => [row["name"], row["value"]]);
      case "count":
        return sql.count.get()!["count"];
      case "due":
        return sql.due.get()!["due"];
      case "recover":
        return void sql.recover.run();
    }
  }
}
