// A campaign: a worker is started and killed, again and again, while events keep coming; then everything is let end.
//
// Owns: the worker's lives, the parent's app, what is known of each event. Does not own: what is right (history-checks).
import { setTimeout as delay } from "node:timers/promises";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { App, RunDetails } from "../../src/index.ts";
import { machineMs } from "../machine-clock.ts";
import { killLook, type History, type KillLook, type Life, type SentEvent } from "./history.ts";
import type { JournalPlace } from "./journal-place.ts";
import { nextKill, type KillPlan } from "./kill-plan.ts";
import { readLedger } from "./ledger.ts";
import { LedgerWatch } from "./ledger-watch.ts";
import { ledgerPath } from "./load-effects.ts";
import { loadEvents, type LoadEvent } from "./load-events.ts";
import { loadApp } from "./load.ts";
import { OutcomeBook } from "./outcome-book.ts";
import { seededRandom, type SeededRandom } from "./seeded-random.ts";
import { WorkerProcess } from "./worker-process.ts";

/** How many events come in each life. */
const EVENTS_OF_A_LIFE = 4;
const LONGEST_WAIT_FOR_LINES_MS = 1_500;
const LONGEST_FINISH_MS = 120_000;

export interface CampaignOptions {
  /** Of the ledger. */
  readonly directory: string;
  readonly place: JournalPlace;
  readonly seed: string;
  readonly kills: number;
}

export type CampaignHistory = Omit<History, "undisturbed">;

export async function runCampaign(options: CampaignOptions): Promise<CampaignHistory> {
  return new Campaign(options).carryOut();
}

/** The events that come in a campaign. */
export function campaignEvents(seed: string, kills: number): LoadEvent[] {
  return loadEvents(seed, (kills + 1) * EVENTS_OF_A_LIFE);
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #random: SeededRandom;
  readonly #app: App;
  readonly #events: LoadEvent[];
  readonly #accepted = new Set<string>();
  /** Given to a worker to send, which was killed before it heard that they were accepted. */
  #cut: LoadEvent[] = [];
  readonly #cancelled = new Map<string, boolean>();
  /** Events whose runs are to be cancelled, and in which life. */
  readonly #toCancel: { readonly eventId: string; readonly life: number }[] = [];
  readonly #given: LoadEvent[] = [];
  readonly #lives: Life[] = [];
  readonly #looks: KillLook[] = [];
  readonly #outcomes = new OutcomeBook();
  #hasTables = false;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#random = seededRandom(`kills ${options.seed}`);
    this.#app = loadApp(options.directory, { store: durableStore(options.place.store()) }).app;
    this.#events = campaignEvents(options.seed, options.kills);
  }

  async carryOut(): Promise<CampaignHistory> {
    for (let life = 1; life <= this.#options.kills; life++) await this.#live(life, nextKill(this.#random));
    await this.#live(this.#options.kills + 1, undefined);
    const { directory, place, seed } = this.#options;
    const journal = await place.look();
    const runs = await detailsOf(
      this.#app,
      journal.runs.map(({ id }) => id),
    );
    await this.#app.stop();
    return {
      seed,
      lives: this.#lives,
      spanOf: ({ life }) => life, // one worker at a time, and a look after each
      lines: readLedger(ledgerPath(directory)),
      sent: this.#given.map((event): SentEvent => ({ event, isAccepted: this.#accepted.has(event.id) })),
      cancelled: this.#cancelled,
      looks: this.#looks,
      outcomes: this.#outcomes,
      journal,
      runs,
      integrity: await place.integrity(),
    };
  }

  /** One life: until it is killed, or, without a plan, until everything has ended. */
  async #live(life: number, plan: KillPlan | undefined): Promise<void> {
    const [own, ...parents] = this.#events.splice(0, EVENTS_OF_A_LIFE);
    const childs = [...this.#cut, own!];
    // Until a worker has made the tables, the file is left to it: a kill may come in between.
    const early = this.#hasTables ? parents.splice(0, this.#random.between(0, parents.length)) : [];
    const isCancelledEarly = this.#random.fraction() < 0.3;
    await this.#send(early, life);
    if (isCancelledEarly) await this.#cancelDue(life);
    const { directory, place } = this.#options;
    const watch = new LedgerWatch(ledgerPath(directory));
    this.#note(own!, life);
    const worker = new WorkerProcess({
      program: "./load-worker.ts",
      args: [directory, place.address, String(life), JSON.stringify(childs)],
    });
    const sending = worker.said("started").then(async (started) => {
      if (started === undefined && !this.#hasTables) return this.#events.push(...parents); // for a later life
      await this.#send(parents, life);
      return this.#cancelDue(life);
    });
    if (plan === undefined) {
      await sending;
      await this.#finish(worker, childs);
    } else await carryOutPlan(plan, worker, watch);
    await this.#end(life, worker, plan === undefined);
    await sending;
    const sent = new Set(watch.sentEvents());
    this.#cut = childs.filter(({ id }) => !sent.has(id));
    for (const { id } of childs) if (sent.has(id)) this.#accepted.add(id);
  }

  async #end(number: number, worker: WorkerProcess, isLast: boolean): Promise<void> {
    const hadEnded = worker.hasEnded;
    const { complaints, code, signal } = isLast ? await worker.stop() : await worker.kill();
    const isAsked = isLast ? code === 0 : signal === "SIGKILL" && !hadEnded;
    const endedMs = machineMs();
    this.#lives.push({
      number,
      pid: worker.pid,
      spawnedMs: worker.spawnedMs,
      loadedMs: worker.saidAtMs("loaded"),
      startedMs: worker.saidAtMs("started"),
      endedMs,
      end: isAsked ? (isLast ? "stopped" : "killed") : "died",
      complaints,
    });
    await this.#options.place.untilCarriedOut(worker.pid);
    const journal = await this.#options.place.look();
    const look = killLook({ number, life: number, pid: worker.pid, atMs: endedMs }, journal);
    this.#hasTables ||= look.hasTables;
    this.#looks.push(look);
    this.#outcomes.look(number, journal);
  }

  async #send(events: readonly LoadEvent[], life: number): Promise<void> {
    for (const event of events) {
      this.#note(event, life);
      await this.#app.send(event);
      this.#accepted.add(event.id);
    }
  }
  #note(event: LoadEvent, life: number): void {
    this.#given.push(event);
    if (event.name === "load/cancelled")
      this.#toCancel.push({ eventId: event.id, life: life + this.#random.between(0, 3) });
  }

  async #cancelDue(life: number): Promise<void> {
    for (const due of this.#toCancel.filter((one) => one.life <= life && this.#accepted.has(one.eventId))) {
      this.#toCancel.splice(this.#toCancel.indexOf(due), 1);
      await cancelRunsOf(this.#app, due.eventId, this.#cancelled);
    }
  }

  /** Until the last worker has sent its events, and every run has ended. */
  async #finish(worker: WorkerProcess, childs: readonly LoadEvent[]): Promise<void> {
    const { directory, place } = this.#options;
    const untilMs = machineMs() + LONGEST_FINISH_MS;
    while (machineMs() < untilMs && !worker.hasEnded) {
      const sent = new Set(
        readLedger(ledgerPath(directory)).flatMap((line) => (line.kind === "sent" ? [line.eventId] : [])),
      );
      const isSent = childs.every(({ id }) => sent.has(id));
      if (isSent) {
        for (const { id } of childs) this.#accepted.add(id);
        await this.#cancelDue(Infinity);
      }
      const open = (await place.look()).runs.filter((run) => run.ended_ms === null);
      if (isSent && open.length === 0) return;
      // Its processes died before it came to anything: somebody who has looked at it lets it go on.
      for (const { id, status } of open) if (status === "quarantined") await this.#app.resume(id);
      await delay(150);
    }
  }
}

async function carryOutPlan(plan: KillPlan, worker: WorkerProcess, watch: LedgerWatch): Promise<void> {
  switch (plan.kind) {
    case "whileStarting":
      await worker.said("loaded");
      return delay(plan.afterLoadedMs);
    case "whileSending":
      await worker.said("loaded");
      await watch.sending(LONGEST_WAIT_FOR_LINES_MS);
      if (plan.afterMs > 0) await delay(plan.afterMs);
      return;
    case "atRandom":
      await worker.said("started");
      return delay(plan.afterStartedMs);
    case "afterEffect":
      await worker.said("loaded");
      await watch.effects(plan.effects, LONGEST_WAIT_FOR_LINES_MS);
      if (plan.afterMs > 0) await delay(plan.afterMs);
  }
}

export async function cancelRunsOf(app: App, eventId: string, answers: Map<string, boolean>): Promise<void> {
  const { items } = await app.runs.list({ eventId });
  for (const { id } of items) answers.set(id, await app.cancel(id));
}

export async function detailsOf(app: App, runIds: readonly string[]): Promise<Map<string, RunDetails>> {
  const details = new Map<string, RunDetails>();
  for (const id of runIds) details.set(id, (await app.runs.get(id))!);
  return details;
}
