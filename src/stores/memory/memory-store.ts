// The store in memory: the model that the other stores are tested against, and the store of tests.
//
// Owns: everything it is given, until the process ends. Does not own: anything else.
// Called by: the durable backend, worker and group commit.
import {
  closesWait,
  isProgress,
  statesBefore,
  type EventRecord,
  type LostOwner,
  type RunRecord,
  type ScheduleRecord,
  type StepRecord,
  type Wait,
} from "../../durable/journal.ts";
import type { RunStatus } from "../../core/run-details.ts";
import type {
  AcceptedEvent,
  Arrival,
  ClaimedRun,
  Claimant,
  RunChange,
  RunFilter,
  RunRequest,
  RunWrite,
  Store,
  WorkerRecord,
  WriteResult,
} from "../../durable/store.ts";
import { EventIndex, type PlacedEvent } from "./event-index.ts";
import { MemoryFunctions } from "./memory-functions.ts";
import { MemoryRuns, type RunWithEvent } from "./memory-runs.ts";
import { MemoryWaits } from "./memory-waits.ts";
import { changed } from "./run-change.ts";
import type { StoredRun } from "./stored-run.ts";

export class MemoryStore implements Store {
  readonly #events = new Map<string, PlacedEvent>();
  readonly #eventIndex = new EventIndex();
  readonly #waits = new MemoryWaits();
  readonly #workers = new Map<string, WorkerRecord>();
  readonly #functions = new MemoryFunctions();
  readonly #runs = new MemoryRuns(this.#workers, (functionId) => this.#functions.limitOf(functionId));
  #eventPosition = 0;

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  async enterWorker(worker: WorkerRecord): Promise<void> {
    this.#workers.set(worker.incarnation, worker);
  }
  async leaveWorker({ incarnation }: { readonly incarnation: string }): Promise<void> {
    this.#gone(incarnation);
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
    this.#gone(incarnation, { from: description, atMs: nowMs });
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

  async claim(claim: Parameters<Store["claim"]>[0]): Promise<readonly ClaimedRun[]> {
    return this.#workers.has(claim.incarnation) ? this.#runs.claim(claim) : [];
  }
  async release({ incarnation, runIds }: Parameters<Store["release"]>[0]): Promise<void> {
    this.#runs.free(incarnation, runIds);
  }
  async nextDueMs(worker: Claimant): Promise<number | null> {
    const runMs = this.#runs.nextDueMs(worker);
    const scheduledMs = this.#functions.nextDueMs(worker.functionIds);
    return runMs === null || scheduledMs === null ? (runMs ?? scheduledMs) : Math.min(runMs, scheduledMs);
  }
  async offerPaused({ functionIds, nowMs }: Parameters<Store["offerPaused"]>[0]): Promise<void> {
    this.#runs.offerPaused(functionIds, nowMs);
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
    return this.#runs
      .ownedBy(incarnation)
      .flatMap(({ run: { id: runId } }) => this.#waits.arrived(runId).map((arrived) => ({ runId, ...arrived })))
      .filter(({ dueMs }) => dueMs <= nowMs)
      .map(({ position, ...arrival }) => ({
        ...arrival,
        event: position === 0 ? null : this.#events.get(arrival.source)!.event,
        run: position === 0 ? this.#runs.get(arrival.source)!.run : null,
      }));
  }

  async requestCancel({ runId, nowMs }: Parameters<Store["requestCancel"]>[0]): Promise<boolean> {
    const stored = this.#runs.get(runId);
    if (stored === undefined || stored.run.endedMs !== null) return false;
    const { startedMs, status, owner } = stored.run;
    const run: RunRecord = { ...stored.run, isCancelRequested: true, isPauseRequested: false };
    stored.declinedBy.clear();
    if (startedMs === null || status === "quarantined") {
      stored.run = { ...run, status: "cancelled", dueMs: null, endedMs: nowMs };
      this.#ended(runId, nowMs);
    } else stored.run = owner === null ? { ...run, status: "queued", dueMs: nowMs } : run;
    return true;
  }
  async requestPause(run: Parameters<Store["requestPause"]>[0]): Promise<boolean> {
    return this.#runs.requestPause(run);
  }
  async resume(run: Parameters<Store["resume"]>[0]): Promise<boolean> {
    return this.#runs.resume(run);
  }
  async requests({ incarnation }: { readonly incarnation: string }): Promise<readonly RunRequest[]> {
    return this.#runs
      .ownedBy(incarnation)
      .filter(({ run }) => run.isCancelRequested || run.isPauseRequested)
      .map(({ run }) => ({ runId: run.id, kind: run.isCancelRequested ? "cancel" : "pause" }));
  }

  async replay(run: Parameters<Store["replay"]>[0]): Promise<boolean> {
    return this.#runs.replay(run);
  }
  async prune({ app, beforeMs, limit }: Parameters<Store["prune"]>[0]): Promise<number> {
    const old = this.#runs
      .all()
      .filter(({ run }) => run.endedMs !== null && run.endedMs < beforeMs && this.#functions.isOf(app, run.functionId))
      .filter(({ run }) => !this.#waits.hasComeFrom(run.id))
      .toSorted((left, right) => left.run.endedMs! - right.run.endedMs!)
      .slice(0, limit);
    for (const { run } of old) this.#runs.remove(run.id);
    const runs = this.#runs.all();
    const kept = new Set(runs.map(({ run }) => run.eventId));
    const live = runs
      .filter(({ run }) => run.endedMs === null)
      .map(({ event }) => this.#events.get(event.id)!.position);
    const firstRead = Math.min(...live);
    const events = [...this.#events.values()]
      .filter(({ position, event }) => position < firstRead && event.dueMs < beforeMs && !kept.has(event.id))
      .filter(({ event }) => !this.#waits.hasComeFrom(event.id))
      .slice(0, limit - old.length);
    for (const placed of events) this.#events.delete(placed.event.id);
    this.#eventIndex.remove(events);
    return old.length + events.length;
  }

  async run({ id }: { readonly id: string }): Promise<RunWithEvent | undefined> {
    const stored = this.#runs.get(id);
    return stored === undefined ? undefined : { run: stored.run, event: stored.event };
  }
  async records({ id }: { readonly id: string }): Promise<readonly StepRecord[]> {
    return [...(this.#runs.get(id)?.records.values() ?? [])];
  }
  async functionNames(): Promise<ReadonlyMap<string, string>> {
    return this.#functions.names();
  }
  async runs(filter: RunFilter): Promise<readonly RunWithEvent[]> {
    return this.#runs.list(filter);
  }
  async counts(): Promise<ReadonlyMap<RunStatus, number>> {
    return this.#runs.counts();
  }

  #accept(
    event: EventRecord,
    runIds: readonly (readonly [functionId: string, runId: string])[],
    isTargeted: boolean,
  ): AcceptedEvent {
    const known = this.#events.get(event.id)?.event;
    const hasSameContent = known === undefined || (known.name === event.name && known.data === event.data);
    if (!hasSameContent) return { eventId: event.id, result: "conflict", runs: this.#runs.ofEvent(event.id) };
    if (known === undefined) {
      const placed = { position: ++this.#eventPosition, event };
      this.#events.set(event.id, placed);
      this.#eventIndex.add(placed);
      for (const id of this.#waits.eventCame(placed)) this.#runs.wake(id, event.dueMs);
    }
    for (const [functionId, runId] of known === undefined || isTargeted ? runIds : []) {
      if (!this.#runs.ofEvent(event.id).some((run) => run.functionId === functionId))
        this.#runs.create(runId, functionId, known ?? event);
    }
    return {
      eventId: event.id,
      result: known === undefined ? "accepted" : "duplicate",
      runs: this.#runs.ofEvent(event.id),
    };
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
    stored.lastSave = { incarnation, saveId };
    if (records.some(isProgress)) stored.hasProgress = true;
    if (change !== null) this.#change(stored, incarnation, change);
    return "kept";
  }

  #change(stored: StoredRun, incarnation: string, change: RunChange): void {
    const { id } = stored.run;
    if (change.kind === "pause") stored.declinedBy.add(incarnation);
    stored.run = changed(stored.run, change, this.#runs.hasTaker(stored));
    if (stored.run.isCancelRequested || stored.run.isPauseRequested) stored.declinedBy.clear();
    if (change.kind === "end") this.#ended(id, change.atMs);
    if (change.kind === "suspend")
      for (const dueMs of this.#waits.runLeft(id, change.waits)) this.#runs.wake(id, dueMs);
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
    const since = this.#events.get(stored.event.id)!.position;
    const { event, match } = record.wait as Wait & { kind: "event" };
    const came = this.#eventIndex.find(event, match, since);
    if (came.length === 0) return;
    const taken = new Set([...stored.records.values()].map(({ source }) => source));
    for (const placed of came) if (!taken.has(placed.event.id)) this.#waits.cameBefore(open, placed);
  }

  /** What waits for the run is woken, and it waits for nothing any more. */
  #ended(runId: string, endedMs: number): void {
    this.#waits.allOver(runId);
    for (const waiting of this.#waits.runEnded(runId, endedMs)) this.#runs.wake(waiting, endedMs);
  }

  #gone(incarnation: string, lost?: LostOwner): void {
    this.#workers.delete(incarnation);
    for (const ended of this.#runs.free(incarnation, [], lost)) this.#ended(ended, lost!.atMs);
    this.#runs.pauseUntaken();
  }
}
