// Several workers on one journal, whose way to it is troubled again and again. Nobody is killed: nothing may be repeated at all.
//
// Owns: the processes, the parent's app, what is known of each event. Does not own: the troubles (whoever asks for the campaign), what is right (history-checker).
import { setTimeout as delay } from "node:timers/promises";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { App } from "../../src/index.ts";
import { machineMs } from "../machine-clock.ts";
import type { History } from "./history.ts";
import type { JournalPlace } from "./journal-place.ts";
import { cancelRunsOf, detailsOf } from "./kill-campaign.ts";
import { readLedger } from "./ledger.ts";
import { ledgerPath } from "./load-effects.ts";
import { loadEvents, type LoadEvent } from "./load-events.ts";
import { loadApp } from "./load.ts";
import { OutcomeBook } from "./outcome-book.ts";
import { livesOf, spansOf, type EndedProcess } from "./pair-lives.ts";
import { seededRandom, type SeededRandom } from "./seeded-random.ts";
import { readDiary, type DiaryEntry } from "./worker-diary.ts";
import { WorkerProcess } from "./worker-process.ts";

const EVENTS_OF_A_TROUBLE = 4;
const LONGEST_REST_MS = 120;
/** Longer than any trouble, whatever else the machine has to do: nobody is to be taken for dead. */
const LEASE_MS = 60_000;
const LONGEST_RECOVERY_MS = 20_000;
const LONGEST_FINISH_MS = 120_000;
const TRY_AGAIN_MS = 50;
/** What workers say of a store that is away. They try again, as they say. */
const AWAY = /^.*surefoot: (the worker could not reach its store|the store did not take a save).*\n(\(Use .*\n)?/gm;

/** What one says that is behind a pooler: it looks all the same. */
const DEAF = /^.*surefoot: the store in .* hears no news of other processes.*\n(\(Use .*\n)?/gm;

export interface TroubleOptions {
  /** Of the ledger and the diary. */
  readonly directory: string;
  /** Where the campaign itself looks, and sends. */
  readonly place: JournalPlace;
  /** By which the workers come to the same journal. */
  readonly workersAddress: string;
  readonly seed: string;
  readonly workers: number;
  readonly troubles: number;
  /** Settles when it is over. */
  readonly trouble: (random: SeededRandom) => Promise<void>;
}

export interface TroubleHistory extends Omit<History, "undisturbed"> {
  readonly diary: readonly DiaryEntry[];
  /** How often workers said that their store was away. */
  readonly complaints: number;
}

/** The events that come in such a campaign. */
export function troubleEvents({ seed, troubles }: Pick<TroubleOptions, "seed" | "troubles">): LoadEvent[] {
  return loadEvents(seed, (troubles + 1) * EVENTS_OF_A_TROUBLE);
}

export async function runTroubleCampaign(options: TroubleOptions): Promise<TroubleHistory> {
  return new TroubleCampaign(options).carryOut();
}

class TroubleCampaign {
  readonly #options: TroubleOptions;
  readonly #random: SeededRandom;
  readonly #app: App;
  readonly #events: LoadEvent[];
  readonly #given: LoadEvent[] = [];
  readonly #cancelled = new Map<string, boolean>();
  readonly #toCancel: string[] = [];
  readonly #outcomes = new OutcomeBook();
  /** When each look was over. */
  readonly #overMs: number[] = [];
  readonly #workers: readonly WorkerProcess[];
  #complaints = 0;

  constructor(options: TroubleOptions) {
    this.#options = options;
    this.#random = seededRandom(`troubles ${options.seed}`);
    this.#app = loadApp(options.directory, { store: durableStore(options.place.store()) }).app;
    this.#events = troubleEvents(options);
    this.#workers = Array.from({ length: options.workers }, (_nothing, place) => this.#spawn(place + 1));
  }

  async carryOut(): Promise<TroubleHistory> {
    const { seed, directory, place, troubles, trouble } = this.#options;
    await Promise.all(this.#workers.map((worker) => worker.said("started")));
    for (let number = 1; number <= troubles; number++) {
      const [first, ...others] = this.#events.splice(0, EVENTS_OF_A_TROUBLE);
      for (const event of others) await this.#send(event);
      await delay(this.#random.between(0, LONGEST_REST_MS));
      await Promise.all([trouble(this.#random), this.#send(first!)]);
      await this.#look();
      await this.#cancelSome();
      await this.#recovery();
    }
    for (const event of this.#events.splice(0)) await this.#send(event);
    await this.#finish();
    const ended: EndedProcess[] = [];
    for (const [at, worker] of this.#workers.entries()) ended.push(await this.#end(at + 1, worker));
    const journal = await this.#look();
    const ids = journal.runs.map(({ id }) => id);
    const runs = await detailsOf(this.#app, ids);
    await this.#app.stop();
    const diary = readDiary(directory);
    return {
      seed,
      lives: livesOf(ended, diary),
      lines: readLedger(ledgerPath(directory)),
      spanOf: spansOf(diary, this.#overMs),
      sent: this.#given.map((event) => ({ event, isAccepted: true })),
      cancelled: this.#cancelled,
      looks: [],
      outcomes: this.#outcomes,
      journal,
      runs,
      integrity: await place.integrity(),
      diary,
      complaints: this.#complaints,
    };
  }

  #spawn(start: number): WorkerProcess {
    const { directory, workersAddress } = this.#options;
    return new WorkerProcess({
      program: "./pair-worker.ts",
      args: [directory, workersAddress, String(start), String(LEASE_MS)],
    });
  }

  async #look(): ReturnType<JournalPlace["look"]> {
    const journal = await this.#options.place.look();
    this.#overMs.push(machineMs());
    this.#outcomes.look(this.#overMs.length, journal);
    return journal;
  }

  /** Until it is accepted, as a sender would whose store is away. An event that comes twice is one. */
  async #send(event: LoadEvent): Promise<void> {
    this.#given.push(event);
    if (event.name === "load/cancelled") this.#toCancel.push(event.id);
    for (;;) {
      try {
        await this.#app.send(event);
        return;
      } catch (error) {
        if (this.#workers.every((worker) => worker.hasEnded)) throw error;
        await delay(TRY_AGAIN_MS);
      }
    }
  }

  /** Until something was kept since: what is away all the time is no trouble, but no store. */
  async #recovery(): Promise<void> {
    const sinceMs = machineMs();
    while (machineMs() < sinceMs + LONGEST_RECOVERY_MS) {
      if (readDiary(this.#options.directory).some(({ kind, atMs }) => kind === "kept" && atMs >= sinceMs)) return;
      await delay(TRY_AGAIN_MS);
    }
  }

  async #cancelSome(): Promise<void> {
    if (this.#random.fraction() < 0.5) return;
    for (const id of this.#toCancel.splice(0)) await cancelRunsOf(this.#app, id, this.#cancelled);
  }

  /** Until every run has ended. */
  async #finish(): Promise<void> {
    for (const id of this.#toCancel.splice(0)) await cancelRunsOf(this.#app, id, this.#cancelled);
    const untilMs = machineMs() + LONGEST_FINISH_MS;
    while (machineMs() < untilMs && !this.#workers.some((worker) => worker.hasEnded)) {
      const { runs } = await this.#options.place.look();
      if (runs.every((run) => run.ended_ms !== null)) return;
      await delay(150);
    }
  }

  async #end(start: number, worker: WorkerProcess): Promise<EndedProcess> {
    const hadEnded = worker.hasEnded;
    const { complaints, code } = await worker.stop();
    this.#complaints += [...complaints.matchAll(AWAY)].length;
    return {
      start,
      pid: worker.pid,
      spawnedMs: worker.spawnedMs,
      loadedMs: worker.saidAtMs("loaded"),
      startedMs: worker.saidAtMs("started"),
      endedMs: machineMs(),
      end: code === 0 && !hadEnded ? "stopped" : "died",
      complaints: complaints.replace(AWAY, "").replace(DEAF, ""),
    };
  }
}
