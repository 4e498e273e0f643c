// The journal in one SQLite file, on the SQLite that Node carries.
import type { RunStatus } from "../../core/run-details.ts";
import type { EventRecord, LostOwner, RunRecord, ScheduleRecord, StepRecord } from "../../durable/journal.ts";
import type {
  AcceptedEvent,
  Arrival,
  ClaimedRun,
  Claimant,
  Look,
  RunFilter,
  RunRequest,
  Store,
  TransactionEnd,
  WorkerRecord,
  WriteResult,
} from "../../durable/store.ts";
import { EVENT_COLUMNS, eventToCells, rowToEvent, rowToWorker } from "../shared/row-codec.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteFunctions } from "./sqlite-functions.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import { postThrough, posted, takeOut } from "./sqlite-outbox.ts";
import { prune } from "./sqlite-retention.ts";
import { SqliteRuns } from "./sqlite-runs.ts";
import { SqliteTransactions } from "./sqlite-transactions.ts";
import { SqliteWaits } from "./sqlite-waits.ts";
import { SqliteWrites } from "./sqlite-writes.ts";

const INSERT_EVENT = `insert into surefoot_event (${EVENT_COLUMNS}) values (${EVENT_COLUMNS.replace(/\w+/g, "?")})
  on conflict (id) do nothing returning position`;

export class SqliteStore implements Store {
  readonly #sql: SqliteConnection;
  readonly #functions: SqliteFunctions;
  readonly #waits: SqliteWaits;
  readonly #runs: SqliteRuns;
  readonly #writes: SqliteWrites;
  readonly #transactions: SqliteTransactions;

  constructor(options: SqliteOptions) {
    this.#sql = new SqliteConnection(options);
    this.#functions = new SqliteFunctions(this.#sql);
    this.#waits = new SqliteWaits(this.#sql);
    this.#runs = new SqliteRuns(this.#sql);
    this.#writes = new SqliteWrites(this.#sql, this.#waits);
    this.#transactions = new SqliteTransactions(options);
  }

  open(): Promise<void> {
    return this.#sql.open();
  }
  async close(): Promise<void> {
    this.#transactions.close();
    this.#sql.close();
  }

  /** What is asked of it in `work`, all of it at once, is kept with one wait for the disk; as `SqliteConnection.together` has it. */
  together(work: () => void): boolean {
    return this.#sql.together(work);
  }

  enterWorker({ incarnation, app, beats, process, functionIds, versions }: WorkerRecord): Promise<void> {
    return this.#sql.transaction(() => {
      this.#sql.run(
        "insert into surefoot_worker values (?, ?, ?, ?, ?, ?)",
        incarnation,
        app,
        beats,
        process,
        JSON.stringify(functionIds),
        JSON.stringify(versions),
      );
    });
  }
  leaveWorker({ incarnation }: { readonly incarnation: string }): Promise<void> {
    return this.#sql.transaction(() => this.#gone(incarnation));
  }
  buryWorker({ incarnation, description, nowMs }: Parameters<Store["buryWorker"]>[0]): Promise<void> {
    return this.#sql.transaction(() => this.#gone(incarnation, { from: description, atMs: nowMs }));
  }
  beat({ incarnation }: { readonly incarnation: string }): Promise<boolean> {
    return this.#sql.transaction(() => this.#beat(incarnation));
  }
  async workers(): Promise<readonly WorkerRecord[]> {
    return this.#workers();
  }

  register(registered: Parameters<Store["register"]>[0]): Promise<void> {
    return this.#sql.transaction(() => this.#functions.register(registered));
  }

  accept(accepted: Parameters<Store["accept"]>[0]): Promise<readonly AcceptedEvent[]> {
    return this.#sql.transaction(() => this.#acceptAll(accepted));
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

  claim(claim: Parameters<Store["claim"]>[0]): Promise<readonly ClaimedRun[]> {
    return this.#sql.transaction(() => this.#runs.claim(claim));
  }
  /** Without a transaction where nothing is to be written: a look that finds nothing to do holds nobody up. */
  async look({ isBeating, accepting, ...claim }: Parameters<NonNullable<Store["look"]>>[0]): Promise<Look> {
    const isDue = (): boolean => claim.limit > 0 && (this.#nextDueMs(claim) ?? Infinity) <= claim.nowMs;
    if (!isBeating && accepting === undefined && !isDue())
      return this.#seen(claim, this.#isKnown(claim.incarnation), []);
    return this.#sql.transaction(() => {
      const accepted = accepting === undefined ? undefined : { accepted: this.#acceptAll(accepting) };
      const isAlive = isBeating ? this.#beat(claim.incarnation) : this.#isKnown(claim.incarnation);
      return { ...this.#seen(claim, isAlive, isDue() ? this.#runs.claim(claim) : []), ...accepted };
    });
  }
  release({ incarnation, runIds }: Parameters<Store["release"]>[0]): Promise<void> {
    return this.#sql.transaction(() => void this.#runs.free(incarnation, runIds));
  }
  async nextDueMs(worker: Claimant): Promise<number | null> {
    return this.#nextDueMs(worker);
  }
  offerPaused({ functionIds, nowMs }: Parameters<Store["offerPaused"]>[0]): Promise<void> {
    return this.#sql.transaction(() => this.#runs.offerPaused(functionIds, nowMs));
  }

  commit({ incarnation, writes }: Parameters<Store["commit"]>[0]): Promise<readonly WriteResult[]> {
    return this.#sql.transaction(() => {
      const refused = new Set<string>();
      return writes.map((write) => {
        const result = refused.has(write.runId) ? "refused" : this.#writes.write(incarnation, write);
        if (result === "refused") refused.add(write.runId);
        return result;
      });
    });
  }
  transact(transaction: Parameters<SqliteTransactions["transact"]>[0]): Promise<TransactionEnd> {
    return this.#transactions.transact(transaction);
  }
  post({ tx, events }: Parameters<NonNullable<Store["post"]>>[0]): void {
    postThrough(tx, events);
  }
  async acceptPosted({
    limit,
    nowMs,
    runId,
  }: Parameters<NonNullable<Store["acceptPosted"]>>[0]): Promise<readonly AcceptedEvent[]> {
    if (posted(this.#sql, 1).length === 0) return [];
    return this.#sql.transaction(() =>
      posted(this.#sql, limit).map(({ event, isNamed, position }) => {
        takeOut(this.#sql, position);
        const accepted = { ...event, acceptedMs: nowMs, dueMs: Math.max(nowMs, event.ts) };
        return this.#accept(accepted, undefined, (known, functionId) => runId(known, functionId, isNamed));
      }),
    );
  }
  async saved({ incarnation, runIds }: Parameters<Store["saved"]>[0]): Promise<readonly number[]> {
    return runIds.map((id) => this.#runs.saved(id, incarnation));
  }

  async arrivals({ incarnation, nowMs }: Parameters<Store["arrivals"]>[0]): Promise<readonly Arrival[]> {
    return this.#waits.arrivals(incarnation, nowMs);
  }

  requestCancel({ runId, nowMs }: Parameters<Store["requestCancel"]>[0]): Promise<boolean> {
    return this.#sql.transaction(() => {
      const isOpen = "id = ? and ended_ms is null";
      const isAccepted =
        this.#sql.run(
          `update surefoot_run set is_cancel_requested = 1, is_pause_requested = 0, declined_by = '[]' where ${isOpen}`,
          runId,
        ) === 1;
      const hasEnded = this.#sql.run(
        `update surefoot_run set status = 'cancelled', due_ms = null, ended_ms = ? where ${isOpen} and (started_ms is null or status = 'quarantined')`,
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
  requestPause(run: Parameters<Store["requestPause"]>[0]): Promise<boolean> {
    return this.#sql.transaction(() => this.#runs.requestPause(run));
  }
  resume(run: Parameters<Store["resume"]>[0]): Promise<boolean> {
    return this.#sql.transaction(() => this.#runs.resume(run));
  }
  async requests({ incarnation }: { readonly incarnation: string }): Promise<readonly RunRequest[]> {
    return this.#runs.requests(incarnation);
  }

  replay(run: Parameters<Store["replay"]>[0]): Promise<boolean> {
    return this.#sql.transaction(() => this.#runs.replay(run));
  }
  prune(old: Parameters<Store["prune"]>[0]): Promise<number> {
    return this.#sql.transaction(() => prune(this.#sql, old));
  }

  async run({
    id,
  }: {
    readonly id: string;
  }): Promise<{ readonly run: RunRecord; readonly event: EventRecord } | undefined> {
    return this.#runs.find(id);
  }
  async records({ id }: { readonly id: string }): Promise<readonly StepRecord[]> {
    return this.#runs.records(id);
  }
  async functionNames(): Promise<ReadonlyMap<string, string>> {
    return this.#functions.names();
  }
  async runs(filter: RunFilter): Promise<readonly { readonly run: RunRecord; readonly event: EventRecord }[]> {
    return this.#runs.list(filter);
  }
  async counts(): Promise<ReadonlyMap<RunStatus, number>> {
    return this.#runs.counts();
  }

  #seen(claimant: Claimant & { readonly nowMs: number }, isAlive: boolean, claimed: readonly ClaimedRun[]): Look {
    const { incarnation, functionIds, nowMs } = claimant;
    return {
      isAlive,
      claimed,
      workers: this.#workers(),
      requests: this.#runs.requests(incarnation),
      arrivals: this.#waits.arrivals(incarnation, nowMs),
      dueSchedules: this.#functions.dueSchedules(functionIds, nowMs),
      nextDueMs: this.#nextDueMs(claimant),
      hasPosted: posted(this.#sql, 1).length > 0,
    };
  }
  #workers(): readonly WorkerRecord[] {
    return this.#sql.all("select * from surefoot_worker").map(rowToWorker);
  }
  #isKnown(incarnation: string): boolean {
    return this.#sql.get("select 1 from surefoot_worker where incarnation = ?", incarnation) !== undefined;
  }
  #beat(incarnation: string): boolean {
    return this.#sql.run("update surefoot_worker set beats = beats + 1 where incarnation = ?", incarnation) === 1;
  }
  #nextDueMs(claimant: Claimant): number | null {
    const runMs = this.#runs.nextDueMs(claimant);
    const scheduledMs = this.#functions.nextDueMs(claimant.functionIds);
    return runMs === null || scheduledMs === null ? (runMs ?? scheduledMs) : Math.min(runMs, scheduledMs);
  }

  #acceptAll({ events, functionId, runId }: Parameters<Store["accept"]>[0]): readonly AcceptedEvent[] {
    return events.map((event) => this.#accept(event, functionId, runId));
  }
  #accept(
    event: EventRecord,
    functionId: string | undefined,
    runId: (event: EventRecord, functionId: string) => string,
  ): AcceptedEvent {
    const position = this.#sql.get(INSERT_EVENT, ...eventToCells(event))?.["position"] as number | undefined;
    const known = position === undefined ? this.#event(event.id) : undefined;
    if (known !== undefined && (known.name !== event.name || known.data !== event.data)) {
      return { eventId: event.id, result: "conflict", runs: this.#runs.ofEvent(event.id) };
    }
    if (position !== undefined) this.#waits.eventCame(event, position);
    const listening =
      functionId !== undefined ? [functionId] : known !== undefined ? [] : this.#functions.listeners(event.name);
    const runs = listening.map((id) => ({ id: runId(known ?? event, id), functionId: id }));
    for (const run of runs) this.#runs.create(run.id, run.functionId, known ?? event);
    return known === undefined
      ? { eventId: event.id, result: "accepted", runs }
      : { eventId: event.id, result: "duplicate", runs: this.#runs.ofEvent(event.id) };
  }
  #event(id: string): EventRecord {
    return rowToEvent(this.#sql.get(`select ${EVENT_COLUMNS} from surefoot_event where id = ?`, id)!);
  }

  #gone(incarnation: string, lost?: LostOwner): void {
    this.#sql.run("delete from surefoot_worker where incarnation = ?", incarnation);
    for (const ended of this.#runs.free(incarnation, [], lost)) this.#waits.runEnded(ended, lost!.atMs);
    this.#runs.pauseUntaken();
  }
}
