// Where the functions of an app are played: one journal, one life of the process after the other, and the time.
//
// Owns: the journal, and which life it is. Does not own: what is asked of it (test-app.ts, crash-everywhere.ts).
// Called by: test-app.ts, crash-everywhere.ts.
//   P1. Time moves only when nothing is left to do at the present moment, and then to the next moment at which there is.
//   P2. One at a time moves it. Whoever asks meanwhile comes after.
//   P3. A body may be busy with the real world. It is waited for, but not for ever: one that only ends with its timeout needs time to move.
import type { AppParts } from "../app/create-app.ts";
import { systemClock } from "../core/clock.ts";
import type { Outcome } from "../core/outcome.ts";
import type { StepNode } from "../core/step-tree.ts";
import { versionsOf } from "../durable/function-versions.ts";
import { outcomeOfRun } from "../durable/run-outcome.ts";
import { MemoryStore } from "../stores/memory/memory-store.ts";
import { CountedIds } from "./counted-ids.ts";
import { StuckRunError } from "./kit-errors.ts";
import { Life } from "./life.ts";
import { placeKey, type RunLog } from "./run-log.ts";
import type { StepMocks } from "./step-mocks.ts";
import { stuckText } from "./stuck-text.ts";

const QUIET_TURNS = 3;
const PATIENCE_MS = 1_000;
/** For a body that may be ended from outside, and perhaps only ends so. */
const PATIENCE_WITH_LIMITED_MS = 200;
/** A busy body is looked at in each turn for so many turns, then each millisecond. */
const SPINNING_TURNS = 200;
/** More moments than any test has that ends. */
const MOST_MOMENTS = 10_000;
const MOST_RUNS = 1_000_000;

export interface StageOptions {
  readonly parts: AppParts;
  readonly mocks: StepMocks;
  readonly startMs: number;
  /** Keeps what happens, for whoever compares. */
  readonly log?: RunLog | undefined;
  /** The process crashes after so many writes, and is started again. */
  readonly crashAfter?: number;
}

export class Stage {
  readonly #options: StageOptions;
  readonly #journal = new MemoryStore();
  readonly #random = new CountedIds();
  #life: Life;
  #started: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** P3: bodies that were waited for long enough. */
  #givenUp = 0;

  constructor(options: StageOptions) {
    this.#options = options;
    this.#life = this.#newLife(options.startMs, options.crashAfter ?? Number.POSITIVE_INFINITY);
  }

  /** The life that goes on now, with all functions known to it. */
  async life(): Promise<Life> {
    const { present } = this;
    await this.#started;
    return present;
  }
  /** The same, at once: it may still be starting. */
  get present(): Life {
    this.#started ??= this.#life.start();
    this.#life.noteFunctions();
    return this.#life;
  }
  get nowMs(): number {
    return this.#life.clock.now();
  }
  get writes(): number {
    return this.#life.store.writes;
  }

  /** Lets everything happen that is due until then. */
  advanceTo(untilMs: (nowMs: number) => number): Promise<void> {
    return this.#alone(async () => {
      const endMs = untilMs(this.nowMs);
      await this.#settle();
      for (let moments = 0; await this.#moveOn(endMs); moments++) refuseEndless(moments, "-", "what was asked for");
    });
  }

  /** Lets time pass until the run has ended. Rejects if it cannot. */
  outcomeOf(runId: string, started: Promise<unknown>): Promise<Outcome> {
    let refusal: { readonly error: unknown } | undefined;
    started.catch((error: unknown) => {
      refusal = { error };
    });
    return this.#alone(async () => {
      for (let moments = 0; ; moments++) {
        await this.#settle();
        const run = (await this.#journal.run({ id: runId }))?.run;
        if (run !== undefined && run.endedMs !== null) return outcomeOfRun(run);
        if (run === undefined && refusal !== undefined) throw refusal.error;
        if (run?.status === "paused" || run?.status === "quarantined") throw await this.#stuck(runId);
        refuseEndless(moments, runId, runId);
        if (await this.#moveOn(Number.POSITIVE_INFINITY)) continue;
        if (this.#life.bodiesAtWork().length > 0) await realTime(1);
        else if (!(await this.#look())) throw await this.#stuck(runId);
      }
    });
  }

  /** P2 */
  #alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** P1: moves time to the next moment at which something is due, at most to `endMs`. False: nothing is due by then. */
  async #moveOn(endMs: number): Promise<boolean> {
    const dueMs = await this.#nextDueMs();
    if (dueMs !== undefined && dueMs <= endMs) {
      await this.#moveTo(dueMs);
      return true;
    }
    if (!Number.isFinite(endMs)) return false;
    return this.#moveTo(endMs);
  }
  /** Whoever merely looks for news looks once more: it may have missed some. False: there was none. */
  #look(): Promise<boolean> {
    return this.#moveTo(this.#life.clock.nextOfAnyMs ?? this.nowMs);
  }

  /** Whether anything happened then. */
  async #moveTo(timeMs: number): Promise<boolean> {
    const { clock } = this.#life;
    clock.moveTo(timeMs);
    const newsBefore = this.#life.news;
    for (let last = clock.mark, life = this.#life; life === this.#life;) {
      const mark = clock.mark;
      const { news } = life;
      if (!clock.callNext(last)) break;
      await this.#settle();
      if (life === this.#life && life.news === news) clock.noteLooks(mark);
    }
    return this.#life.clock !== clock || this.#life.news !== newsBefore;
  }

  async #nextDueMs(): Promise<number | undefined> {
    const { clock } = this.#life;
    const functions = [...this.#options.parts.functionsById.values()];
    const storeMs = await this.#journal.nextDueMs({
      incarnation: "",
      functionIds: functions.map(({ key }) => key),
      versions: versionsOf(functions),
    });
    // What is due already is taken up by the next who looks.
    const startMs = storeMs !== null && storeMs <= clock.now() ? clock.nextOfAnyMs : (storeMs ?? undefined);
    const times = [clock.nextMs, startMs].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.max(clock.now(), Math.min(...times));
  }

  /** Lets everything run that waits for no time. */
  async #settle(): Promise<void> {
    const life = await this.life();
    let lastNews = life.news;
    let sinceMs = systemClock.elapsed();
    for (let turns = 0, quiet = 0; quiet < QUIET_TURNS; turns++) {
      await (turns < SPINNING_TURNS ? new Promise<void>((resolve) => systemClock.turn(resolve)) : realTime(1));
      const atWork = life.bodiesAtWork();
      const isQuiet = life.isGone || (life.clock.pendingTurns === 0 && atWork.length <= this.#givenUp);
      quiet = isQuiet ? quiet + 1 : 0;
      if (life.news !== lastNews) {
        lastNews = life.news;
        sinceMs = systemClock.elapsed();
      } else if (!isQuiet && systemClock.elapsed() - sinceMs > patienceMs(atWork)) {
        this.#givenUp = atWork.length; // P3
      }
    }
    this.#givenUp = Math.min(this.#givenUp, life.bodiesAtWork().length);
    if (life.isGone) await this.#beginAgain();
  }

  /** The process is gone: another one takes over. */
  async #beginAgain(): Promise<void> {
    const { clock, store } = this.#life;
    const nowMs = clock.now();
    this.#life.end();
    this.#givenUp = 0;
    const { log } = this.#options;
    if (log !== undefined) {
      log.life++;
      log.recorded = await this.#recorded();
    }
    await this.#journal.buryWorker({ incarnation: store.incarnation, description: "the process that crashed", nowMs });
    this.#life = this.#newLife(nowMs, Number.POSITIVE_INFINITY);
    this.#started = undefined;
    await this.#settle();
  }

  async #recorded(): Promise<ReadonlySet<string>> {
    const places = new Set<string>();
    for (const { run } of await this.#journal.runs({ limit: MOST_RUNS }))
      for (const { key, state } of await this.#journal.records({ id: run.id }))
        if (state === "ended") places.add(placeKey({ runId: run.id, path: key }));
    return places;
  }

  #newLife(startMs: number, mostWrites: number): Life {
    const { parts, mocks, log } = this.#options;
    return new Life({ parts, journal: this.#journal, mocks, log, random: this.#random, startMs, mostWrites });
  }

  async #stuck(runId: string): Promise<StuckRunError> {
    const run = await this.#life.app.runs.get(runId);
    return new StuckRunError(runId, stuckText(runId, run));
  }
}

function refuseEndless(moments: number, runId: string, what: string): void {
  if (moments >= MOST_MOMENTS)
    throw new StuckRunError(runId, `${what} has not ended after ${MOST_MOMENTS} moments at which something was due`);
}

/** P3 */
function patienceMs(atWork: readonly StepNode[]): number {
  return atWork.every(isLimited) ? PATIENCE_WITH_LIMITED_MS : PATIENCE_MS;
}

/** By a timeout of its own or of a step around it, or by a branch of a race that may be faster. */
function isLimited({ plan, home }: StepNode): boolean {
  return plan.options.timeout !== undefined || plan.kind === "race" || (home !== undefined && isLimited(home.node));
}

function realTime(ms: number): Promise<void> {
  return new Promise((resolve) => void systemClock.timer(ms, resolve));
}
