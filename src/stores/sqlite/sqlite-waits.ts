// Waits and what has come for them, in SQLite. Called inside the transaction of what made them.
//
// Owns: the tables `surefoot_wait` and `surefoot_arrival`. Does not own: runs and events (sqlite-store).
// Called by: sqlite-store.
//   A1. What has come is kept for each wait, also what comes later than something else: the owner takes the first that is due.
//   A2. A wait that is registered finds what came before it; what comes later finds the wait. Both are looked up by equality.
import { decodeValue } from "../../core/value-codec.ts";
import { digestAt } from "../../durable/event-match.ts";
import { CANCEL_ON_KEY, type EventRecord, type StepRecord, type Wait } from "../../durable/journal.ts";
import type { Arrival } from "../../durable/store.ts";
import { EVENT_COLUMNS, RUN_COLUMNS, rowToEvent, rowToRun, type Row } from "../shared/row-codec.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteMatches } from "./sqlite-matches.ts";

/** With the plus, SQLite does not look for all runs that have left memory, of which there may be very many. */
const IS_LEFT = "owner is null and +status in ('queued', 'sleeping', 'waiting', 'retrying')";
const IS_AWAITED = "exists (select 1 from surefoot_wait w where w.run = a.run and w.key = a.key and is_awaited = 1)";

/** Whether a run waits for something, or something for it. */
const HAS_WAITS = `select 1 where exists (select 1 from surefoot_wait where run = ?) or exists (select 1 from surefoot_arrival where run = ?)
  or exists (select 1 from surefoot_wait where target = ?)`;

export class SqliteWaits {
  readonly #sql: SqliteConnection;
  readonly #matches: SqliteMatches;

  constructor(sql: SqliteConnection) {
    this.#sql = sql;
    this.#matches = new SqliteMatches(sql);
  }

  /** A2 */
  register(runId: string, record: StepRecord): void {
    const { key, wait, dueMs } = record;
    if (wait === null) return;
    const match = wait.kind === "event" ? wait.match : null;
    this.#sql.run(
      "insert or replace into surefoot_wait (run, key, event, paths, digest, target, deadline_ms) values (?, ?, ?, ?, ?, ?, ?)",
      runId,
      key,
      wait.kind === "event" ? wait.event : null,
      match?.paths ?? null,
      match?.digest ?? null,
      wait.kind === "run" ? wait.runId : null,
      dueMs,
    );
    if (wait.kind === "event") return this.#findEvents(runId, record);
    this.#sql.run(
      `insert or ignore into surefoot_arrival
       select ?, ?, id, ended_ms, 0 from surefoot_run where id = ? and ended_ms is not null`,
      runId,
      key,
      wait.runId,
    );
  }

  over(runId: string, key: string): void {
    this.#sql.run("delete from surefoot_wait where run = ? and key = ?", runId, key);
    this.#sql.run("delete from surefoot_arrival where run = ? and key = ?", runId, key);
  }
  allOver(runId: string): void {
    this.#sql.run("delete from surefoot_wait where run = ?", runId);
    this.#sql.run("delete from surefoot_arrival where run = ?", runId);
  }

  /** An event was accepted: it comes to each wait that is for it. */
  eventCame(event: EventRecord, position: number): void {
    const asked = this.#sql.all("select distinct paths from surefoot_wait where event = ?", event.name);
    if (asked.length === 0) return;
    const data: unknown = decodeValue(event.data);
    for (const row of asked) {
      const paths = row["paths"] as string | null;
      const digest = paths === null ? null : digestAt(paths, data);
      if (digest === undefined) continue;
      this.#sql.run(
        `insert or ignore into surefoot_arrival
         select run, key, ?, ?, ? from surefoot_wait
         where event = ? and paths is ? and digest is ? and (deadline_ms is null or deadline_ms >= ?)`,
        event.id,
        event.dueMs,
        position,
        event.name,
        paths,
        digest,
        event.dueMs,
      );
    }
    this.#wake(event.id, event.dueMs);
  }

  /** A run has ended: it comes to what waits for it, and waits for nothing itself. */
  runEnded(runId: string, endedMs: number): void {
    if (this.#sql.get(HAS_WAITS, runId, runId, runId) === undefined) return;
    this.allOver(runId);
    this.#sql.run(
      "insert or ignore into surefoot_arrival select run, key, target, ?, 0 from surefoot_wait where target = ?",
      endedMs,
      runId,
    );
    this.#wake(runId, endedMs);
  }

  /** A run has left memory: what came meanwhile for one of these waits wakes it, and so does what comes. */
  runLeft(runId: string, keys: readonly string[]): void {
    const waits = this.#sql.run(
      "update surefoot_wait set is_awaited = key in (select value from json_each(?)) or substr(key, 1, ?) = ? where run = ?",
      JSON.stringify(keys),
      CANCEL_ON_KEY.length,
      CANCEL_ON_KEY,
      runId,
    );
    if (waits === 0) return;
    this.#sql.run(
      `update surefoot_run set due_ms = min(coalesce(due_ms, 9e999), came_ms)
       from (select min(a.due_ms) as came_ms from surefoot_arrival a where run = ? and ${IS_AWAITED})
       where id = ? and came_ms is not null`,
      runId,
      runId,
    );
  }

  hasArrived(runId: string, key: string): boolean {
    return this.#sql.get("select 1 from surefoot_arrival where run = ? and key = ?", runId, key) !== undefined;
  }

  /** A1: the first to come first. */
  arrivals(incarnation: string, nowMs: number): readonly Arrival[] {
    const rows = this.#sql.all(
      `select run, key, source, surefoot_arrival.due_ms as due_ms, surefoot_arrival.position as position from surefoot_run join surefoot_arrival on run = id
       where owner = ? and surefoot_arrival.due_ms <= ? order by run, surefoot_arrival.due_ms, surefoot_arrival.position`,
      incarnation,
      nowMs,
    );
    return rows.map((row) => this.#arrival(row));
  }

  #arrival(row: Row): Arrival {
    const source = row["source"] as string;
    const isRun = row["position"] === 0;
    return {
      runId: row["run"] as string,
      key: row["key"] as string,
      source,
      dueMs: row["due_ms"] as number,
      event: isRun
        ? null
        : rowToEvent(this.#sql.get(`select ${EVENT_COLUMNS} from surefoot_event where id = ?`, source)!),
      run: isRun ? rowToRun(this.#sql.get(`select ${RUN_COLUMNS} from surefoot_run where id = ?`, source)!) : null,
    };
  }

  /** What was accepted since the run's own event, and no earlier wait of the run has taken. A2 */
  #findEvents(runId: string, { key, wait, dueMs }: StepRecord): void {
    const { event, match } = wait as Wait & { kind: "event" };
    const since = this.#sql.get(
      "select e.position from surefoot_event e join surefoot_run r on e.id = r.event_id where r.id = ?",
      runId,
    )!["position"] as number;
    if (match !== null) this.#matches.index(event, match.paths, since);
    this.#sql.run(
      `insert or ignore into surefoot_arrival
       select ?, ?, id, due_ms, position from surefoot_event e
       where name = ? and position > ? and due_ms <= coalesce(?, 9e999)
         and (? is null or exists (
           select 1 from surefoot_matched m where m.event = ? and paths = ? and digest = ? and m.position = e.position))
         and not exists (select 1 from surefoot_step where run = ? and source = e.id)`,
      runId,
      key,
      event,
      since,
      dueMs,
      match?.paths ?? null,
      event,
      match?.paths ?? null,
      match?.digest ?? null,
      runId,
    );
  }

  #wake(source: string, dueMs: number): void {
    this.#sql.run(
      `update surefoot_run set due_ms = min(coalesce(due_ms, ?), ?)
       where ${IS_LEFT} and id in (select run from surefoot_arrival a where source = ? and ${IS_AWAITED})`,
      dueMs,
      dueMs,
      source,
    );
  }
}
