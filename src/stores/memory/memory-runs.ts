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
import { RunPlaces, isClaimable } from "./run-places.ts";
import { StartedRuns } from "./started-runs.ts";
import { StoredRun } from "./stored-run.ts";

/** A run and its event, as of now: what happens later does not change it. */
export interface RunWithEvent {
  readonly run: RunRecord;
  readonly event: EventRecord;
}

export class MemoryRuns {
  readonly #runs = new Map<string, StoredRun>();
  readonly #started = new StartedRuns();
  readonly #places = new RunPlaces<StoredRun>();
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
  ownedBy(incarnation: string): readonly StoredRun[] {
    return this.#places.ownedBy(incarnation);
  }
  /** Of a run that has ended. */
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
    this.#runs.set(run.id, new StoredRun(run, event, records, this.#places));
    this.#started.add(run);
  }

  claim(claim: Parameters<Store["claim"]>[0]): readonly ClaimedRun[] {
    const { limit, nowMs, shares = [] } = claim;
    const functionIds = this.#notFull(claim);
    const suspect = this.#places
      .suspects()
      .filter(({ run }) => run.dueMs! <= nowMs && functionIds.includes(run.functionId))
      .find((stored) => this.#isFor(stored, claim));
    const queues = functionIds.map((functionId) => this.#queue(functionId, claim));
    const taken = suspect === undefined ? fairShare(queues, shares, limit) : [suspect.run];
    return taken.map(({ id }) => this.#take(this.#runs.get(id)!, claim));
  }
  #take(
    stored: StoredRun,
    { incarnation, nowMs, versions = {} }: Pick<Parameters<Store["claim"]>[0], "incarnation" | "nowMs" | "versions">,
  ): ClaimedRun {
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
  }
  nextDueMs(claimant: Claimant): number | null {
    const firsts = this.#notFull(claimant).flatMap((functionId) => {
      const [first] = this.#lineFor(functionId, claimant);
      return first === undefined ? [] : [first.dueMs!];
    });
    return firsts.length === 0 ? null : Math.min(...firsts);
  }
  /** What may be given to a worker once it is due, the first to be due first. */
  *#lineFor(functionId: string, claimant: Claimant): Generator<RunRecord> {
    for (const stored of this.#places.line(functionId)) if (this.#isFor(stored, claimant)) yield stored.run;
  }
  #isFor({ run, declinedBy }: StoredRun, { incarnation, versions = {}, isIdle = true }: Claimant): boolean {
    return (
      !declinedBy.has(incarnation) &&
      (isIdle || !isSuspect(run)) &&
      (run.version === null || run.version === versions[run.functionId] || !this.#isServed(run.functionId, run.version))
    );
  }
  #queue(functionId: string, claim: Parameters<Store["claim"]>[0]): Queue<RunRecord> {
    const runs = dueBy(claim.nowMs, this.#lineFor(functionId, claim));
    return { functionId, room: this.#roomOf(functionId), runs };
  }
  #notFull({ functionIds }: Claimant): readonly string[] {
    return functionIds.filter((functionId) => this.#roomOf(functionId) > 0);
  }
  /** How many more runs of a function may have an owner. */
  #roomOf(functionId: string): number {
    return this.#limitOf(functionId) - this.#places.atWork(functionId);
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
    const owned = this.ownedBy(incarnation).filter(({ run }) => !except.includes(run.id));
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
    if (stored === undefined || stored.run.owner !== null || !isClaimable(stored.run)) return;
    stored.run = { ...stored.run, dueMs: Math.min(stored.run.dueMs ?? dueMs, dueMs) };
  }
}

/** Those up to now, of runs that are in the order in which they are due. */
function* dueBy(nowMs: number, runs: Iterable<RunRecord>): Generator<RunRecord> {
  for (const run of runs) {
    if (run.dueMs! > nowMs) return;
    yield run;
  }
}
