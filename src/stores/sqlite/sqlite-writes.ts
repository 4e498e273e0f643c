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

const KEEP_STEP = `on conflict (run, key) do update set ${STEP_COLUMNS.split(", ")
  .map((column) => `${column} = excluded.${column}`)
  .join(", ")}
  where state in (select value from json_each(?))`;
const PARAMETERS = STEP_COLUMNS.replace(/\w+/g, "?");
const UPSERT_STEP = `insert into surefoot_step (run, ${STEP_COLUMNS}) values (?, ${PARAMETERS}) ${KEEP_STEP}`;
/** Writes nothing where the run is not the owner's. */
const UPSERT_OWNED = `
  insert into surefoot_step (run, ${STEP_COLUMNS})
  select id, ${PARAMETERS} from surefoot_run where id = ? and owner = ? and token = ? ${KEEP_STEP}`;
const NOTE_SAVE = "update surefoot_run set save_id = ?, has_progress = max(has_progress, ?) where id = ?";

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
    for (const record of records) this.#keep(runId, record);
    const hasProgress = records.some(isProgress);
    if (change?.kind === "end") this.#end(write, hasProgress, change);
    else this.#sql.run(NOTE_SAVE, saveId, hasProgress ? 1 : 0, runId);
    if (change === null || change.kind === "end") return "kept";
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
      runId,
      incarnation,
      token,
      statesBeforeText(record.state),
    );
    if (written === 0) return "refused";
    this.#sql.run(NOTE_SAVE, saveId, isProgress(record) ? 1 : 0, runId);
    return "kept";
  }

  #mayFollow(runId: string, { key, state }: StepRecord): boolean {
    const last = this.#sql.get("select state from surefoot_step where run = ? and key = ?", runId, key)?.["state"];
    return last === undefined || (statesBefore(state) as readonly unknown[]).includes(last);
  }

  #keep(runId: string, record: StepRecord): void {
    this.#sql.run(UPSERT_STEP, runId, ...stepToCells(record), statesBeforeText(record.state));
    if (record.state === "waiting" && !closesWait(record)) this.#waits.register(runId, record);
    else if (isOfWait(record)) this.#waits.over(runId, record.key);
  }

  #end({ runId, saveId }: RunWrite, hasProgress: boolean, end: RunChange & { readonly kind: "end" }): void {
    this.#sql.run(
      `update surefoot_run set owner = null, status = ?, output = ?, error = ?, ended_ms = ?, save_id = ?, has_progress = max(has_progress, ?)
       where id = ?`,
      end.status,
      end.output,
      end.error,
      end.atMs,
      saveId,
      hasProgress ? 1 : 0,
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
