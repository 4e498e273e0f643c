// Several workers on one journal: one of them is killed and started again, or stopped for longer than its lease, again and again.
//
// Owns: the processes, the parent's app, what is known of each event. Does not own: what is right (history-checker).
import { setTimeout as delay } from "node:timers/promises";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { App } from "../../src/index.ts";
import { machineMs } from "../machine-clock.ts";
import { killLook, type History, type KillLook } from "./history.ts";
import type { JournalPlace } from "./journal-place.ts";
import { cancelRunsOf, detailsOf } from "./kill-campaign.ts";
import { readLedger } from "./ledger.ts";
import { LedgerWatch } from "./ledger-watch.ts";
import { ledgerPath } from "./load-effects.ts";
import { loadEvents, type LoadEvent } from "./load-events.ts";
import { loadApp } from "./load.ts";
import { OutcomeBook } from "./outcome-book.ts";
import { livesOf, spansOf, type EndedProcess } from "./pair-lives.ts";
import { onePlan, pairPlans, type PairPlan } from "./pair-plan.ts";
import { seededRandom, type SeededRandom } from "./seeded-random.ts";
import { WorkerProcess } from "./worker-process.ts";
import { readDiary, type DiaryEntry } from "./worker-diary.ts";

const EVENTS_OF_A_CYCLE = 4;
const LONGEST_WAIT_FOR_EFFECTS_MS = 300;
const LONGEST_FINISH_MS = 120_000;
const MOST_MORE_STOPS = 10;
/** Beyond the lease, until a stopped worker must have been taken for dead. */
const LONGEST_BURIAL_MS = 20_000;

export interface PairOptions {
  /** Of the ledger and the diary. */
  readonly directory: string;
  readonly place: JournalPlace;
  readonly workers: number;
  readonly seed: string;
  readonly cycles: number;
  readonly leaseMs: number;
  /** Where the workers' compiled code is kept. */
  readonly compileCache: string;
}

/** What was done to a worker, and what came of it. */
export interface Blow {
  /** Of the look that was taken with it. */
  readonly look: number;
  readonly atMs: number;
  /** `held`: it was stopped in the middle of a commit. The lock is its own until it goes on, and nobody can take its runs. */
  readonly kind: "kill" | "stop" | "held";
  /**
   * The worker's runs that anybody may go on with at once. The others are suspects, of which processes seem to die: each waits until
   * some worker has nothing else in hand.
   */
  readonly ordinary: ReadonlySet<string>;
}

export interface PairHistory extends Omit<History, "undisturbed"> {
  readonly blows: readonly Blow[];
  readonly diary: readonly DiaryEntry[];
  /** Put aside because their processes died too often, and let go on again. */
  readonly resumed: number;
}

interface Slot {
  readonly start: number;
  readonly worker: WorkerProcess;
}

/**
 * The events that come in such a campaign. A worker lives for a second here: runs that sleep in memory for as long would come to
 * nothing in life after life, be taken for what their processes die of, and be carried out alone.
 */
export function pairEvents({ seed, cycles }: Pick<PairOptions, "seed" | "cycles">): LoadEvent[] {
  return loadEvents(seed, (cycles + 1 + MOST_MORE_STOPS) * EVENTS_OF_A_CYCLE).map((event) => ({
    ...event,
    data: { ...event.data, shortMs: Math.ceil(event.data.shortMs / 10) },
  }));
}

export async function runPairCampaign(options: PairOptions): Promise<PairHistory> {
  return new PairCampaign(options).carryOut();
}

class PairCampaign {
  readonly #options: PairOptions;
  readonly #random: SeededRandom;
  readonly #app: App;
  readonly #events: LoadEvent[];
  readonly #given: LoadEvent[] = [];
  readonly #cancelled = new Map<string, boolean>();
  readonly #toCancel: { readonly eventId: string; readonly cycle: number }[] = [];
  readonly #ended: EndedProcess[] = [];
  readonly #looks: (Omit<KillLook, "life"> & { readonly incarnation: string | undefined })[] = [];
  /** When each look was over. */
  readonly #overMs: number[] = [];
  readonly #blows: Blow[] = [];
  readonly #outcomes = new OutcomeBook();
  #cycles = 0;
  #starts = 0;
  readonly #slots: Slot[];
  #resumed = 0;

  constructor(options: PairOptions) {
    this.#options = options;
    this.#random = seededRandom(`pair ${options.seed}`);
    this.#app = loadApp(options.directory, { store: durableStore(options.place.store()) }).app;
    this.#events = pairEvents(options);
    this.#slots = Array.from({ length: options.workers }, () => this.#spawn()); // all of them make the tables
  }

  async carryOut(): Promise<PairHistory> {
    const { seed, cycles, directory, place } = this.#options;
    await Promise.all(this.#slots.map(({ worker }) => worker.said("started")));
    for (const plan of pairPlans(this.#random, cycles)) await this.#cycle(plan);
    for (let more = 0; more < MOST_MORE_STOPS && !this.#hasRefused(); more++)
      await this.#cycle(onePlan(this.#random, "stop"));
    await this.#send();
    await this.#finish();
    for (const slot of this.#slots) await this.#end(slot, "stopped");
    const journal = await place.look();
    this.#outcomes.look(this.#cycles + 1, journal);
    const runs = await detailsOf(
      this.#app,
      journal.runs.map(({ id }) => id),
    );
    await this.#app.stop();
    const diary = readDiary(directory);
    const lifeByIncarnation = new Map(
      diary.flatMap((entry) => (entry.kind === "entered" ? [[entry.incarnation, entry.life]] : [])),
    );
    // A worker that had not entered, or was killed before it could write that it had, had claimed nothing.
    const looks = this.#looks.flatMap(({ incarnation = "", ...look }) => {
      const life = lifeByIncarnation.get(incarnation);
      return life === undefined ? [] : [{ ...look, life }];
    });
    return {
      seed,
      lives: livesOf(this.#ended, diary),
      lines: readLedger(ledgerPath(directory)),
      spanOf: spansOf(diary, this.#overMs),
      sent: this.#given.map((event) => ({ event, isAccepted: true })),
      cancelled: this.#cancelled,
      looks,
      outcomes: this.#outcomes,
      journal,
      runs,
      integrity: await place.integrity(),
      blows: this.#blows,
      diary,
      resumed: this.#resumed,
    };
  }

  #spawn(): Slot {
    const { directory, place, leaseMs, compileCache } = this.#options;
    const start = ++this.#starts;
    const args = [directory, place.address, String(start), String(leaseMs)];
    return { start, worker: new WorkerProcess({ program: "./pair-worker.ts", args, compileCache }) };
  }

  /** In a few cycles it may be that each stopped worker heard of its burial before it had anything to write. */
  #hasRefused(): boolean {
    return readDiary(this.#options.directory).some(({ kind }) => kind === "refused");
  }

  async #cycle(plan: PairPlan): Promise<void> {
    const cycle = ++this.#cycles;
    await this.#send();
    const place = await this.#victim(plan);
    const slot = this.#slots[place]!;
    if (plan.blow === "stop") await slot.worker.said("started");
    const seen = await this.#haltAndLook(cycle, slot.worker);
    const { atMs } = seen;
    if (plan.blow === "kill") {
      this.#blows.push({ ...seen, kind: "kill" });
      const ended = this.#end(slot, "killed", atMs);
      this.#slots[place] = this.#spawn();
      await ended;
    } else await this.#letLease(slot, seen);
  }

  /** Stands still until another one has taken it for dead, and goes on then. */
  async #letLease({ worker }: Slot, seen: Omit<Blow, "kind">): Promise<void> {
    const { place, leaseMs } = this.#options;
    const isHeld = await place.isLockHeld(worker.pid);
    this.#blows.push({ ...seen, kind: isHeld ? "held" : "stop" });
    if (isHeld) this.#looks.pop(); // nobody can take what it holds
    const untilMs = seen.atMs + leaseMs + (isHeld ? leaseMs / 5 : LONGEST_BURIAL_MS);
    if (isHeld) await delay(Math.max(0, untilMs - machineMs()));
    else if (!(await isGoneBy(() => place.workers(), worker.pid, untilMs)))
      throw new RangeError(`nobody took ${worker.pid} for dead`);
    worker.goOn();
  }

  /** Halted first, so that what it had at that moment is seen before another one takes it. */
  async #haltAndLook(cycle: number, worker: WorkerProcess): Promise<Omit<Blow, "kind">> {
    for (;;) {
      await worker.halt();
      try {
        await this.#options.place.untilCarriedOut(worker.pid);
        return await this.#look(cycle, worker.pid, machineMs());
      } catch (error) {
        if (!this.#options.place.isLockedOut(error)) throw error;
        worker.goOn(); // it stood still within a lock that keeps even readers out
        await delay(1);
      }
    }
  }

  async #look(number: number, pid: number, atMs: number): Promise<Omit<Blow, "kind">> {
    const journal = await this.#options.place.look();
    this.#overMs.push(machineMs());
    this.#outcomes.look(number, journal);
    const incarnation = journal.workers.find((known) => isOf(known, pid))?.incarnation;
    const look = { ...killLook({ number, life: 0, pid, atMs }, journal), incarnation };
    this.#looks.push(look);
    const ordinary = journal.runs.filter(
      ({ id, deaths, has_progress: hasProgress }) => look.owned.has(id) && (deaths === 0 || hasProgress === 1),
    );
    return { look: number, atMs, ordinary: new Set(ordinary.map(({ id }) => id)) };
  }

  async #victim({ moment }: PairPlan): Promise<number> {
    const place = this.#random.between(0, this.#slots.length - 1);
    switch (moment.kind) {
      case "whileStarting": {
        const last = Math.max(...this.#slots.map(({ start }) => start));
        const youngest = this.#slots.findIndex(({ start }) => start === last);
        await this.#slots[youngest]!.worker.said("loaded");
        await delay(moment.afterLoadedMs);
        return youngest;
      }
      case "atRandom":
        await delay(moment.afterMs);
        return place;
      case "afterEffect": {
        await delay(moment.restMs);
        const watch = new LedgerWatch(ledgerPath(this.#options.directory));
        const effect = await watch.effects(moment.effects, LONGEST_WAIT_FOR_EFFECTS_MS);
        if (moment.afterMs > 0) await delay(moment.afterMs);
        const found = this.#slots.findIndex(({ worker }) => worker.pid === effect?.pid);
        return found === -1 ? place : found;
      }
    }
  }

  async #end({ start, worker }: Slot, wanted: "killed" | "stopped", atMs?: number): Promise<void> {
    const hadEnded = worker.hasEnded;
    const { complaints, code, signal } = wanted === "stopped" ? await worker.stop() : await worker.kill();
    const isAsked = wanted === "stopped" ? code === 0 : signal === "SIGKILL" && !hadEnded;
    this.#ended.push({
      start,
      pid: worker.pid,
      spawnedMs: worker.spawnedMs,
      loadedMs: worker.saidAtMs("loaded"),
      startedMs: worker.saidAtMs("started"),
      endedMs: atMs ?? machineMs(),
      end: isAsked ? wanted : "died",
      complaints: complaints.replace(this.#options.place.complaints ?? "", ""),
    });
  }

  async #send(): Promise<void> {
    for (const event of this.#events.splice(0, EVENTS_OF_A_CYCLE)) {
      this.#given.push(event);
      await this.#app.send(event);
      if (event.name === "load/cancelled")
        this.#toCancel.push({ eventId: event.id, cycle: this.#cycles + this.#random.between(0, 6) });
    }
    await this.#cancelDue(this.#cycles);
  }
  async #cancelDue(cycle: number): Promise<void> {
    for (const due of this.#toCancel.filter((one) => one.cycle <= cycle)) {
      this.#toCancel.splice(this.#toCancel.indexOf(due), 1);
      await cancelRunsOf(this.#app, due.eventId, this.#cancelled);
    }
  }

  /** Until every run has ended. One that was put aside is let go on, as somebody who has looked at it would. */
  async #finish(): Promise<void> {
    await this.#cancelDue(Infinity);
    const untilMs = machineMs() + LONGEST_FINISH_MS;
    while (machineMs() < untilMs && !this.#slots.some(({ worker }) => worker.hasEnded)) {
      const { runs } = await this.#options.place.look();
      const open = runs.filter((run) => run.ended_ms === null);
      for (const { id, status } of open) if (status === "quarantined" && (await this.#app.resume(id))) this.#resumed++;
      if (open.length === 0) return;
      await delay(150);
    }
  }
}

async function isGoneBy(workers: JournalPlace["workers"], pid: number, untilMs: number): Promise<boolean> {
  while ((await workers()).some((known) => isOf(known, pid))) {
    if (machineMs() > untilMs) return false;
    await delay(10);
  }
  return true;
}

function isOf({ process }: { readonly process: string }, pid: number): boolean {
  return (JSON.parse(process) as { readonly pid?: number }).pid === pid;
}
