// Runs and what is recorded of them, in SQLite. What writes is called inside a transaction.
//
// Owns: the tables `surefoot_run` and `surefoot_step`, together with what owners write (sqlite-writes). Does not own: events, waits,
// and which runs a claim comes to (sqlite-queues).
// Called by: sqlite-store.
import { CODEC_VERSION } from "../../core/value-codec.ts";
import type { RunStatus } from "../../core/run-details.ts";
import type { EventRecord, LostOwner, RunRecord, StepRecord } from "../../durable/journal.ts";
import { afterOwner } from "../../durable/quarantine.ts";
import type { ClaimedRun, Claimant, RunFilter, RunRequest, Store } from "../../durable/store.ts";
import {
  EVENT_COLUMNS,
  RUN_COLUMNS,
  STEP_COLUMNS,
  rowToEvent,
  rowToRun,
  rowToStep,
  type Cell,
} from "../shared/row-codec.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteQueues } from "./sqlite-queues.ts";

type RunWithEvent = { readonly run: RunRecord; readonly event: EventRecord };

/** Another live worker that has the function, and has not declined the run. */
export const HAS_TAKER = `exists (
  select 1 from surefoot_worker, json_each(function_ids)
  where value = surefoot_run.function_id and incarnation not in (select value from json_each(surefoot_run.declined_by)))`;

export class SqliteRuns {
  readonly #sql: SqliteConnection;
  readonly #queues: SqliteQueues;

  constructor(sql: SqliteConnection) {
    this.#sql = sql;
    this.#queues = new SqliteQueues(sql);
  }

  create(id: string, functionId: string, { id: eventId, acceptedMs, dueMs }: EventRecord): void {
    this.#sql.run(
      `insert into surefoot_run (id, function_id, event_id, status, due_ms, token, created_ms, format) values (?, ?, ?, 'queued', ?, 0, ?, ?)
       on conflict (event_id, function_id) where replay_of is null do nothing`,
      id,
      functionId,
      eventId,
      dueMs,
      acceptedMs,
      CODEC_VERSION,
    );
  }
  replay({ runId, newRunId, keys, nowMs }: Parameters<Store["replay"]>[0]): boolean {
    const created = this.#sql.run(
      `insert into surefoot_run (id, function_id, event_id, status, due_ms, token, created_ms, replay_of, format)
       select ?, function_id, event_id, 'queued', ?, 0, ?, id, ? from surefoot_run where id = ?`,
      newRunId,
      nowMs,
      nowMs,
      CODEC_VERSION,
      runId,
    );
    this.#sql.run(
      `insert into surefoot_step (run, ${STEP_COLUMNS})
       select ?, ${STEP_COLUMNS} from surefoot_step where run = ? and key in (select value from json_each(?))`,
      newRunId,
      runId,
      JSON.stringify(keys),
    );
    return created === 1;
  }

  claim(claim: Parameters<Store["claim"]>[0]): readonly ClaimedRun[] {
    const { incarnation } = claim;
    if (this.#sql.get("select 1 from surefoot_worker where incarnation = ?", incarnation) === undefined) return [];
    return this.#take(this.#queues.due(claim), claim);
  }
  nextDueMs(claimant: Claimant): number | null {
    return this.#queues.nextDueMs(claimant);
  }

  #take(
    runs: readonly RunRecord[],
    { incarnation, versions = {}, nowMs }: Claimant & { readonly nowMs: number },
  ): readonly ClaimedRun[] {
    if (runs.length === 0) return [];
    this.#sql.run(
      `update surefoot_run set status = 'running', due_ms = null, owner = ?, token = token + 1, started_ms = coalesce(started_ms, ?),
         version = coalesce((select value from json_each(?) where key = function_id), version), saved_by = ?, saved_token = token + 1, save_id = 0
       where position in (select value from json_each(?))`,
      incarnation,
      nowMs,
      JSON.stringify(versions),
      incarnation,
      JSON.stringify(runs.map(({ position }) => position)),
    );
    const events = this.#events(runs.map(({ eventId }) => eventId));
    return runs.map((run) => {
      const { id, token, eventId, functionId, startedMs, replayOf } = run;
      const version = versions[functionId] ?? run.version;
      const isNew = startedMs === null && replayOf === null; // nothing was recorded of it yet
      return {
        run: { ...run, status: "running", dueMs: null, owner: incarnation, token: token + 1, version },
        event: events.get(eventId)!,
        records: isNew ? [] : this.records(id),
      };
    });
  }
  #events(ids: readonly string[]): ReadonlyMap<string, EventRecord> {
    const rows = this.#sql.all(
      `select ${EVENT_COLUMNS} from surefoot_event where id in (select value from json_each(?))`,
      JSON.stringify(ids),
    );
    return new Map(rows.map((row) => [row["id"] as string, rowToEvent(row)]));
  }

  /** The runs of a worker, besides these, are nobody's any more; `lost`: it is gone. Gives those that have ended with it. */
  free(incarnation: string, except: readonly string[], lost?: LostOwner): readonly string[] {
    const owned = this.#sql.all(
      `select ${RUN_COLUMNS},
         exists (select 1 from surefoot_step s where s.run = surefoot_run.id and s.token = surefoot_run.token and is_progress) as has_progress
       from surefoot_run where owner = ? and id not in (select value from json_each(?))`,
      incarnation,
      JSON.stringify(except),
    );
    const ended: string[] = [];
    for (const row of owned) {
      const run = rowToRun(row);
      const left = afterOwner({ ...run, hasProgress: row["has_progress"] === 1 }, lost !== undefined);
      if (left.status === "cancelled") ended.push(run.id);
      this.#sql.run(
        `update surefoot_run set owner = null, token = token + 1, status = ?, due_ms = ?, deaths = ?, note = ?, left_by = ?, ended_ms = ?
         where id = ?`,
        left.status,
        left.dueMs,
        left.deaths,
        left.note,
        JSON.stringify(lost === undefined ? run.leftBy : [...run.leftBy, lost]),
        left.status === "cancelled" ? (lost?.atMs ?? null) : null,
        run.id,
      );
    }
    return ended;
  }
  /** What was left to a worker that is gone, and that nobody else will have, is paused. */
  pauseUntaken(): void {
    this.#sql.run(
      `update surefoot_run set status = 'paused', due_ms = null where declined_by <> '[]' and +due_ms is not null and not ${HAS_TAKER}`,
    );
  }

  offerPaused(functionIds: readonly string[], nowMs: number): void {
    this.#sql.run(
      `update surefoot_run set status = 'queued', due_ms = ?, declined_by = '[]'
       where status = 'paused' and is_pause_requested = 0 and +function_id in (select value from json_each(?))`,
      nowMs,
      JSON.stringify(functionIds),
    );
  }
  requestPause({ runId, note }: Parameters<Store["requestPause"]>[0]): boolean {
    const isAccepted =
      this.#sql.run(
        "update surefoot_run set is_pause_requested = 1 where id = ? and ended_ms is null and is_cancel_requested = 0",
        runId,
      ) === 1;
    this.#sql.run(
      `update surefoot_run set note = ?, status = case when owner is null then 'paused' else status end, due_ms = null
       where id = ? and is_pause_requested = 1 and ended_ms is null and status not in ('paused', 'quarantined')`,
      note,
      runId,
    );
    return isAccepted;
  }
  resume({ runId, nowMs }: Parameters<Store["resume"]>[0]): boolean {
    return (
      this.#sql.run(
        `update surefoot_run set is_pause_requested = 0, deaths = 0, declined_by = '[]', note = null,
           status = case when owner is null then 'queued' else status end, due_ms = case when owner is null then ? end
         where id = ? and ended_ms is null and (is_pause_requested = 1 or status in ('paused', 'quarantined'))`,
        nowMs,
        runId,
      ) === 1
    );
  }

  /** The last save of an incarnation that the run has kept. */
  saved(id: string, incarnation: string): number {
    const row = this.#sql.get(
      `select max(save_id, coalesce((select max(s.save_id) from surefoot_step s where s.run = id and s.token = saved_token), 0)) as save_id
       from surefoot_run where id = ? and saved_by = ?`,
      id,
      incarnation,
    );
    return (row?.["save_id"] as number | undefined) ?? 0;
  }
  /** What was asked of the runs of a worker. */
  requests(incarnation: string): readonly RunRequest[] {
    const rows = this.#sql.all(
      "select id, is_cancel_requested from surefoot_run where owner = ? and (is_cancel_requested = 1 or is_pause_requested = 1)",
      incarnation,
    );
    return rows.map((row) => ({
      runId: row["id"] as string,
      kind: row["is_cancel_requested"] === 1 ? "cancel" : "pause",
    }));
  }
  find(id: string): RunWithEvent | undefined {
    const row = this.#sql.get(`select ${RUN_COLUMNS} from surefoot_run where id = ?`, id);
    return row === undefined ? undefined : this.#withEvent(rowToRun(row));
  }
  list({ eventId, functionId, status, limit, before }: RunFilter): readonly RunWithEvent[] {
    const filters: readonly (readonly [condition: string, value: Cell | undefined])[] = [
      ["event_id = ?", eventId],
      ["function_id = ?", functionId],
      ["status = ?", status],
      ["position < ?", before],
    ];
    const given = filters.filter(([, value]) => value !== undefined);
    const where = ["true", ...given.map(([condition]) => condition)].join(" and ");
    const rows = this.#sql.all(
      `select ${RUN_COLUMNS} from surefoot_run where ${where} order by position desc limit ?`,
      ...given.map(([, value]) => value!),
      limit,
    );
    return rows.map((row) => this.#withEvent(rowToRun(row)));
  }
  /** By the index alone: there may be very many. */
  counts(): ReadonlyMap<RunStatus, number> {
    const rows = this.#sql.all(
      "select status, count(*) as count from surefoot_run where status in ('queued', 'running', 'sleeping', 'waiting', 'retrying', 'paused', 'quarantined') group by status",
    );
    return new Map(rows.map(({ status, count }) => [status as RunStatus, count as number]));
  }
  /** Those that the event started. */
  ofEvent(eventId: string): { readonly id: string; readonly functionId: string }[] {
    const rows = this.#sql.all(
      "select id, function_id from surefoot_run where event_id = ? and replay_of is null",
      eventId,
    );
    return rows.map((row) => ({ id: row["id"] as string, functionId: row["function_id"] as string }));
  }
  records(runId: string): StepRecord[] {
    return this.#sql.all(`select ${STEP_COLUMNS} from surefoot_step where run = ?`, runId).map(rowToStep);
  }

  #withEvent(run: RunRecord): RunWithEvent {
    const event = this.#sql.get(`select ${EVENT_COLUMNS} from surefoot_event where id = ?`, run.eventId)!;
    return { run, event: rowToEvent(event) };
  }
}
