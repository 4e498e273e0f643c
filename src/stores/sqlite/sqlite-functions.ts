// The functions that are registered and their schedules, in SQLite. What writes is called inside a transaction.
//
// Owns: the tables `surefoot_function`, `surefoot_limit` and `surefoot_schedule`. Does not own: what functions start (sqlite-store).
// Called by: sqlite-store.
import type { FunctionRecord, ScheduleRecord } from "../../durable/journal.ts";
import type { Store } from "../../durable/store.ts";
import type { Row } from "../shared/row-codec.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

const OF_FUNCTIONS = "function_id in (select value from json_each(?))";

export class SqliteFunctions {
  readonly #sql: SqliteConnection;

  constructor(sql: SqliteConnection) {
    this.#sql = sql;
  }

  register({ app, functions }: Parameters<Store["register"]>[0]): void {
    this.#sql.run(
      `update surefoot_function set is_registered = 0 where app = ? and id not in (
         select value from surefoot_worker, json_each(function_ids) where surefoot_worker.app = surefoot_function.app)`,
      app,
    );
    for (const { id, name, events, concurrency } of functions) {
      this.#sql.run(
        `insert into surefoot_function values (?, ?, ?, ?, 1)
         on conflict (id) do update set app = excluded.app, name = excluded.name, events = excluded.events, is_registered = 1`,
        id,
        app,
        name,
        JSON.stringify(events),
      );
      this.#sql.run("delete from surefoot_limit where function_id = ?", id);
      if (concurrency !== undefined) this.#sql.run("insert into surefoot_limit values (?, ?)", id, concurrency);
    }
    this.#sql.run(
      "delete from surefoot_schedule where function_id in (select id from surefoot_function where app = ? and is_registered = 0)",
      app,
    );
    for (const definition of functions) this.#keepSchedules(definition);
  }

  #keepSchedules({ id, schedules }: FunctionRecord): void {
    for (const known of this.#sql.all("select * from surefoot_schedule where function_id = ?", id).map(rowToSchedule)) {
      if (!schedules.some(({ cron, timezone }) => cron === known.cron && timezone === known.timezone))
        this.#sql.run(
          "delete from surefoot_schedule where function_id = ? and cron = ? and timezone = ?",
          id,
          known.cron,
          known.timezone,
        );
    }
    for (const { cron, timezone, context, dueMs } of schedules) {
      this.#sql.run(
        `insert into surefoot_schedule values (?, ?, ?, ?, ?)
         on conflict (function_id, cron, timezone) do update set context = excluded.context, due_ms = coalesce(due_ms, excluded.due_ms)`,
        id,
        cron,
        timezone,
        context,
        dueMs,
      );
    }
  }

  names(): ReadonlyMap<string, string> {
    const rows = this.#sql.all("select id, name from surefoot_function");
    return new Map(rows.map((row) => [row["id"] as string, row["name"] as string]));
  }
  listeners(eventName: string): string[] {
    const rows = this.#sql.all(
      "select id from surefoot_function where is_registered = 1 and ? in (select value from json_each(events))",
      eventName,
    );
    return rows.map((row) => row["id"] as string);
  }

  dueSchedules(functionIds: readonly string[], nowMs: number): readonly ScheduleRecord[] {
    const rows = this.#sql.all(
      `select * from surefoot_schedule where due_ms <= ? and ${OF_FUNCTIONS} order by due_ms, function_id, cron, timezone`,
      nowMs,
      JSON.stringify(functionIds),
    );
    return rows.map(rowToSchedule);
  }
  nextDueMs(functionIds: readonly string[]): number | null {
    const row = this.#sql.get(
      `select min(due_ms) as due_ms from surefoot_schedule where due_ms is not null and ${OF_FUNCTIONS}`,
      JSON.stringify(functionIds),
    );
    return (row?.["due_ms"] as number | null | undefined) ?? null;
  }
  /** Whether the schedule was still due at that time. */
  moveOn({ functionId, cron, timezone, dueMs }: ScheduleRecord, nextMs: number | null): boolean {
    return (
      this.#sql.run(
        "update surefoot_schedule set due_ms = ? where function_id = ? and cron = ? and timezone = ? and due_ms = ?",
        nextMs,
        functionId,
        cron,
        timezone,
        dueMs,
      ) === 1
    );
  }
}

function rowToSchedule(row: Row): ScheduleRecord {
  return {
    functionId: row["function_id"] as string,
    cron: row["cron"] as string,
    timezone: row["timezone"] as string,
    context: row["context"] as string,
    dueMs: row["due_ms"] as number | null,
  };
}
