// The store in memory: the model that the other stores are tested against, and the store of tests.
//
// Owns: everything it is given, until the process ends. Does not own: anything else.
// Called by: the durable backend, worker and group commit.
import {
  closesWait,
  statesBefore,
  type EventRecord,
  type LostOwner,
  type RunRecord,
  type ScheduleRecord,
  type StepRecord,
  type Wait,
} from "../../durable/journal.ts";
import type {
  AcceptedEvent,
  Arrival,
  ClaimedRun,
  RunChange,
  RunFilter,
  RunWrite,
  Store,
  WorkerRecord,
  WriteResult,
} from "../../durable/store.ts";
import { CODEC_VERSION } from "../../core/value-codec.ts";
import { MemoryFunctions } from "./memory-functions.ts";
import { EventIndex, type PlacedEvent } from "./event-index.ts";
import { MemoryWaits } from "./memory-waits.ts";

interface StoredRun {
  run: RunRecord;
  readonly event: EventRecord;
  readonly records: Map<string, StepRecord>;
  lastSave: { readonly incarnation: string; readonly saveId: number };
}

const FINAL_STATUSES: ReadonlySet<string> = new Set(["completed", "failed", "cancelled"]);
const CLAIMABLE_STATUSES: ReadonlySet<string> = new Set(["queued", "sleeping", "waiting", "retrying"]);

export class MemoryStore implements Store {
  readonly #events = new Map<string, PlacedEvent>();
  readonly #eventIndex = new EventIndex();
  readonly #waits = new MemoryWaits();
  readonly #runs = new Map<string, StoredRun>();
  readonly #workers = new Map<string, WorkerRecord>();
  readonly #functions = new MemoryFunctions();
  #position = 0;
  #eventPosition = 0;

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  async enterWorker(worker: WorkerRecord): Promise<void> {
    this.#workers.set(worker.incarnation, worker);
  }
  async leaveWorker({ incarnation }: { readonly incarnation: string }): Promise<void> {
    this.#workers.delete(incarnation);
    this.#free(incarnation);
  }
  async beat({ incarnation }: { readonly incarnation: string }): Promise<boolean> {
    const worker = this.#workers.get(incarnation);
    if (worker !== undefined) this.#workers.set(incarnation, { ...worker, beats: worker.beats + 1 });
    return worker !== undefined;
  }
  async workers(): Promise<readonly WorkerRecord[]> {
    return [...this.#workers.values()];
  }
  async buryWorker({ incarnation, description, nowMs }: Parameters<Store["buryWorker"]>[0]): Promise<void> {
    this.#workers.delete(incarnation);
    this.#free(incarnation, { from: description, atMs: nowMs });
  }

  async register({ app, functions }: Parameters<Store["register"]>[0]): Promise<void> {
    const workers = [...this.#workers.values()].filter((worker) => worker.app === app);
    this.#functions.register(app, functions, new Set(workers.flatMap(({ functionIds }) => functionIds)));
  }

  async accept({ events, functionId, runId }: Parameters<Store["accept"]>[0]): Promise<readonly AcceptedEvent[]> {
    // All ids first: whoever makes them may throw, and then nothing is kept.
    const planned = events.map((event) => {
      const known = this.#events.get(event.id)?.event ?? event;
      const functionIds = functionId === undefined ? this.#functions.listeners(event.name) : [functionId];
      return { event, runIds: functionIds.map((id) => [id, runId(known, id)] as const) };
    });
    return planned.map(({ event, runIds }) => this.#accept(event, runIds, functionId !== undefined));
  }

  async dueSchedules({ functionIds, nowMs }: Parameters<Store["dueSchedules"]>[0]): Promise<readonly ScheduleRecord[]> {
    return this.#functions.dueSchedules(functionIds, nowMs);
  }
  async tick({ ticks }: Parameters<Store["tick"]>[0]): Promise<readonly boolean[]> {
    return ticks.map(({ schedule, nextMs, start }) => {
      const hasMoved = this.#functions.moveOn(schedule, nextMs);
      if (hasMoved && start !== null) this.#accept(start.event, [[schedule.functionId, start.runId]], true);
      return hasMoved;
    });
  }

  async claim({
    incarnation,
    functionIds,
    limit,
    nowMs,
  }: Parameters<Store["claim"]>[0]): Promise<readonly ClaimedRun[]> {
    if (!this.#workers.has(incarnation)) return [];
    const due = [...this.#runs.values()]
      .filter(
        ({ run }) =>
          run.dueMs !== null &&
          run.dueMs <= nowMs &&
          CLAIMABLE_STATUSES.has(run.status) &&
          functionIds.includes(run.functionId),
      )
      .toSorted((left, right) => left.run.dueMs! - right.run.dueMs! || left.run.createdMs - right.run.createdMs)
      .slice(0, limit);
    return due.map((stored) => {
      const run: RunRecord = {
        ...stored.run,
        status: "running",
        dueMs: null,
        owner: incarnation,
        token: stored.run.token + 1,
      };
      stored.run = { ...run, startedMs: run.startedMs ?? nowMs };
      stored.lastSave = { incarnation, saveId: 0 };
      return { run, event: stored.event, records: [...stored.records.values()] };
    });
  }
  async nextDueMs({ functionIds }: { readonly functionIds: readonly string[] }): Promise<number | null> {
    const runs = [...this.#runs.values()].flatMap(({ run }) =>
      run.dueMs !== null && functionIds.includes(run.functionId) ? [run.dueMs] : [],
    );
    const scheduledMs = this.#functions.nextDueMs(functionIds);
    const due = scheduledMs === null ? runs : [...runs, scheduledMs];
    return due.length === 0 ? null : Math.min(...due);
  }
  async offerPaused({
    functionIds,
    nowMs,
  }: {
    readonly functionIds: readonly string[];
    readonly nowMs: number;
  }): Promise<void> {
    for (const stored of this.#runs.values()) {
      const { run } = stored;
      if (run.status === "paused" && functionIds.includes(run.functionId))
        stored.run = { ...run, status: "queued", dueMs: nowMs };
    }
  }

  async commit({
    incarnation,
    writes,
  }: {
    readonly incarnation: string;
    readonly writes: readonly RunWrite[];
  }): Promise<readonly WriteResult[]> {
    const refused = new Set<string>();
    return writes.map((write) => {
      const result = refused.has(write.runId) ? "refused" : this.#write(incarnation, write);
      if (result === "refused") refused.add(write.runId);
      return result;
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
      const last = this.#runs.get(id)?.lastSave;
      return last?.incarnation === incarnation ? last.saveId : 0;
    });
  }

  async arrivals({ incarnation, nowMs }: Parameters<Store["arrivals"]>[0]): Promise<readonly Arrival[]> {
    return [...this.#waits.runIds()]
      .filter((runId) => this.#runs.get(runId)!.run.owner === incarnation)
      .flatMap((runId) => this.#waits.arrived(runId).map((arrived) => ({ runId, ...arrived })))
      .filter(({ dueMs }) => dueMs <= nowMs)
      .map(({ position, ...arrival }) => ({
        ...arrival,
        event: position === 0 ? null : this.#events.get(arrival.source)!.event,
        run: position === 0 ? this.#runs.get(arrival.source)!.run : null,
      }));
  }

  async requestCancel({ runId, nowMs }: { readonly runId: string; readonly nowMs: number }): Promise<boolean> {
    const stored = this.#runs.get(runId);
    if (stored === undefined || FINAL_STATUSES.has(stored.run.status)) return false;
    const { run } = stored;
    if (run.startedMs === null) {
      stored.run = { ...run, status: "cancelled", isCancelRequested: true, dueMs: null, endedMs: nowMs };
      this.#ended(runId, nowMs);
    } else if (run.owner !== null) stored.run = { ...run, isCancelRequested: true };
    else stored.run = { ...run, isCancelRequested: true, status: "queued", dueMs: nowMs };
    return true;
  }
  async cancelRequests({ incarnation }: { readonly incarnation: string }): Promise<readonly string[]> {
    return [...this.#runs.values()]
      .filter(({ run }) => run.owner === incarnation && run.isCancelRequested)
      .map(({ run }) => run.id);
  }

  async run({
    id,
  }: {
    readonly id: string;
  }): Promise<{ readonly run: RunRecord; readonly event: EventRecord } | undefined> {
    const stored = this.#runs.get(id);
    return stored === undefined ? undefined : seen(stored);
  }
  async records({ id }: { readonly id: string }): Promise<readonly StepRecord[]> {
    return [...(this.#runs.get(id)?.records.values() ?? [])];
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
    return [...this.#runs.values()]
      .filter(({ run }) => eventId === undefined || run.eventId === eventId)
      .filter(({ run }) => functionId === undefined || run.functionId === functionId)
      .filter(({ run }) => status === undefined || run.status === status)
      .filter(({ run }) => before === undefined || run.position < before)
      .toSorted((left, right) => right.run.position - left.run.position)
      .slice(0, limit)
      .map(seen);
  }

  #accept(
    event: EventRecord,
    runIds: readonly (readonly [functionId: string, runId: string])[],
    isTargeted: boolean,
  ): AcceptedEvent {
    const known = this.#events.get(event.id)?.event;
    const hasSameContent = known === undefined || (known.name === event.name && known.data === event.data);
    if (!hasSameContent) return { eventId: event.id, result: "conflict", runs: this.#runsOf(event.id) };
    if (known === undefined) {
      const placed = { position: ++this.#eventPosition, event };
      this.#events.set(event.id, placed);
      this.#eventIndex.add(placed);
      for (const id of this.#waits.eventCame(placed)) this.#wake(id, event.dueMs);
    }
    for (const [functionId, runId] of known === undefined || isTargeted ? runIds : []) {
      if (!this.#runsOf(event.id).some((run) => run.functionId === functionId))
        this.#create(runId, functionId, known ?? event);
    }
    return { eventId: event.id, result: known === undefined ? "accepted" : "duplicate", runs: this.#runsOf(event.id) };
  }

  #create(id: string, functionId: string, event: EventRecord): void {
    const run: RunRecord = {
      id,
      position: ++this.#position,
      functionId,
      eventId: event.id,
      status: "queued",
      dueMs: event.dueMs,
      owner: null,
      token: 0,
      createdMs: event.acceptedMs,
      startedMs: null,
      endedMs: null,
      output: null,
      error: null,
      note: null,
      leftBy: [],
      isCancelRequested: false,
      format: CODEC_VERSION,
    };
    this.#runs.set(id, { run, event, records: new Map(), lastSave: { incarnation: "", saveId: 0 } });
  }

  #runsOf(eventId: string): { readonly id: string; readonly functionId: string }[] {
    return [...this.#runs.values()]
      .filter(({ run }) => run.eventId === eventId)
      .map(({ run }) => ({ id: run.id, functionId: run.functionId }));
  }

  #write(incarnation: string, { runId, token, saveId, records, change }: RunWrite): WriteResult {
    const stored = this.#runs.get(runId);
    if (stored === undefined || stored.run.owner !== incarnation || stored.run.token !== token) return "refused";
    if (change?.kind === "end" && change.status !== "cancelled" && stored.run.isCancelRequested)
      return "cancelRequested";
    const mayFollow = (record: StepRecord): boolean => {
      const last = stored.records.get(record.key);
      return last === undefined || statesBefore(record.state).includes(last.state);
    };
    if (!records.every(mayFollow)) return "refused";
    if (records.some((record) => closesWait(record) && this.#waits.hasArrived(runId, record.key))) return "arrived";
    for (const record of records) this.#keep(stored, record);
    stored.run = changed(stored.run, change);
    if (change?.kind === "end") this.#ended(runId, change.atMs);
    if (change?.kind === "suspend") for (const { dueMs } of this.#waits.arrived(runId)) this.#wake(runId, dueMs);
    stored.lastSave = { incarnation, saveId };
    return "kept";
  }

  #keep(stored: StoredRun, record: StepRecord): void {
    stored.records.set(record.key, record);
    const { id } = stored.run;
    if (record.state !== "waiting" || closesWait(record)) return this.#waits.over(id, record.key);
    const open = this.#waits.register(id, record)!;
    if (record.wait?.kind === "run") {
      const target = this.#runs.get(record.wait.runId)?.run;
      if (target !== undefined && target.endedMs !== null) this.#waits.runEnded(target.id, target.endedMs);
      return;
    }
    const taken = new Set([...stored.records.values()].map(({ source }) => source));
    const since = this.#events.get(stored.event.id)!.position;
    const { event, match } = record.wait as Wait & { kind: "event" };
    for (const placed of this.#eventIndex.find(event, match)) {
      if (placed.position > since && !taken.has(placed.event.id)) this.#waits.cameBefore(open, placed);
    }
  }

  /** What waits for the run is woken, and it waits for nothing any more. */
  #ended(runId: string, endedMs: number): void {
    this.#waits.allOver(runId);
    for (const waiting of this.#waits.runEnded(runId, endedMs)) this.#wake(waiting, endedMs);
  }

  /** Something came for a run: if it has left memory, it wants a worker by then. */
  #wake(runId: string, dueMs: number): void {
    const stored = this.#runs.get(runId);
    if (stored === undefined || stored.run.owner !== null || !CLAIMABLE_STATUSES.has(stored.run.status)) return;
    stored.run = { ...stored.run, dueMs: Math.min(stored.run.dueMs ?? dueMs, dueMs) };
  }

  #free(incarnation: string, lost?: LostOwner): void {
    for (const stored of this.#runs.values()) {
      const { run } = stored;
      if (run.owner === incarnation)
        stored.run = {
          ...run,
          owner: null,
          status: "queued",
          dueMs: 0, // before what has not begun
          token: run.token + 1,
          leftBy: lost === undefined ? run.leftBy : [...run.leftBy, lost],
        };
    }
  }
}

/** A run after a change by its owner. */
function changed(run: RunRecord, change: RunChange | null): RunRecord {
  switch (change?.kind) {
    case undefined:
      return run;
    case "suspend":
      return run.isCancelRequested
        ? { ...run, owner: null, status: "queued", dueMs: 0 }
        : { ...run, owner: null, status: change.status, dueMs: change.dueMs };
    case "pause":
      return run.isCancelRequested
        ? { ...run, owner: null, status: "queued", dueMs: 0, note: change.note }
        : { ...run, owner: null, status: "paused", dueMs: null, note: change.note };
    case "acknowledge":
      return { ...run, leftBy: [] };
    case "end":
      return {
        ...run,
        owner: null,
        status: change.status,
        dueMs: null,
        output: change.output,
        error: change.error,
        endedMs: change.atMs,
      };
  }
}

/** As of now: what happens later does not change it. */
function seen({ run, event }: StoredRun): { readonly run: RunRecord; readonly event: EventRecord } {
  return { run, event };
}
