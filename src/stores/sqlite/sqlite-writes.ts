// What owners write about their runs, in SQLite. Called inside a transaction.
//
// Owns: what one write changes. What a claim has saved is noted with the records that it wrote, and with the run only where it changed.
// Does not own: which writes are made together (sqlite-store).
// Called by: sqlite-store.
import { closesWait, isOfWait, isProgress, statesBefore, type StepRecord } from "../../durable/journal.ts";
import type { RunChange, RunWrite, WriteResult } from "../../durable/store.ts";
import { STEP_COLUMNS, stepToCells } from "../shared/row-codec.ts";
import { HAS_TAKER } from "./sqlite-runs.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { SqliteWaits } from "./sqlite-waits.ts";

const STORED = `${STEP_COLUMNS}, token, save_id, is_progress`;
const KEEP_STEP = `on conflict (run, key) do update set ${STORED.split(", ")
  .map((column) => `${column} = excluded.${column}`)
  .join(", ")}
  where state in (select value from json_each(?))`;
const PARAMETERS = STEP_COLUMNS.replace(/\w+/g, "?");
const UPSERT_STEP = `insert into surefoot_step (run, ${STORED}) values (?, ${PARAMETERS}, ?, ?, ?) ${KEEP_STEP}`;
/** Writes nothing where the run is not the owner's. */
const UPSERT_OWNED = `
  insert into surefoot_step (run, ${STORED})
  select id, ${PARAMETERS}, token, ?, ? from surefoot_run where id = ? and owner = ? and token = ? ${KEEP_STEP}`;

/** Once for each state, and not for each record. */
const textOfStatesBefore = new Map<StepRecord["state"], string>();
function statesBeforeText(state: StepRecord["state"]): string {
  const known = textOfStatesBefore.get(state) ?? JSON.stringify(statesBefore(state));
  textOfStatesBefore.set(state, known);
  return known;
}

export class SqliteWrites {
  readonly #sql: SqliteConnection;
  readonly #waits: SqliteWaits;

  constructor(sql: SqliteConnection, waits: SqliteWaits) {
    this.#sql = sql;
    this.#waits = waits;
  }

  write(incarnation: string, write: RunWrite): WriteResult {
    const { runId, token, saveId, records, change } = write;
    const [first] = records;
    if (first !== undefined && records.length === 1 && change === null && !isOfWait(first))
      return this.#writeOne(incarnation, write, first);
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
    for (const record of records) this.#keep(write, record);
    if (change === null) return "kept";
    if (change.kind === "end") {
      this.#end(write, change);
      return "kept";
    }
    this.#sql.run("update surefoot_run set save_id = ? where id = ?", saveId, runId);
    this.#change(runId, incarnation, change);
    const hasLeft = change.kind === "suspend" || change.kind === "pause";
    if (hasLeft && (owned["is_cancel_requested"] === 1 || owned["is_pause_requested"] === 1)) this.#heed(runId);
    return "kept";
  }

  /** What most writes are, by as few statements as may be: whether it may be written is looked at by the one that writes it. */
  #writeOne(incarnation: string, { runId, token, saveId }: RunWrite, record: StepRecord): WriteResult {
    const written = this.#sql.run(
      UPSERT_OWNED,
      ...stepToCells(record),
      saveId,
      isProgress(record) ? 1 : 0,
      runId,
      incarnation,
      token,
      statesBeforeText(record.state),
    );
    return written === 0 ? "refused" : "kept";
  }

  #mayFollow(runId: string, { key, state }: StepRecord): boolean {
    const last = this.#sql.get("select state from surefoot_step where run = ? and key = ?", runId, key)?.["state"];
    return last === undefined || (statesBefore(state) as readonly unknown[]).includes(last);
  }

  #keep({ runId, token, saveId }: RunWrite, record: StepRecord): void {
    const note = [token, saveId, isProgress(record) ? 1 : 0];
    this.#sql.run(UPSERT_STEP, runId, ...stepToCells(record), ...note, statesBeforeText(record.state));
    if (record.state === "waiting" && !closesWait(record)) this.#waits.register(runId, record);
    else if (isOfWait(record)) this.#waits.over(runId, record.key);
  }

  #end({ runId, saveId }: RunWrite, end: RunChange & { readonly kind: "end" }): void {
    this.#sql.run(
      "update surefoot_run set owner = null, status = ?, output = ?, error = ?, ended_ms = ?, save_id = ? where id = ?",
      end.status,
      end.output,
      end.error,
      end.atMs,
      saveId,
      runId,
    );
    this.#waits.runEnded(runId, end.atMs);
  }

  #change(runId: string, incarnation: string, change: Exclude<RunChange, { readonly kind: "end" }>): void {
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
