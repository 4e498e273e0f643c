// When a schedule ticks: a cron expression in a time zone. Pure.
//
// croner reads the expression and finds the times that clocks have to show. Which moments these are is decided here:
//   C1. An expression that names its times (`30 2 * * 1`: neither `*` nor `/` in its seconds, minutes and hours) ticks once for
//       each. A time that the clocks skip ticks at the first moment after the gap; one that they show twice, at the first.
//   C2. Any other goes by the clocks: it ticks whenever they show a time of its, so never in a gap, and twice if they do twice.
//   C3. Each tick is later than the one before: times that come to one moment are one tick.
import { CronDate, CronPattern } from "croner";
import { ZoneClock } from "./zone-clock.ts";

const SECOND_MS = 1_000;
/** An expression that lists each minute has some 200 characters. */
const LONGEST_CRON = 512;
const LONGEST_ZONE = 64;
const UTC = 0;

export class CronSchedule {
  readonly #pattern: CronPattern;
  readonly #clock: ZoneClock;

  /** Throws where the expression or the zone cannot be read. */
  constructor(cron: string, timezone: string) {
    this.#pattern = new CronPattern(cron, timezone, { mode: "5-or-6-parts", fixedTimeRule: "no-wildcard" });
    this.#clock = new ZoneClock(timezone);
  }

  /** C3: the first tick later than this; null if there is none. */
  nextAfter(timeMs: number): number | null {
    const wholeMs = Math.floor(timeMs / SECOND_MS) * SECOND_MS;
    return this.#pattern.isFixedTime ? this.#nextNamed(wholeMs) : this.#nextByClock(wholeMs);
  }

  /** The last tick from `fromMs`, which is one, up to `toMs`. */
  latest(fromMs: number, toMs: number): number {
    let tickMs = fromMs;
    let [low, high] = [fromMs, toMs];
    // What follows a moment grows with it: the last tick follows the moments just before it, and none after.
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const next = this.nextAfter(middle);
      if (next === null || next > toMs) high = middle;
      else low = tickMs = next;
    }
    return tickMs;
  }

  /** C1 */
  #nextNamed(afterMs: number): number | null {
    for (let wall = this.#nextWall(this.#lastShown(afterMs)); wall !== null; wall = this.#nextWall(wall)) {
      const tickMs = this.#clock.firstShowing(wall);
      if (tickMs > afterMs) return tickMs;
    }
    return null;
  }

  /** The latest time that the clocks have shown by then: where they were put back, they had shown a later one than they do. */
  #lastShown(timeMs: number): number {
    const wall = this.#clock.wallAt(timeMs);
    const firstMs = this.#clock.firstShowing(wall);
    const changeMs = this.#clock.firstChange(firstMs, timeMs);
    return changeMs === undefined ? wall : this.#clock.wallAt(changeMs - SECOND_MS);
  }

  /** C2 */
  #nextByClock(afterMs: number): number | null {
    let fromMs = afterMs;
    let wall = this.#nextWall(this.#clock.wallAt(fromMs));
    while (wall !== null) {
      const offset = this.#clock.offsetAt(fromMs);
      const changeMs = this.#clock.firstChange(fromMs, wall - offset);
      if (changeMs === undefined) return wall - offset;
      fromMs = changeMs;
      wall = this.#nextWall(this.#clock.wallAt(fromMs) - SECOND_MS);
    }
    return null;
  }

  /** The first time after this one that the expression means, on clocks that are never changed. */
  #nextWall(wall: number): number | null {
    return new CronDate(new Date(wall), UTC).increment(this.#pattern, {}, false)?.getTime() ?? null;
  }
}

/** What is wrong with a schedule; undefined if nothing is. */
export function cronProblem(cron: unknown, timezone: unknown, nowMs: number): string | undefined {
  if (typeof cron !== "string") return 'its cron is no text: write "0 9 * * 1-5"';
  if (cron.length > LONGEST_CRON) return `it has ${cron.length} characters, and at most ${LONGEST_CRON} are read`;
  const fields = cron.split(/\s+/).filter((field) => field !== "");
  if (/^(TZ|CRON_TZ)=/.test(fields[0] ?? ""))
    return 'a time zone is not part of it: write timezone: "Europe/Berlin" beside it';
  if (fields.length !== 5 && fields.length !== 6 && !cron.includes("@"))
    return `it has ${fields.length} fields, and takes five (minute, hour, day, month, weekday), or six with the second first`;
  if (typeof timezone !== "string" || timezone.length > LONGEST_ZONE || !ZoneClock.isZone(timezone))
    return `${JSON.stringify(timezone)} is no time zone that this runtime knows: write "Europe/Berlin", or "UTC"`;
  try {
    const isEver = new CronSchedule(cron, timezone).nextAfter(nowMs) !== null;
    return isEver ? undefined : "no day has such a time: it would never run";
  } catch (error) {
    return (error as Error).message.replace(/^Cron\w+: /, "");
  }
}
