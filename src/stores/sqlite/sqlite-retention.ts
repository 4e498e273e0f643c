// What is old is removed, in SQLite. Called inside a transaction.
//
// Owns: nothing. Does not own: how old is old (durable/retention).
// Called by: sqlite-store.
import type { Store } from "../../durable/store.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** The position of the first event that a live run has, or may still read. */
const FIRST_READ = `coalesce((
  select min(e.position) from surefoot_run r join surefoot_event e on e.id = r.event_id where r.ended_ms is null), 9e999)`;

/** Gives how many runs and events were removed. */
export function prune(sql: SqliteConnection, { app, beforeMs, limit }: Parameters<Store["prune"]>[0]): number {
  const runs = removed(
    sql,
    `select id from surefoot_run
     where ended_ms < ? and +function_id in (select id from surefoot_function where app = ?)
       and not exists (select 1 from surefoot_arrival where source = surefoot_run.id)
     order by ended_ms limit ?`,
    [beforeMs, app, limit],
    [
      "delete from surefoot_step where run in (select value from json_each(?))",
      "delete from surefoot_run where id in (select value from json_each(?))",
    ],
  );
  if (runs === limit) return runs;
  const events = removed(
    sql,
    `select position as id from surefoot_event
     where position < ${FIRST_READ} and due_ms < ? and not exists (select 1 from surefoot_run where event_id = surefoot_event.id)
       and not exists (select 1 from surefoot_arrival where source = surefoot_event.id)
     order by position limit ?`,
    [beforeMs, limit - runs],
    [
      "delete from surefoot_matched where position in (select value from json_each(?))",
      "delete from surefoot_event where position in (select value from json_each(?))",
    ],
  );
  return runs + events;
}

function removed(
  sql: SqliteConnection,
  find: string,
  cells: readonly (string | number)[],
  removals: readonly string[],
): number {
  const ids = sql.all(find, ...cells).map((row) => row["id"]);
  for (const removal of ids.length === 0 ? [] : removals) sql.run(removal, JSON.stringify(ids));
  return ids.length;
}
