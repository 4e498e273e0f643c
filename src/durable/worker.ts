// A worker: claims due runs, keeps its claim alive, takes over from workers that are gone, and leaves in good order.
//
// Owns: which runs are in memory here. Does not own: what happens in them (run-execution), where they are kept (store).
// Called by: the client, for one app.
//   W1. At most `concurrency` runs are in memory.
//   W2. A worker on this machine whose process is gone is buried at once; any other one when its heart has not beaten for a lease.
//   W3. A worker that was declared dead drops all its runs and begins anew, as somebody else.
//   W4. A run that its processes seem to die of is in memory alone.
import type { FunctionDefinition } from "../core/function.ts";
import { warnOnce } from "../core/warning.ts";
import { Acceptances, type Acceptance } from "./acceptances.ts";
import { startDueSchedules } from "./due-schedules.ts";
import { MOST_AT_ONCE, acceptPosted } from "./outbox.ts";
import { GatheredLook } from "./gathered-look.ts";
import { GroupCommit } from "./group-commit.ts";
import { BEATS_PER_LEASE, Heart } from "./heart.ts";
import { textOfThrown } from "../internal/thrown.ts";
import { versionsOf } from "./function-versions.ts";
import { Pulses } from "./pulses.ts";
import { Retention } from "./retention.ts";
import { RoomWait } from "./room-wait.ts";
import type { StoreClock } from "./store-clock.ts";
import type { AcceptedEvent, ClaimedRun, Claimant, Look, WorkerRecord, Store } from "./store.ts";
import { Turns } from "./turns.ts";
import { RunExecution, type ExecutionEnd, type RunSurroundings } from "./run-execution.ts";
import type { RunEnd } from "./run-outcome.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { OpenStep } from "./run-tree.ts";

/** How often the store is asked for what nobody told us of. */
const POLL_MS = 1_000;
/** Claimed at once, so that these begin while the store looks for more. */
const MOST_CLAIMED = 100;
/** Between two looks at what nobody else has taken. */
const SHORTEST_WAIT_MS = 5;
/** How long saves have that are still on their way when the worker leaves: its store may be away. */
const LAST_SAVES_MS = 2_000;

/** As people read it. */
export const PAUSE_NOTE = "somebody asked for it: app.resume lets it go on";

export interface WorkerOptions {
  readonly app: string;
  readonly store: Store;
  readonly functions: () => readonly FunctionDefinition[];
  readonly processes: ProcessIdentity;
  /** Where the store has a time of its own: what each look tells is passed on to it. */
  readonly storeClock?: StoreClock | undefined;
  readonly surroundings: Omit<RunSurroundings, "commits" | "lookForArrivals">;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly retentionMs: number;
  /** A run has ended; with what, where this worker has written it. */
  readonly onRunEnd: (runId: string, end: RunEnd | undefined) => void;
}

export class Worker {
  readonly #options: WorkerOptions;
  readonly #runs = new Map<string, RunExecution>();
  readonly #turns = new Turns();
  readonly #pulses = new Pulses();
  readonly #retention: Retention;
  readonly #roomWait: RoomWait;
  readonly #heart: Heart;
  readonly #acceptances: Acceptances;
  readonly #arrivalLook: GatheredLook;
  /** No less often than hearts beat: a short lease is to end soon after the heart that was last heard. */
  readonly #pollMs: number;
  #incarnation = "";
  #commits: GroupCommit | undefined;
  #phase: "running" | "stopping" | "stopped" = "stopped";
  #stopTimer: (() => void) | undefined;
  #stopWatch: (() => void) | undefined;
  #isTending = false;
  #wantsTending = false;
  #looksAfterMs = 0;
  #looksInOutboxAfterMs = 0;
  /** What it may have been given by a claim that failed, as far as it knows. */
  #isClaimUnknown = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#pollMs = Math.min(POLL_MS, options.leaseMs / BEATS_PER_LEASE);
    this.#roomWait = new RoomWait(options.surroundings.clock, options.concurrency, () => this.tend());
    this.#retention = new Retention({ ...options, clock: options.surroundings.clock });
    this.#acceptances = new Acceptances(options.store, () => this.tend());
    this.#arrivalLook = new GatheredLook(options.surroundings.clock, () => this.#lookForArrivals());
    this.#heart = new Heart({
      ...options,
      clock: options.surroundings.clock,
      incarnation: () => this.#incarnation,
      onTrouble: (error) => this.#couldNotReach("beat", error),
      onBuried: () => this.#beginAnew(),
    });
  }

  async start(): Promise<void> {
    await this.#enter();
    this.#phase = "running";
    const { store, surroundings } = this.#options;
    await store.offerPaused({ functionIds: this.#claimant.functionIds, nowMs: surroundings.clock.now() });
    this.#heart.start();
    if ("watch" in store) this.#stopWatch = store.watch?.(() => this.tend());
    this.tend();
  }

  /** There may be something to do. */
  tend(): void {
    this.#wantsTending = true;
    if (this.#isTending || this.#phase !== "running") return;
    this.#isTending = true;
    this.#options.surroundings.clock.turn(() => void this.#tendAll());
  }

  /** Accepts events. Where nothing else is under way here, what they start is made and claimed by one write. */
  accept(acceptance: Acceptance): Promise<readonly AcceptedEvent[]> {
    const isFree = this.#phase === "running" && !this.#isTending && this.#room > 0;
    if (!isFree || !("look" in this.#options.store)) return this.#acceptances.alone(acceptance);
    const accepted = this.#acceptances.next(acceptance);
    this.tend();
    return accepted;
  }

  /** There may be something in the outbox. */
  lookInOutbox(): void {
    this.#looksInOutboxAfterMs = 0;
    this.tend();
  }

  /** Whether the run is in memory here. It is told to end if so. */
  cancel(runId: string): boolean {
    const run = this.#runs.get(runId);
    run?.requestCancel();
    return run !== undefined;
  }

  /** Whether the run is in memory here. It is told to stand still if so. */
  pause(runId: string, note: string): boolean {
    const run = this.#runs.get(runId);
    run?.pause(note);
    return run !== undefined;
  }

  /** What the run is at, if it is in memory here. */
  openSteps(runId: string): readonly OpenStep[] {
    return this.#runs.get(runId)?.openSteps() ?? [];
  }

  /** Claims nothing more, lets what is at work end, and leaves. After `timeoutMs`, what is left is left behind. */
  async stop(timeoutMs: number): Promise<void> {
    if (this.#phase !== "running") return;
    this.#phase = "stopping";
    this.#stopTimer?.();
    this.#stopWatch?.();
    const runs = [...this.#runs.values()];
    for (const run of runs) run.drain();
    await this.#within(timeoutMs, Promise.all(runs.map((run) => run.end)));
    for (const run of this.#runs.values()) run.abandon();
    await this.#within(LAST_SAVES_MS, this.#commits?.idle());
    this.#commits?.close();
    this.#heart.stop();
    this.#phase = "stopped";
    try {
      await this.#options.store.leaveWorker({ incarnation: this.#incarnation });
    } catch (error) {
      warnOnce(
        `leave ${String(error)}`,
        `the worker could not tell its store that it leaves; its runs go on elsewhere once its process is gone, or after its lease: ${String(error)}`,
      );
    }
  }

  async #within(ms: number, wanted: Promise<unknown> | undefined): Promise<void> {
    let stopWaiting = (): void => {};
    const timeout = new Promise<void>((resolve) => {
      stopWaiting = this.#options.surroundings.clock.timer(ms, resolve);
    });
    await Promise.race([wanted, timeout]);
    stopWaiting();
  }

  async #enter(): Promise<void> {
    const { app, store, processes, surroundings } = this.#options;
    const { clock, random } = surroundings;
    this.#incarnation = random.id("worker", clock.now());
    this.#commits = new GroupCommit(store, this.#incarnation, clock);
    const worker: WorkerRecord = {
      incarnation: this.#incarnation,
      app,
      beats: 0,
      process: processes.self,
      functionIds: this.#claimant.functionIds,
      versions: versionsOf(this.#options.functions()),
    };
    await store.enterWorker(worker);
  }

  async #tendAll(): Promise<void> {
    const { store, surroundings } = this.#options;
    const { clock, random } = surroundings;
    this.#stopTimer?.();
    let seen: Look | undefined;
    try {
      while (this.#wantsTending && this.#phase === "running") {
        this.#wantsTending = false;
        seen = await this.#look();
        await this.#buryTheDead(seen);
        await this.#deliverRequests(seen);
        await (seen === undefined ? this.#arrivalLook.ask() : this.#arrived(seen));
        await this.#emptyOutbox(seen);
        const ticked = await startDueSchedules(
          this.#claimant.functionIds,
          { store, clock, random },
          seen?.dueSchedules,
        );
        if (seen !== undefined && ticked > 0) this.#wantsTending = true; // what they start was not there to be claimed
        if (seen === undefined && this.#room > 0)
          await this.#claim(async (claim) => ({ claimed: await store.claim(claim) }));
        await this.#retention.look();
      }
    } catch (error) {
      this.#couldNotReach("worker", error);
      seen = undefined;
    }
    this.#acceptances.flush();
    this.#isTending = false;
    if (this.#wantsTending) this.tend();
    else await this.#tendLater(seen);
  }

  async #tendLater(seen: Look | undefined): Promise<void> {
    if (this.#phase !== "running") return;
    const { store, surroundings } = this.#options;
    const hasRoom = this.#runs.size < this.#options.concurrency;
    const nextDueMs =
      seen === undefined ? () => store.nextDueMs(this.#claimant).catch(() => null) : () => seen.nextDueMs;
    const dueMs = hasRoom ? await nextDueMs() : null;
    const untilDueMs = dueMs === null ? this.#pollMs : dueMs - surroundings.clock.now();
    if (untilDueMs <= 0) await this.#heart.beat(); // it was not given to this worker: is it alive?
    const waitMs = Math.min(this.#pollMs, Math.max(SHORTEST_WAIT_MS, untilDueMs));
    if (this.#phase === "running") this.#stopTimer = surroundings.clock.timer(waitMs, () => this.tend());
  }

  /** How many runs it may be given. W1, W4 */
  get #room(): number {
    return this.#hasSuspect || this.#phase !== "running" ? 0 : this.#options.concurrency - this.#runs.size;
  }

  /** What it was given begins at once. */
  async #claim<Given extends Pick<Look, "claimed">>(
    ask: (claim: Parameters<Store["claim"]>[0]) => Promise<Given>,
  ): Promise<Given> {
    const { store, surroundings } = this.#options;
    const limit = Math.min(this.#room, MOST_CLAIMED);
    if (this.#isClaimUnknown) await store.release({ incarnation: this.#incarnation, runIds: [...this.#runs.keys()] });
    this.#isClaimUnknown = limit > 0;
    const shares = this.#turns.shares();
    const given = await ask({ ...this.#claimant, limit, nowMs: surroundings.clock.now(), shares });
    const { claimed } = given;
    this.#isClaimUnknown = false;
    this.#turns.took(claimed);
    if (this.#phase !== "running") return given; // leaving: what was just claimed is freed with the rest
    for (const one of claimed) this.#begin(one);
    if (limit > 0 && claimed.length === limit && this.#room > 0) this.#wantsTending = true;
    return given;
  }

  /** All that it asks for at once, of a store that can answer so. */
  async #look(): Promise<Look | undefined> {
    const { store, surroundings } = this.#options;
    if (!("look" in store)) return undefined;
    const { clock } = surroundings;
    const incarnation = this.#incarnation;
    const startedMs = clock.elapsed();
    const isBeating = this.#heart.isDue(this.#pollMs);
    const seen = await this.#acceptances.with((accepting) =>
      this.#claim(async (claim) => {
        const given = await store.look!({ ...claim, isBeating, accepting });
        this.#options.storeClock?.told(given.nowMs!, startedMs);
        return given;
      }),
    );
    if (isBeating) this.#heart.hasBeaten(startedMs);
    await this.#heart.heard(incarnation, seen.isAlive);
    return seen;
  }

  #begin(claimed: ClaimedRun): void {
    const { surroundings, functions } = this.#options;
    const { id, functionId, token } = claimed.run;
    const commits = this.#commits!;
    const definition = functions().find(({ key }) => key === functionId)!;
    try {
      const lookForArrivals = (): Promise<void> => this.#arrivalLook.ask();
      const execution = new RunExecution(claimed, definition, { ...surroundings, commits, lookForArrivals });
      if (!this.#runs.has(id)) this.#turns.began(execution);
      this.#runs.set(id, execution);
      void execution.end.then((end) => this.#left(execution, end));
      execution.start();
    } catch (unreadable) {
      // The others that were claimed with it begin all the same.
      const note = `its event, or what was recorded, cannot be read: ${textOfThrown(unreadable)}`;
      const change = { kind: "pause", note, atMs: surroundings.clock.now() } as const;
      void commits.save({ runId: id, token, records: [], change });
    }
  }

  #left(execution: RunExecution, end: ExecutionEnd): void {
    if (this.#runs.get(execution.id) === execution) {
      this.#runs.delete(execution.id);
      this.#turns.left(execution);
    }
    if (end === "ended") this.#options.onRunEnd(execution.id, execution.keptEnd);
    this.#roomWait.left(this.#runs.size);
  }

  async #deliverRequests(seen: Look | undefined): Promise<void> {
    const { store } = this.#options;
    for (const { runId, kind } of seen?.requests ?? (await store.requests({ incarnation: this.#incarnation }))) {
      if (kind === "cancel") this.cancel(runId);
      else this.pause(runId, PAUSE_NOTE);
    }
  }

  /** What senders have committed elsewhere, nobody tells of. */
  async #emptyOutbox(seen: Look | undefined): Promise<void> {
    const { store, surroundings } = this.#options;
    const { clock } = surroundings;
    if (seen === undefined ? clock.elapsed() < this.#looksInOutboxAfterMs : !seen.hasPosted) return;
    this.#looksInOutboxAfterMs = clock.elapsed() + this.#pollMs / 2;
    const accepted = await acceptPosted(store, surroundings);
    if (accepted === MOST_AT_ONCE) this.lookInOutbox();
    if (seen !== undefined && accepted > 0) this.#wantsTending = true; // what it starts was not there to be claimed
  }

  async #lookForArrivals(): Promise<void> {
    const { store, surroundings } = this.#options;
    if (this.#runs.size === 0) return;
    try {
      const arrivals = await store.arrivals({ incarnation: this.#incarnation, nowMs: surroundings.clock.now() });
      this.#arrived({ arrivals });
    } catch (error) {
      this.#couldNotReach("arrivals", error);
    }
  }

  #arrived({ arrivals }: Pick<Look, "arrivals">): void {
    for (const arrival of arrivals) this.#runs.get(arrival.runId)?.arrived(arrival);
  }

  /** W2 */
  async #buryTheDead(seen: Look | undefined): Promise<void> {
    const { store, processes, surroundings, leaseMs } = this.#options;
    const { clock } = surroundings;
    if (clock.elapsed() < this.#looksAfterMs) return;
    this.#looksAfterMs = clock.elapsed() + this.#pollMs / 2;
    for (const worker of seen?.workers ?? (await store.workers())) {
      if (worker.incarnation === this.#incarnation) continue;
      const isSilent = this.#pulses.isSilent(worker, clock.elapsed(), leaseMs);
      if (!isSilent && !processes.isGone(worker.process)) continue;
      this.#pulses.forget(worker.incarnation);
      const { incarnation } = worker;
      const description = processes.describe(worker.process);
      await store.buryWorker({ incarnation, description, nowMs: clock.now() });
      if (seen !== undefined) this.#wantsTending = true; // it was looked for runs before they were freed
    }
  }

  /** What was on its way when the worker left is nobody's trouble: the store is closed by then. */
  #couldNotReach(what: string, error: unknown): void {
    if (this.#phase === "stopped") return;
    warnOnce(`${what} ${String(error)}`, `the worker could not reach its store, and tries again: ${String(error)}`);
  }

  /** W3 */
  async #beginAnew(): Promise<void> {
    if (this.#phase !== "running") return;
    for (const run of this.#runs.values()) run.abandon();
    this.#commits?.close();
    await this.#enter();
    this.tend();
  }

  get #claimant(): Claimant {
    const functions = this.#options.functions();
    return {
      incarnation: this.#incarnation,
      functionIds: functions.map(({ key }) => key),
      versions: versionsOf(functions),
      isIdle: this.#runs.size === 0,
    };
  }
  /** W4 */
  get #hasSuspect(): boolean {
    return this.#runs.size === 1 && [...this.#runs.values()].some(({ isSuspect }) => isSuspect);
  }
}
