// The journal in one SQLite file, on the SQLite that Node carries.
import { CODEC_VERSION } from "../../core/value-codec.ts";
import {
  closesWait,
  isOfWait,
  statesBefore,
  type EventRecord,
  type RunRecord,
  type ScheduleRecord,
  type StepRecord,
} from "../../durable/journal.ts";
import type {
  AcceptedEvent,
  Arrival,
  ClaimedRun,
  RunFilter,
  RunWrite,
  Store,
  WorkerRecord,
  WriteResult,
} from "../../durable/store.ts";
import {
  EVENT_COLUMNS,
  RUN_COLUMNS,
  STEP_COLUMNS,
  eventToCells,
  rowToEvent,
  rowToRun,
  rowToStep,
  rowToWorker,
  stepToCells,
  type Cell,
} from "../shared/row-codec.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteFunctions } from "./sqlite-functions.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import { SqliteWaits } from "./sqlite-waits.ts";

const UPSERT_STEP = `
  insert into surefoot_step (run, ${STEP_COLUMNS}) values (?, ${STEP_COLUMNS.replace(/\w+/g, "?")})
  on conflict (run, key) do update set ${STEP_COLUMNS.split(", ")
    .map((column) => `${column} = excluded.${column}`)
    .join(", ")}
  where state in (select value from json_each(?))`;

export class SqliteStore implements Store {
  readonly #sql: SqliteConnection;
  readonly #functions: SqliteFunctions;
  readonly #waits: SqliteWaits;

  constructor(options: SqliteOptions) {
    this.#sql = new SqliteConnection(options);
    this.#functions = new SqliteFunctions(this.#sql);
    this.#waits = new SqliteWaits(this.#sql);
  }

  open(): Promise<void> {
    return this.#sql.open();
  }
  async close(): Promise<void> {
    this.#sql.close();
  }

  enterWorker({ incarnation, app, beats, process, functionIds }: WorkerRecord): Promise<void> {
    return this.#sql.transaction(() => {
      this.#sql.run(
        "insert into surefoot_worker values (?, ?, ?, ?, ?)",
        incarnation,
        app,
        beats,
        process,
        JSON.stringify(functionIds),
      );
    });
  }
  leaveWorker({ incarnation }: { readonly incarnation: string }): Promise<void> {
    return this.#sql.transaction(() => this.#free(incarnation));
  }
  buryWorker({ incarnation, description, nowMs }: Parameters<Store["buryWorker"]>[0]): Promise<void> {
    return this.#sql.transaction(() => {
      this.#sql.run(
        `update surefoot_run set left_by = json_insert(left_by, '$[#]', json_object('from', ?, 'atMs', ?)) where owner = ?`,
        description,
        nowMs,
        incarnation,
      );
      this.#free(incarnation);
    });
  }
  beat({ incarnation }: { readonly incarnation: string }): Promise<boolean> {
    return this.#sql.transaction(
      () => this.#sql.run("update surefoot_worker set beats = beats + 1 where incarnation = ?", incarnation) === 1,
    );
  }
  async workers(): Promise<readonly WorkerRecord[]> {
    return this.#sql.all("select * from surefoot_worker").map(rowToWorker);
  }

  register(registered: Parameters<Store["register"]>[0]): Promise<void> {
    return this.#sql.transaction(() => this.#functions.register(registered));
  }

  accept({ events, functionId, runId }: Parameters<Store["accept"]>[0]): Promise<readonly AcceptedEvent[]> {
    return this.#sql.transaction(() => events.map((event) => this.#accept(event, functionId, runId)));
  }

  async dueSchedules({ functionIds, nowMs }: Parameters<Store["dueSchedules"]>[0]): Promise<readonly ScheduleRecord[]> {
    return this.#functions.dueSchedules(functionIds, nowMs);
  }
  tick({ ticks }: Parameters<Store["tick"]>[0]): Promise<readonly boolean[]> {
    return this.#sql.transaction(() =>
      ticks.map(({ schedule, nextMs, start }) => {
        const hasMoved = this.#functions.moveOn(schedule, nextMs);
        if (hasMoved && start !== null) this.#accept(start.event, schedule.functionId, () => start.runId);
        return hasMoved;
      }),
    );
  }

  claim({ incarnation, functionIds, limit, nowMs }: Parameters<Store["claim"]>[0]): Promise<readonly ClaimedRun[]> {
    return this.#sql.transaction(() => {
      const due = this.#sql.all(
        `select ${RUN_COLUMNS} from surefoot_run
         where due_ms <= ? and function_id in (select value from json_each(?))
           and exists (select 1 from surefoot_worker where incarnation = ?)
         order by due_ms, position limit ?`,
        nowMs,
        JSON.stringify(functionIds),
        incarnation,
        limit,
      );
      return due.map((row) => this.#claimed(rowToRun(row), incarnation, nowMs));
    });
  }
  async nextDueMs({ functionIds }: { readonly functionIds: readonly string[] }): Promise<number | null> {
    const row = this.#sql.get(
      "select due_ms from surefoot_run where due_ms is not null and function_id in (select value from json_each(?)) order by due_ms limit 1",
      JSON.stringify(functionIds),
    );
    const runMs = (row?.["due_ms"] as number | undefined) ?? null;
    const scheduledMs = this.#functions.nextDueMs(functionIds);
    return runMs === null || scheduledMs === null ? (runMs ?? scheduledMs) : Math.min(runMs, scheduledMs);
  }
  offerPaused({
    functionIds,
    nowMs,
  }: {
    readonly functionIds: readonly string[];
    readonly nowMs: number;
  }): Promise<void> {
    return this.#sql.transaction(() => {
      this.#sql.run(
        "update surefoot_run set status = 'queued', due_ms = ? where status = 'paused' and function_id in (select value from json_each(?))",
        nowMs,
        JSON.stringify(functionIds),
      );
    });
  }

  commit({
    incarnation,
    writes,
  }: {
    readonly incarnation: string;
    readonly writes: readonly RunWrite[];
  }): Promise<readonly WriteResult[]> {
    return this.#sql.transaction(() => {
      const refused = new Set<string>();
      return writes.map((write) => {
        const result = refused.has(write.runId) ? "refused" : this.#write(incarnation, write);
        if (result === "refused") refused.add(write.runId);
        return result;
      });
    });
  }
  async saved({
    incarnation,
    runIds,
  }: {
    readonly incarnation: string;
    readonly runIds: readonly string[];
  }): Promise<readonly number[]> {
    return runIds.map((id) => {
      const row = this.#sql.get("select save_id from surefoot_run where id = ? and saved_by = ?", id, incarnation);
      return (row?.["save_id"] as number | undefined) ?? 0;
    });
  }

  async arrivals({ incarnation, nowMs }: Parameters<Store["arrivals"]>[0]): Promise<readonly Arrival[]> {
    return this.#waits.arrivals(incarnation, nowMs);
  }

  requestCancel({ runId, nowMs }: { readonly runId: string; readonly nowMs: number }): Promise<boolean> {
    return this.#sql.transaction(() => {
      const isOpen = "id = ? and ended_ms is null";
      const isAccepted = this.#sql.run(`update surefoot_run set is_cancel_requested = 1 where ${isOpen}`, runId) === 1;
      const hasEnded = this.#sql.run(
        `update surefoot_run set status = 'cancelled', due_ms = null, ended_ms = ? where ${isOpen} and started_ms is null`,
        nowMs,
        runId,
      );
      if (hasEnded === 1) this.#waits.runEnded(runId, nowMs);
      this.#sql.run(
        `update surefoot_run set status = 'queued', due_ms = ? where ${isOpen} and owner is null`,
        nowMs,
        runId,
      );
      return isAccepted;
    });
  }
  async cancelRequests({ incarnation }: { readonly incarnation: string }): Promise<readonly string[]> {
    return this.#sql
      .all("select id from surefoot_run where owner = ? and is_cancel_requested = 1", incarnation)
      .map((row) => row["id"] as string);
  }

  async run({
    id,
  }: {
    readonly id: string;
  }): Promise<{ readonly run: RunRecord; readonly event: EventRecord } | undefined> {
    const row = this.#sql.get(`select ${RUN_COLUMNS} from surefoot_run where id = ?`, id);
    return row === undefined ? undefined : this.#withEvent(rowToRun(row));
  }
  async records({ id }: { readonly id: string }): Promise<readonly StepRecord[]> {
    return this.#stepsOf(id);
  }
  async functionNames(): Promise<ReadonlyMap<string, string>> {
    return this.#functions.names();
  }
  async runs({
    eventId,
    functionId,
    status,
    limit,
    before,
  }: RunFilter): Promise<readonly { readonly run: RunRecord; readonly event: EventRecord }[]> {
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

  #accept(
    event: EventRecord,
    functionId: string | undefined,
    runId: (event: EventRecord, functionId: string) => string,
  ): AcceptedEvent {
    const row = this.#sql.get(`select ${EVENT_COLUMNS} from surefoot_event where id = ?`, event.id);
    const known = row === undefined ? undefined : rowToEvent(row);
    if (known !== undefined && (known.name !== event.name || known.data !== event.data)) {
      return { eventId: event.id, result: "conflict", runs: this.#runsOf(event.id) };
    }
    if (known === undefined) {
      const cells = eventToCells(event);
      const { position } = this.#sql.get(
        `insert into surefoot_event (${EVENT_COLUMNS}) values (${cells.map(() => "?").join(", ")}) returning position`,
        ...cells,
      ) as { readonly position: number };
      this.#waits.eventCame(event, position);
    }
    const listening =
      functionId !== undefined ? [functionId] : known !== undefined ? [] : this.#functions.listeners(event.name);
    for (const id of listening) this.#create(runId(known ?? event, id), id, known ?? event);
    return { eventId: event.id, result: known === undefined ? "accepted" : "duplicate", runs: this.#runsOf(event.id) };
  }

  #create(id: string, functionId: string, { id: eventId, acceptedMs, dueMs }: EventRecord): void {
    this.#sql.run(
      `insert into surefoot_run (id, function_id, event_id, status, due_ms, token, created_ms, format) values (?, ?, ?, 'queued', ?, 0, ?, ?)
       on conflict (event_id, function_id) do nothing`,
      id,
      functionId,
      eventId,
      dueMs,
      acceptedMs,
      CODEC_VERSION,
    );
  }

  #claimed(run: RunRecord, incarnation: string, nowMs: number): ClaimedRun {
    const token = run.token + 1;
    this.#sql.run(
      `update surefoot_run set status = 'running', due_ms = null, owner = ?, token = ?, started_ms = coalesce(started_ms, ?), saved_by = ?, save_id = 0
       where id = ?`,
      incarnation,
      token,
      nowMs,
      incarnation,
      run.id,
    );
    const { event } = this.#withEvent(run);
    return {
      run: { ...run, status: "running", dueMs: null, owner: incarnation, token },
      event,
      records: this.#stepsOf(run.id),
    };
  }

  #write(incarnation: string, { runId, token, saveId, records, change }: RunWrite): WriteResult {
    const owned = this.#sql.get(
      "select is_cancel_requested from surefoot_run where id = ? and owner = ? and token = ?",
      runId,
      incarnation,
      token,
    );
    if (owned === undefined) return "refused";
    const isCancelRequested = owned["is_cancel_requested"] === 1;
    if (isCancelRequested && change?.kind === "end" && change.status !== "cancelled") return "cancelRequested";
    if (!records.every((record) => this.#mayFollow(runId, record))) return "refused";
    if (records.some((record) => closesWait(record) && this.#waits.hasArrived(runId, record.key))) return "arrived";
    for (const record of records) {
      this.#sql.run(UPSERT_STEP, runId, ...stepToCells(record), JSON.stringify(statesBefore(record.state)));
      if (record.state === "waiting" && !closesWait(record)) this.#waits.register(runId, record);
      else if (isOfWait(record)) this.#waits.over(runId, record.key);
    }
    this.#sql.run("update surefoot_run set save_id = ? where id = ?", saveId, runId);
    switch (change?.kind) {
      case "suspend":
        this.#sql.run(
          "update surefoot_run set owner = null, status = ?, due_ms = ? where id = ?",
          isCancelRequested ? "queued" : change.status,
          isCancelRequested ? 0 : change.dueMs,
          runId,
        );
        if (!isCancelRequested) this.#waits.runLeft(runId);
        break;
      case "pause":
        this.#sql.run(
          "update surefoot_run set owner = null, status = ?, due_ms = ?, note = ? where id = ?",
          isCancelRequested ? "queued" : "paused",
          isCancelRequested ? 0 : null,
          change.note,
          runId,
        );
        break;
      case "acknowledge":
        this.#sql.run("update surefoot_run set left_by = '[]' where id = ?", runId);
        break;
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
    return "kept";
  }

  #mayFollow(runId: string, { key, state }: StepRecord): boolean {
    const last = this.#sql.get("select state from surefoot_step where run = ? and key = ?", runId, key)?.["state"];
    return last === undefined || (statesBefore(state) as readonly unknown[]).includes(last);
  }

  #free(incarnation: string): void {
    this.#sql.run("delete from surefoot_worker where incarnation = ?", incarnation);
    this.#sql.run(
      "update surefoot_run set owner = null, status = 'queued', due_ms = 0, token = token + 1 where owner = ?",
      incarnation,
    );
  }

  #runsOf(eventId: string): { readonly id: string; readonly functionId: string }[] {
    const rows = this.#sql.all("select id, function_id from surefoot_run where event_id = ?", eventId);
    return rows.map((row) => ({ id: row["id"] as string, functionId: row["function_id"] as string }));
  }
  #stepsOf(runId: string): StepRecord[] {
    return this.#sql.all(`select ${STEP_COLUMNS} from surefoot_step where run = ?`, runId).map(rowToStep);
  }
  #withEvent(run: RunRecord): { readonly run: RunRecord; readonly event: EventRecord } {
    return {
      run,
      event: rowToEvent(this.#sql.get(`select ${EVENT_COLUMNS} from surefoot_event where id = ?`, run.eventId)!),
    };
  }
}
