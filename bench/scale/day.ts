// A day of runs on several databases, second by second, as a flow: what comes, what a database gets done, and what waits. Pure.
//
// Nothing is random but where keys lie, which follows from their numbers: the same day gives the same figures.

export const SECONDS_A_DAY = 86_400;

/** What comes in a day. */
export interface Demand {
  readonly runs: number;
  /** The busiest hour, as a multiple of the mean. */
  readonly peak: number;
  /** Somebody's import, once a day at the busiest time: so many runs at once. */
  readonly importedRuns: number;
}

/** How runs are dealt out. `run`: each to any database. `key`: all of a customer's to one; sizes follow Zipf's law with this exponent. */
export type Dealing = { readonly by: "run" } | { readonly by: "key"; readonly keys: number; readonly skew: number };

export interface Fleet {
  readonly databases: number;
  /** What one of them gets done in a second. */
  readonly runsPerSecond: number;
}

/** A database is away at the busiest time. */
export interface Outage {
  readonly seconds: number;
}

export interface Day {
  /** Of the busiest database: its share of all runs, as a multiple of an equal one. */
  readonly busiestShare: number;
  /** Of the busiest database in its busiest hour, without the import: from 0; above 1 it falls behind. */
  readonly busiestLoad: number;
  /** Milliseconds until a run begins, of all runs of the day. */
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly longest: number };
  /** Seconds from the end of the outage until nothing waits any more; `null` where it never comes to that. */
  readonly recoveredAfter: number | null;
}

export function dayOf(demand: Demand, dealing: Dealing, fleet: Fleet, outage: Outage = { seconds: 0 }): Day {
  const shares = sharesOf(dealing, fleet.databases);
  const busiest = shares.indexOf(Math.max(...shares));
  const delays = new Delays();
  let recoveredAfter: number | null = 0;
  for (const [place, share] of shares.entries()) {
    const isHit = place === busiest; // by the outage, and by the import where it is one customer's
    const imported = dealing.by === "run" ? demand.importedRuns / fleet.databases : isHit ? demand.importedRuns : 0;
    const awaySeconds = isHit ? outage.seconds : 0;
    const found = databaseDay(demand, share, imported, fleet.runsPerSecond, awaySeconds, delays);
    if (isHit) recoveredAfter = found;
  }
  const perSecond = demand.runs / SECONDS_A_DAY;
  return {
    busiestShare: shares[busiest]! * fleet.databases,
    busiestLoad: (perSecond * demand.peak * shares[busiest]!) / fleet.runsPerSecond,
    delayMs: { p50: delays.at(0.5), p99: delays.at(0.99), longest: delays.longestMs },
    recoveredAfter,
  };
}

/** The fewest databases on which a day is as it has to be. */
export function databasesFor(
  demand: Demand,
  dealing: Dealing,
  runsPerSecond: number,
  isGood: (day: Day, databases: number) => boolean,
): number | undefined {
  const isEnough = (databases: number): boolean =>
    isGood(dayOf(demand, dealing, { databases, runsPerSecond }), databases);
  const atPeak = (demand.runs / SECONDS_A_DAY) * demand.peak;
  const least = Math.max(1, Math.floor((atPeak / runsPerSecond) * 0.9));
  for (let databases = least; databases <= least * MOST_TIMES; databases = Math.ceil(databases * 1.1))
    if (isEnough(databases)) return fewestFrom(Math.max(least, Math.floor(databases / 1.1)), databases, isEnough);
  return undefined; // one customer is about more than a database
}

/** More databases than so many times what an equal share would take are no plan: what is too large is on one of them. */
const MOST_TIMES = 60;

function fewestFrom(least: number, enough: number, isEnough: (databases: number) => boolean): number {
  for (let databases = least; databases < enough; databases++) if (isEnough(databases)) return databases;
  return enough;
}

const BUSIEST_SECOND = SECONDS_A_DAY / 2;

/** Gives how long after the outage something waited for the last time because of it. */
function databaseDay(
  { runs, peak }: Demand,
  share: number,
  imported: number,
  runsPerSecond: number,
  awaySeconds: number,
  delays: Delays,
): number | null {
  const mean = (runs * share) / SECONDS_A_DAY;
  const backSecond = BUSIEST_SECOND + awaySeconds;
  let waiting = 0;
  let recoveredSecond: number | null = awaySeconds === 0 ? backSecond : null;
  for (let second = 0; second < SECONDS_A_DAY; second++) {
    const coming = mean * dayShape(second, peak) + (second === BUSIEST_SECOND ? imported : 0);
    const isAway = second >= BUSIEST_SECOND && second < backSecond;
    const untilBack = isAway ? backSecond - second : 0;
    delays.add(coming, (untilBack + waiting / runsPerSecond) * 1_000);
    waiting = Math.max(0, waiting + coming - (isAway ? 0 : runsPerSecond));
    if (second >= backSecond && recoveredSecond === null && waiting === 0) recoveredSecond = second;
  }
  return recoveredSecond === null ? null : recoveredSecond - backSecond;
}

/** A wave with its top at noon. Its mean is 1. */
export function dayShape(second: number, peak: number): number {
  return 1 - (peak - 1) * Math.cos((2 * Math.PI * second) / SECONDS_A_DAY);
}

/** What of all runs comes to each database. */
export function sharesOf(dealing: Dealing, databases: number): readonly number[] {
  if (dealing.by === "run") return Array.from({ length: databases }, () => 1 / databases);
  const shares = Array.from({ length: databases }, () => 0);
  let sum = 0;
  for (let key = 1; key <= dealing.keys; key++) {
    const size = key ** -dealing.skew;
    sum += size;
    shares[placeOf(key, databases)]! += size;
  }
  return shares.map((share) => share / sum);
}

/** Where a key lies: by its mixed bits, as a hash of a name would have it. */
function placeOf(key: number, databases: number): number {
  let mixed = Math.imul(key ^ 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % databases;
}

/** How many runs waited how long, in steps of a tenth. */
class Delays {
  readonly #runsByStep = new Map<number, number>();
  #runs = 0;
  longestMs = 0;

  add(runs: number, delayMs: number): void {
    const step = delayMs < 1 ? 0 : Math.ceil(Math.log(delayMs) / Math.log(1.1)) + 1;
    this.#runsByStep.set(step, (this.#runsByStep.get(step) ?? 0) + runs);
    this.#runs += runs;
    this.longestMs = Math.max(this.longestMs, delayMs);
  }

  /** Not less than it was, and at most a tenth more. */
  at(share: number): number {
    let left = this.#runs * share;
    for (const [step, runs] of [...this.#runsByStep].toSorted(([one], [other]) => one - other)) {
      left -= runs;
      if (left <= 1e-9 * this.#runs) return step === 0 ? 0 : 1.1 ** (step - 1);
    }
    return this.longestMs;
  }
}
