// Workers, and what becomes of their runs when they go, in Postgres.
//
// Owns: the tables `worker` and `worker_function`. Does not own: runs (postgres-runs), waits (postgres-commit-sql).
// Called by: postgres-store.
import type { LostOwner } from "../../durable/journal.ts";
import { afterOwner } from "../../durable/quarantine.ts";
import type { WorkerRecord } from "../../durable/store.ts";
import { CANCEL_KEY, SLICE_KEY, TAKEOVER_KEY } from "../../durable/journal.ts";
import { RUN_COLUMNS, rowToRun, rowToWorker } from "../shared/row-codec.ts";
import type { PostgresSession } from "./postgres-connection.ts";
import { arrayText, toText } from "./postgres-text.ts";

const IS_NOTE = [CANCEL_KEY, TAKEOVER_KEY, SLICE_KEY].map((key) => `starts_with(s.key, '${key}')`).join(" or ");

export class PostgresWorkers {
  readonly #surefoot: string;
  /** The workers that entered here: who is told of news is anybody else. */
  readonly #own = new Set<string>();

  constructor(surefoot: string) {
    this.#surefoot = surefoot;
  }

  async enter(statements: PostgresSession, worker: WorkerRecord): Promise<void> {
    const { incarnation, app, beats, process, functionIds, versions } = worker;
    this.#own.add(incarnation);
    const known = [...new Set([...functionIds, ...Object.keys(versions)])];
    await statements.run(
      `with entered as (
         insert into ${this.#surefoot}.worker values ($1, $2, $3, $4, $5, $6) on conflict do nothing)
       insert into ${this.#surefoot}.worker_function select $1, * from unnest($7::text[], $8::text[]) on conflict do nothing`,
      incarnation,
      app,
      beats,
      process,
      JSON.stringify(functionIds),
      JSON.stringify(versions),
      arrayText(known),
      arrayText(known.map((id) => versions[id] ?? null)),
    );
  }
  async beat(statements: PostgresSession, incarnation: string): Promise<boolean> {
    const beaten = `update ${this.#surefoot}.worker set beats = beats + 1 where incarnation = $1`;
    return (await statements.run(beaten, incarnation)) === 1;
  }
  async all(statements: PostgresSession): Promise<readonly WorkerRecord[]> {
    return (await statements.rows(`select * from ${this.#surefoot}.worker`)).map(rowToWorker);
  }

  /** As a list for Postgres. */
  get own(): string {
    return arrayText([...this.#own]);
  }
  /** Tells the workers of others that there may be something to do, once the transaction commits. */
  async tell(session: PostgresSession): Promise<void> {
    await session.rows(`select ${this.#surefoot}.tell_1($1)`, this.own);
  }

  /** Inside a transaction. `lost`: it is gone, and did not leave. */
  async gone(session: PostgresSession, incarnation: string, lost?: LostOwner): Promise<void> {
    this.#own.delete(incarnation);
    await session.run(`delete from ${this.#surefoot}.worker where incarnation = $1`, incarnation);
    await session.run(`delete from ${this.#surefoot}.worker_function where incarnation = $1`, incarnation);
    await this.#free(session, incarnation, [], lost);
    await session.run(
      `with untaken as (
         select id from ${this.#surefoot}.run r where declined_by <> '{}' and due_ms is not null and not exists (
           select 1 from ${this.#surefoot}.worker_function f where f.function_id = r.function_id and f.incarnation <> all (r.declined_by))
         order by id for no key update)
       update ${this.#surefoot}.run r set status = 'paused', due_ms = null from untaken where r.id = untaken.id`,
    );
    await this.tell(session);
  }

  /** Inside a transaction. What the worker writes, and a claim of it that is under way, are waited for. */
  async release(session: PostgresSession, incarnation: string, except: readonly string[]): Promise<void> {
    await session.rows(`select 1 from ${this.#surefoot}.worker where incarnation = $1 for update`, incarnation);
    await this.#free(session, incarnation, except);
  }

  async #free(
    session: PostgresSession,
    incarnation: string,
    except: readonly string[],
    lost?: LostOwner,
  ): Promise<void> {
    const isHis = "owner = $1 and id <> all ($2::text[])";
    const kept = arrayText(except);
    await session.rows(
      `select ${this.#surefoot}.lock_1(
         array(select id from ${this.#surefoot}.run where ${isHis}), array(select id from ${this.#surefoot}.run where ${isHis} and is_cancel_requested))`,
      incarnation,
      kept,
    );
    const rows = await session.rows(
      `select ${RUN_COLUMNS}, coalesce((
         select true from ${this.#surefoot}.step s where s.run = r.id and s.token = r.saved_token and s.is_progress and not (${IS_NOTE}) limit 1),
         false) as has_progress
       from ${this.#surefoot}.run r where ${isHis}`,
      incarnation,
      kept,
    );
    const left = rows.map((row) => {
      const run = rowToRun(row);
      const after = afterOwner({ ...run, hasProgress: row["has_progress"] === 1 }, lost !== undefined);
      const leftBy = JSON.stringify(lost === undefined ? run.leftBy : [...run.leftBy, lost]);
      return {
        id: toText(run.id),
        status: after.status,
        due: after.dueMs,
        deaths: after.deaths,
        note: after.note === null ? null : toText(after.note),
        left: leftBy,
        ended: after.status === "cancelled" ? (lost?.atMs ?? null) : null,
      };
    });
    if (left.length === 0) return;
    await session.run(
      `update ${this.#surefoot}.run r set owner = null, token = token + 1, status = l.status, due_ms = l.due, deaths = l.deaths, note = l.note,
         left_by = l.left, ended_ms = l.ended
       from jsonb_to_recordset($1::jsonb) as l(id text, status text, due float8, deaths int, note text, "left" text, ended float8)
       where r.id = l.id`,
      JSON.stringify(left),
    );
    const ended = rows.filter((_row, place) => left[place]!.status === "cancelled").map((row) => row["id"] as string);
    if (ended.length > 0) await session.rows(`select ${this.#surefoot}.ended_1($1)`, arrayText(ended));
  }
}
