// The functions that are registered and their schedules, in Postgres.
//
// Owns: the tables `function`, `function_limit` and `schedule`. Does not own: what functions start (postgres-events).
// Called by: postgres-store.
import type { FunctionRecord, ScheduleRecord } from "../../durable/journal.ts";
import type { Store } from "../../durable/store.ts";
import type { Row } from "../shared/row-codec.ts";
import type { PostgresSession } from "./postgres-connection.ts";
import { arrayText } from "./postgres-text.ts";

export class PostgresFunctions {
  readonly #surefoot: string;

  constructor(surefoot: string) {
    this.#surefoot = surefoot;
  }

  /** Inside a transaction. Senders are told of it where it changes whom an event starts. */
  async register(session: PostgresSession, { app, functions }: Parameters<Store["register"]>[0]): Promise<void> {
    await session.rows(`select pg_advisory_xact_lock(${this.#surefoot}.lock_of('surefoot register'))`);
    const before = await this.#audience(session);
    await session.run(
      `update ${this.#surefoot}.function f set is_registered = false where app = $1 and not exists (
         select 1 from ${this.#surefoot}.worker w join ${this.#surefoot}.worker_function wf on wf.incarnation = w.incarnation
         where w.app = f.app and wf.function_id = f.id)`,
      app,
    );
    for (const { id, name, events } of functions) {
      await session.run(
        `insert into ${this.#surefoot}.function values ($1, $2, $3, $4, true)
         on conflict (id) do update set app = excluded.app, name = excluded.name, events = excluded.events, is_registered = true`,
        id,
        app,
        name,
        arrayText(events),
      );
    }
    await session.run(
      `delete from ${this.#surefoot}.schedule where function_id in (
         select id from ${this.#surefoot}.function where app = $1 and not is_registered)`,
      app,
    );
    for (const definition of functions) await this.#keepSchedules(session, definition);
    await this.#keepLimits(session, functions);
    if ((await this.#audience(session)) !== before)
      await session.run(`update ${this.#surefoot}.meta set value = value + 1 where key = 'audience'`);
  }

  /** Claims lock the rows of several functions, in this order. */
  async #keepLimits(session: PostgresSession, functions: readonly FunctionRecord[]): Promise<void> {
    const limited = functions.filter(({ concurrency }) => concurrency !== undefined);
    const ids = arrayText(functions.map(({ id }) => id));
    const limit = `${this.#surefoot}.function_limit`;
    await session.rows(
      `select 1 from ${limit} where function_id = any ($1::text[]) order by function_id for update`,
      ids,
    );
    await session.run(
      `delete from ${limit} where function_id = any ($1::text[]) and function_id <> all ($2::text[])`,
      ids,
      arrayText(limited.map(({ id }) => id)),
    );
    await session.run(
      `insert into ${limit} select * from unnest($1::text[], $2::bigint[])
       on conflict (function_id) do update set concurrency = excluded.concurrency`,
      arrayText(limited.map(({ id }) => id)),
      arrayText(limited.map(({ concurrency }) => String(concurrency))),
    );
  }

  /** Who hears of what, as a text to compare. */
  async #audience(session: PostgresSession): Promise<unknown> {
    const [row] = await session.rows(
      `select json_agg(json_build_array(id, events) order by id)::text as audience from ${this.#surefoot}.function where is_registered`,
    );
    return row!["audience"];
  }

  async #keepSchedules(session: PostgresSession, { id, schedules }: FunctionRecord): Promise<void> {
    const rows = await session.rows(`select * from ${this.#surefoot}.schedule where function_id = $1`, id);
    for (const known of rows.map(rowToSchedule)) {
      if (!schedules.some(({ cron, timezone }) => cron === known.cron && timezone === known.timezone))
        await session.run(
          `delete from ${this.#surefoot}.schedule where function_id = $1 and cron = $2 and timezone = $3`,
          id,
          known.cron,
          known.timezone,
        );
    }
    for (const { cron, timezone, context, dueMs } of schedules) {
      await session.run(
        `insert into ${this.#surefoot}.schedule as known values ($1, $2, $3, $4, $5)
         on conflict (function_id, cron, timezone) do update set context = excluded.context, due_ms = coalesce(known.due_ms, excluded.due_ms)`,
        id,
        cron,
        timezone,
        context,
        dueMs,
      );
    }
  }

  async names(statements: PostgresSession): Promise<ReadonlyMap<string, string>> {
    const rows = await statements.rows(`select id, name from ${this.#surefoot}.function`);
    return new Map(rows.map((row) => [row["id"] as string, row["name"] as string]));
  }

  async dueSchedules(
    statements: PostgresSession,
    { functionIds, nowMs }: Parameters<Store["dueSchedules"]>[0],
  ): Promise<readonly ScheduleRecord[]> {
    const rows = await statements.rows(
      `select * from ${this.#surefoot}.schedule where due_ms <= $1 and function_id = any ($2::text[]) order by due_ms, function_id, cron, timezone`,
      nowMs,
      arrayText(functionIds),
    );
    return rows.map(rowToSchedule);
  }
  /** Whether the schedule was still due at that time. */
  async moveOn(
    session: PostgresSession,
    { functionId, cron, timezone, dueMs }: ScheduleRecord,
    nextMs: number | null,
  ): Promise<boolean> {
    const moved = await session.run(
      `update ${this.#surefoot}.schedule set due_ms = $1 where function_id = $2 and cron = $3 and timezone = $4 and due_ms = $5`,
      nextMs,
      functionId,
      cron,
      timezone,
      dueMs,
    );
    return moved === 1;
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
