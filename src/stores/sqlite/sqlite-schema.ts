// The tables, as migrations: additive, in order, each run once under the write lock.
import type { DatabaseSync } from "node:sqlite";
import { StoreVersionError } from "../../core/errors.ts";

interface Migration {
  readonly version: number;
  /** The oldest schema that code may know and still work after this. */
  readonly oldestCompatible: number;
  readonly sql: string;
}

const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    oldestCompatible: 1,
    sql: `
      create table surefoot_event (
        position integer primary key autoincrement, id text not null unique, name text not null, data text not null, user text not null,
        context text not null, ts real not null, version text, accepted_ms real not null, due_ms real not null, format integer not null
      ) strict;
      create index surefoot_event_name on surefoot_event (name, position);

      create table surefoot_run (
        position integer primary key autoincrement, id text not null unique, function_id text not null, event_id text not null,
        status text not null, due_ms real, owner text, token integer not null, created_ms real not null, started_ms real, ended_ms real,
        output text, error text, note text, left_by text not null default '[]', is_cancel_requested integer not null default 0,
        is_pause_requested integer not null default 0, deaths integer not null default 0, version text, replay_of text, format integer not null,
        saved_by text, save_id integer not null default 0, has_progress integer not null default 0, declined_by text not null default '[]'
      ) strict;
      create unique index surefoot_run_event on surefoot_run (event_id, function_id) where replay_of is null;
      create index surefoot_run_suspect on surefoot_run (due_ms, position) where deaths > 1 and due_ms is not null;
      create index surefoot_run_declined on surefoot_run (id) where declined_by <> '[]';
      create index surefoot_run_ended on surefoot_run (ended_ms) where ended_ms is not null;
      create index surefoot_run_due on surefoot_run (due_ms, position) where due_ms is not null;
      create index surefoot_run_owner on surefoot_run (owner) where owner is not null;
      create index surefoot_run_status on surefoot_run (status, position);
      create index surefoot_run_function on surefoot_run (function_id, position);

      create table surefoot_step (
        run text not null, key text not null, state text not null, kind text not null, number text not null, name text not null,
        sequence integer, status text, attempts integer not null, due_ms real, started_ms real not null, ended_ms real, value text,
        refs text, error text, steps integer, digest text, wait text, source text, notes text, format integer not null,
        primary key (run, key)
      ) strict, without rowid;

      create table surefoot_wait (
        run text not null, key text not null, event text, paths text, digest text, target text, deadline_ms real,
        is_awaited integer not null default 1, primary key (run, key)
      ) strict, without rowid;
      create index surefoot_wait_event on surefoot_wait (event, paths, digest) where event is not null;
      create index surefoot_wait_target on surefoot_wait (target) where target is not null;

      create table surefoot_match (
        event text not null, paths text not null, indexed_from integer not null, indexed_to integer not null,
        primary key (event, paths)
      ) strict, without rowid;
      create table surefoot_matched (
        event text not null, paths text not null, digest text not null, position integer not null,
        primary key (event, paths, digest, position)
      ) strict, without rowid;
      create index surefoot_matched_position on surefoot_matched (position);

      create table surefoot_arrival (
        run text not null, key text not null, source text not null, due_ms real not null, position integer not null,
        primary key (run, key, source)
      ) strict, without rowid;
      create index surefoot_arrival_source on surefoot_arrival (source);

      create table surefoot_worker (
        incarnation text primary key, app text not null, beats integer not null, process text not null, function_ids text not null,
        versions text not null
      ) strict, without rowid;

      create table surefoot_function (
        id text primary key, app text not null, name text not null, events text not null, is_registered integer not null
      ) strict, without rowid;

      create table surefoot_schedule (
        function_id text not null, cron text not null, timezone text not null, context text not null, due_ms real,
        primary key (function_id, cron, timezone)
      ) strict, without rowid;
      create index surefoot_schedule_due on surefoot_schedule (due_ms) where due_ms is not null;
    `,
  },
  {
    version: 2,
    oldestCompatible: 1,
    sql: "alter table surefoot_event add column trace text",
  },
  {
    version: 3,
    oldestCompatible: 1,
    // A table of its own, as older code inserts into the other by place. Their indexes are looked for by what they begin with.
    sql: `
      create table surefoot_limit (function_id text primary key, concurrency integer not null) strict, without rowid;
      drop index surefoot_run_owner;
      create index surefoot_run_owner on surefoot_run (owner, function_id) where owner is not null;
      drop index surefoot_run_due;
      create index surefoot_run_due on surefoot_run (function_id, due_ms) where due_ms is not null;
      `,
  },
  {
    version: 4,
    oldestCompatible: 1,
    sql: `
      create table surefoot_outbox (
        position integer primary key autoincrement, id text not null, name text not null, data text not null, user text not null,
        context text not null, ts real not null, version text, trace text, accepted_ms real not null, due_ms real not null,
        format integer not null, is_named integer not null
      ) strict;
      alter table surefoot_run add column saved_token integer not null default 0;
      alter table surefoot_step add column token integer not null default 0;
      alter table surefoot_step add column save_id integer not null default 0;
      alter table surefoot_step add column is_progress integer not null default 0;
    `,
  },
];

const LATEST = MIGRATIONS.at(-1)!;

/** Brings the file to this code's schema, or throws a {@link StoreVersionError} if it is too new for this code. */
export function migrate(database: DatabaseSync): void {
  database.exec("begin immediate");
  try {
    database.exec(
      "create table if not exists surefoot_meta (key text primary key, value integer not null) strict, without rowid",
    );
    const read = database.prepare("select value from surefoot_meta where key = ?");
    const valueOf = (key: string): number => (read.get(key) as { value: number } | undefined)?.value ?? 0;
    if (valueOf("oldest_compatible") > LATEST.version)
      throw StoreVersionError.for(valueOf("oldest_compatible"), LATEST.version);
    const known = valueOf("schema");
    for (const { version, sql } of MIGRATIONS) if (version > known) database.exec(sql);
    if (known < LATEST.version) {
      const write = database.prepare(
        "insert into surefoot_meta values (?, ?) on conflict (key) do update set value = excluded.value",
      );
      write.run("schema", LATEST.version);
      write.run("oldest_compatible", LATEST.oldestCompatible);
    }
    database.exec("commit");
  } catch (error) {
    database.exec("rollback");
    throw error;
  }
}
