// What owners write about their runs, in SQLite. Called inside a transaction.
//
// Owns: what one write changes. Does not own: which writes are made together (sqlite-store).
// Called by: sqlite-store.
import { closesWait, isOfWait, isProgress, statesBefore, type StepRecord } from "../../durable/journal.ts";
import type { RunChange, RunWrite, WriteResult } from "../../durable/store.ts";
import { STEP_COLUMNS, stepToCells } from "../shared/row-codec.ts";
import { HAS_TAKER } from "./sqlite-runs.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { SqliteWaits } from "./sqlite-waits.ts";

const UPSERT_STEP = `
  insert into surefoot_step (run, ${STEP_COLUMNS}) values (?, ${STEP_COLUMNS.replace(/\w+/g, "?")})
  on conflict (run, key) do update set ${STEP_COLUMNS.split(", ")
    .map((column) => `${column} = excluded.${column}`)
    .join(", ")}
  where state in (select value from json_each(?))`;

export class SqliteWrites {
  readonly #sql: SqliteConnection;
  readonly #waits: SqliteWaits;

  constructor(sql: SqliteConnection, waits: SqliteWaits) {
    this.#sql = sql;
    this.#waits = waits;
  }

  write(incarnation: string, { runId, token, saveId, records, change }: RunWrite): WriteResult {
    const owned = this.#sql.get(
      "select is_cancel_requested, is_pause_requested from surefoot_run where id = ? and owner = ? and token = ?",
      runId,
      incarnation,
      token,
    );
    if (owned === undefined) return "refused";
    if (owned["is_cancel_requested"] === 1 && change?.kind === "end" && change.status !== "cancelled")
      return "cancelRequested";
    if (!records.every((record) => this.#mayFollow(runId, record))) return "refused";
    if (records.some((record) => closesWait(record) && this.#waits.hasArrived(runId, record.key))) return "arrived";
    for (const record of records) this.#keep(runId, record);
    this.#sql.run(
      "update surefoot_run set save_id = ?, has_progress = max(has_progress, ?) where id = ?",
      saveId,
      records.some(isProgress) ? 1 : 0,
      runId,
    );
    if (change === null) return "kept";
    this.#change(runId, incarnation, change);
    const hasLeft = change.kind === "suspend" || change.kind === "pause";
    if (hasLeft && (owned["is_cancel_requested"] === 1 || owned["is_pause_requested"] === 1)) this.#heed(runId);
    return "kept";
  }

  #mayFollow(runId: string, { key, state }: StepRecord): boolean {
    const last = this.#sql.get("select state from surefoot_step where run = ? and key = ?", runId, key)?.["state"];
    return last === undefined || (statesBefore(state) as readonly unknown[]).includes(last);
  }

  #keep(runId: string, record: StepRecord): void {
    this.#sql.run(UPSERT_STEP, runId, ...stepToCells(record), JSON.stringify(statesBefore(record.state)));
    if (record.state === "waiting" && !closesWait(record)) this.#waits.register(runId, record);
    else if (isOfWait(record)) this.#waits.over(runId, record.key);
  }

  #change(runId: string, incarnation: string, change: RunChange): void {
    switch (change.kind) {
      case "suspend":
        this.#sql.run(
          "update surefoot_run set owner = null, deaths = 0, status = ?, due_ms = ? where id = ?",
          change.status,
          change.dueMs,
          runId,
        );
        this.#waits.runLeft(runId, change.waits);
        return;
      case "pause":
        this.#sql.run(
          "update surefoot_run set declined_by = json_insert(declined_by, '$[#]', ?) where id = ?",
          incarnation,
          runId,
        );
        this.#sql.run(
          `update surefoot_run set owner = null, note = ?, status = case when ${HAS_TAKER} then 'queued' else 'paused' end,
             due_ms = case when ${HAS_TAKER} then ? end
           where id = ?`,
          change.note,
          change.atMs,
          runId,
        );
        return;
      case "acknowledge":
        this.#sql.run("update surefoot_run set left_by = '[]' where id = ?", runId);
        return;
      case "end":
        this.#sql.run(
          "update surefoot_run set owner = null, status = ?, output = ?, error = ?, ended_ms = ? where id = ?",
          change.status,
          change.output,
          change.error,
          change.atMs,
          runId,
        );
        this.#waits.runEnded(runId, change.atMs);
    }
  }

  /** A run that has left memory does what it was asked to. */
  #heed(runId: string): void {
    this.#sql.run(
      `update surefoot_run set status = case when is_cancel_requested then 'queued' else 'paused' end, due_ms = case when is_cancel_requested then 0 end,
         declined_by = '[]'
       where id = ?`,
      runId,
    );
  }
}
