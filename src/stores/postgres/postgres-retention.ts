// What is old is removed, in Postgres. Called inside a transaction.
//
// Owns: nothing. Does not own: how old is old (durable/retention).
// Called by: postgres-store.
import type { Store } from "../../durable/store.ts";
import type { PostgresSession } from "./postgres-connection.ts";
import { arrayText } from "./postgres-text.ts";

/** Gives how many runs and events were removed. */
export async function prune(
  session: PostgresSession,
  surefoot: string,
  { app, beforeMs, limit }: Parameters<Store["prune"]>[0],
): Promise<number> {
  const hasComeFrom = (source: string) => `exists (select 1 from ${surefoot}.arrival a where a.source = ${source})`;
  const old = await session.rows(
    `select id from ${surefoot}.run r
     where ended_ms < $1 and function_id in (select id from ${surefoot}.function where app = $2) and not ${hasComeFrom("r.id")}
     order by ended_ms limit $3 for update skip locked`,
    beforeMs,
    app,
    limit,
  );
  // Once more, under the lock: who began to wait for one of them meanwhile had the lock before.
  const runs = await session.rows(
    `delete from ${surefoot}.run r where id = any ($1::text[]) and not ${hasComeFrom("r.id")} returning id`,
    arrayText(old.map(({ id }) => id as string)),
  );
  await session.run(
    `delete from ${surefoot}.step where run = any ($1::text[])`,
    arrayText(runs.map(({ id }) => id as string)),
  );
  if (old.length === limit) return limit;
  const events = await session.rows(
    `delete from ${surefoot}.event where position in (
       select position from ${surefoot}.event e
       where position < coalesce((select min(since) from ${surefoot}.run where ended_ms is null), 9223372036854775807)
         and due_ms < $1 and not exists (select 1 from ${surefoot}.run r where r.event_id = e.id) and not ${hasComeFrom("e.id")}
       order by position limit $2)
     returning position`,
    beforeMs,
    limit - runs.length,
  );
  await session.run(
    `delete from ${surefoot}.matched where position = any ($1::bigint[])`,
    arrayText(events.map(({ position }) => position as number)),
  );
  return runs.length + events.length;
}
