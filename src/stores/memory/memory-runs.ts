// Runs and what is recorded of them, in memory.
//
// Owns: runs, from their acceptance until they are removed. Does not own: events, waits (memory-waits), workers (memory-store).
// Called by: memory-store.
import { CODEC_VERSION } from "../../core/value-codec.ts";
import type { RunStatus } from "../../core/run-details.ts";
import type { EventRecord, LostOwner, RunRecord, StepRecord } from "../../durable/journal.ts";
import { fairShare, type Queue } from "../../durable/fair-share.ts";
import { afterOwner, isSuspect } from "../../durable/quarantine.ts";
import type { ClaimedRun, Claimant, RunFilter, Store, WorkerRecord } from "../../durable/store.ts";
import { StartedRuns } from "./started-runs.ts";

export interface StoredRun {
  run: RunRecord;
  readonly event: EventRecord;
  readonly records: Map<string, StepRecord>;
  lastSave: { readonly incarnation: string; readonly saveId: number };
  /** Whether it came to any outcome since it was claimed. */
  hasProgress: boolean;
  /** The workers whose code it does not fit. */
  readonly declinedBy: Set<string>;
}

/** A run and its event, as of now: what happens later does not change it. */
export interface RunWithEvent {
  readonly run: RunRecord;
  readonly event: EventRecord;
}

const CLAIMABLE_STATUSES: ReadonlySet<string> = new Set(["queued", "sleeping", "waiting", "retrying"]);

export class MemoryRuns {
  readonly #runs = new Map<string, StoredRun>();
  readonly #started = new StartedRuns();
  readonly #workers: ReadonlyMap<string, WorkerRecord>;
  readonly #limitOf: (functionId: string) => number;
  #position = 0;

  constructor(workers: ReadonlyMap<string, WorkerRecord>, limitOf: (functionId: string) => number) {
    this.#workers = workers;
    this.#limitOf = limitOf;
  }

  get(id: string): StoredRun | undefined {
    return this.#runs.get(id);
  }
  all(): readonly StoredRun[] {
    return [...this.#runs.values()];
  }
  remove(id: string): void {
    const stored = this.#runs.get(id);
    if (stored !== undefined) this.#started.remove(stored.run);
    this.#runs.delete(id);
  }

  create(id: string, functionId: string, event: EventRecord): void {
    this.#add({ id, functionId, createdMs: event.acceptedMs, dueMs: event.dueMs, replayOf: null }, event, []);
  }
  replay({ runId, newRunId, keys, nowMs }: Parameters<Store["replay"]>[0]): boolean {
    const source = this.#runs.get(runId);
    if (source === undefined) return false;
    const { functionId } = source.run;
    const records = [...source.records.values()].filter(({ key }) => keys.includes(key));
    this.#add({ id: newRunId, functionId, createdMs: nowMs, dueMs: nowMs, replayOf: runId }, source.event, records);
    return true;
  }
  #add(
    fields: Pick<RunRecord, "id" | "functionId" | "createdMs" | "dueMs" | "replayOf">,
    event: EventRecord,
    records: readonly StepRecord[],
  ): void {
    const run: RunRecord = {
      ...fields,
      position: ++this.#position,
      eventId: event.id,
      status: "queued",
      owner: null,
      token: 0,
      startedMs: null,
      endedMs: null,
      output: null,
      error: null,
      note: null,
      leftBy: [],
      isCancelRequested: false,
      isPauseRequested: false,
      deaths: 0,
      version: null,
      format: CODEC_VERSION,
    };
    this.#runs.set(run.id, {
      run,
      event,
      records: new Map(records.map((record) => [record.key, record])),
      lastSave: { incarnation: "", saveId: 0 },
      hasProgress: false,
      declinedBy: new Set(),
    });
    this.#started.add(run);
  }

  claim(claim: Parameters<Store["claim"]>[0]): readonly ClaimedRun[] {
    const { incarnation, limit, nowMs, versions = {}, shares = [] } = claim;
    const due = this.#dueFor(claim).filter(({ dueMs }) => dueMs! <= nowMs);
    const suspects = due.filter(isSuspect).slice(0, 1);
    const taken = suspects.length > 0 ? suspects : fairShare(this.#queues(due), shares, limit);
    return taken.map(({ id }) => {
      const stored = this.#runs.get(id)!;
      const run: RunRecord = {
        ...stored.run,
        status: "running",
        dueMs: null,
        owner: incarnation,
        token: stored.run.token + 1,
        version: versions[stored.run.functionId] ?? stored.run.version,
      };
      stored.run = { ...run, startedMs: run.startedMs ?? nowMs };
      stored.lastSave = { incarnation, saveId: 0 };
      stored.hasProgress = false;
      return { run, event: stored.event, records: [...stored.records.values()] };
    });
  }
  nextDueMs(claimant: Claimant): number | null {
    return this.#dueFor(claimant)[0]?.dueMs ?? null;
  }
  /** What may be given to a worker once it is due, the first to be due first. */
  #dueFor({ incarnation, functionIds, versions = {}, isIdle = true }: Claimant): readonly RunRecord[] {
    const notFull = new Set(functionIds.filter((functionId) => this.#roomOf(functionId) > 0));
    const isFor = ({ run, declinedBy }: StoredRun): boolean =>
      run.dueMs !== null &&
      CLAIMABLE_STATUSES.has(run.status) &&
      notFull.has(run.functionId) &&
      !declinedBy.has(incarnation) &&
      (isIdle || !isSuspect(run)) &&
      (run.version === null ||
        run.version === versions[run.functionId] ||
        !this.#isServed(run.functionId, run.version));
    return [...this.#runs.values()]
      .filter(isFor)
      .map(({ run }) => run)
      .toSorted((left, right) => left.dueMs! - right.dueMs! || left.position - right.position);
  }
  #queues(due: readonly RunRecord[]): readonly Queue<RunRecord>[] {
    const queues = new Map<string, RunRecord[]>();
    for (const run of due)
      queues
        .set(run.functionId, queues.get(run.functionId) ?? [])
        .get(run.functionId)!
        .push(run);
    return [...queues].map(([functionId, runs]) => ({ functionId, room: this.#roomOf(functionId), runs }));
  }
  /** How many more runs of a function may have an owner. */
  #roomOf(functionId: string): number {
    const limit = this.#limitOf(functionId);
    if (limit === Infinity) return limit;
    return limit - this.all().filter(({ run }) => run.functionId === functionId && run.owner !== null).length;
  }
  #isServed(functionId: string, version: string): boolean {
    return [...this.#workers.values()].some(({ versions }) => versions[functionId] === version);
  }
  /** Whether a live worker has the function of a run, and has not declined the run. */
  hasTaker({ run, declinedBy }: StoredRun): boolean {
    const workers = [...this.#workers.values()];
    return workers.some(
      ({ incarnation, functionIds }) => functionIds.includes(run.functionId) && !declinedBy.has(incarnation),
    );
  }

  /** The runs of a worker, besides these, are nobody's any more; `lost`: it is gone. Gives those that have ended with it. */
  free(incarnation: string, except: readonly string[], lost?: LostOwner): readonly string[] {
    const owned = this.all().filter(({ run }) => run.owner === incarnation && !except.includes(run.id));
    for (const stored of owned) {
      const { run, hasProgress } = stored;
      stored.run = {
        ...run,
        ...afterOwner({ ...run, hasProgress }, lost !== undefined),
        owner: null,
        token: run.token + 1,
        leftBy: lost === undefined ? run.leftBy : [...run.leftBy, lost],
      };
      if (stored.run.status === "cancelled") stored.run = { ...stored.run, endedMs: lost!.atMs };
    }
    return owned.filter(({ run }) => run.endedMs !== null).map(({ run }) => run.id);
  }
  /** What was left to a worker that is gone, and that nobody else will have, is paused. */
  pauseUntaken(): void {
    for (const stored of this.#runs.values())
      if (stored.declinedBy.size > 0 && stored.run.dueMs !== null && !this.hasTaker(stored))
        stored.run = { ...stored.run, status: "paused", dueMs: null };
  }

  offerPaused(functionIds: readonly string[], nowMs: number): void {
    for (const stored of this.#runs.values()) {
      const { run, declinedBy } = stored;
      if (run.status !== "paused" || run.isPauseRequested || !functionIds.includes(run.functionId)) continue;
      declinedBy.clear();
      stored.run = { ...run, status: "queued", dueMs: nowMs };
    }
  }
  requestPause({ runId, note }: Parameters<Store["requestPause"]>[0]): boolean {
    const stored = this.#runs.get(runId);
    if (stored === undefined || stored.run.endedMs !== null || stored.run.isCancelRequested) return false;
    const run = { ...stored.run, isPauseRequested: true };
    if (run.status === "paused" || run.status === "quarantined") stored.run = run;
    else stored.run = { ...run, note, dueMs: null, status: run.owner === null ? "paused" : run.status };
    return true;
  }
  resume({ runId, nowMs }: Parameters<Store["resume"]>[0]): boolean {
    const stored = this.#runs.get(runId);
    if (stored === undefined || stored.run.endedMs !== null) return false;
    const { run, declinedBy } = stored;
    if (!run.isPauseRequested && run.status !== "paused" && run.status !== "quarantined") return false;
    declinedBy.clear();
    stored.run = { ...run, isPauseRequested: false, deaths: 0, note: null };
    if (run.owner === null) stored.run = { ...stored.run, status: "queued", dueMs: nowMs };
    return true;
  }

  list({ eventId, functionId, status, limit, before }: RunFilter): readonly RunWithEvent[] {
    return this.all()
      .filter(({ run }) => eventId === undefined || run.eventId === eventId)
      .filter(({ run }) => functionId === undefined || run.functionId === functionId)
      .filter(({ run }) => status === undefined || run.status === status)
      .filter(({ run }) => before === undefined || run.position < before)
      .toSorted((left, right) => right.run.position - left.run.position)
      .slice(0, limit)
      .map(({ run, event }) => ({ run, event }));
  }
  counts(): ReadonlyMap<RunStatus, number> {
    const counts = new Map<RunStatus, number>();
    for (const { run } of this.all())
      if (run.endedMs === null) counts.set(run.status, (counts.get(run.status) ?? 0) + 1);
    return counts;
  }
  /** Those that the event started. */
  ofEvent(eventId: string): readonly { readonly id: string; readonly functionId: string }[] {
    return this.#started.of(eventId);
  }

  /** Something came for a run: if it has left memory, it wants a worker by then. */
  wake(runId: string, dueMs: number): void {
    const stored = this.#runs.get(runId);
    if (stored === undefined || stored.run.owner !== null || !CLAIMABLE_STATUSES.has(stored.run.status)) return;
    stored.run = { ...stored.run, dueMs: Math.min(stored.run.dueMs ?? dueMs, dueMs) };
  }
}
