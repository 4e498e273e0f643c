// What the clocks of a time zone show, by the platform's time zone data. Pure.
//
// A wall time is what clocks show, as milliseconds, as if they showed UTC.

const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

export class ZoneClock {
  readonly #format: Intl.DateTimeFormat;

  /** Throws where the platform knows no such zone. */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** Whether the platform knows the zone. */
  static isZone(zone: string): boolean {
    try {
      return Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone !== "";
    } catch {
      return false;
    }
  }

  wallAt(timeMs: number): number {
    return timeMs + this.offsetAt(timeMs);
  }

  offsetAt(timeMs: number): number {
    const wholeMs = Math.floor(timeMs / SECOND_MS) * SECOND_MS;
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = this.#format
      .format(wholeMs)
      .split(/\D+/)
      .map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second) - wholeMs;
  }

  /** The first moment, to the second, at which the clocks show this time, or a later one where they never show it. */
  firstShowing(wall: number): number {
    const possible = [wall - this.offsetAt(wall - DAY_MS), wall - this.offsetAt(wall + DAY_MS)];
    const [early, late] = [Math.min(...possible), Math.max(...possible)];
    const shown = [early, late].find((timeMs) => this.wallAt(timeMs) === wall);
    return shown ?? firstSecond(early, late, (timeMs) => this.wallAt(timeMs) > wall);
  }

  /** The first moment after `fromMs` and up to `toMs` that has another offset than `fromMs`, if it has one for a day. */
  firstChange(fromMs: number, toMs: number): number | undefined {
    const offset = this.offsetAt(fromMs);
    const isOther = (timeMs: number): boolean => this.offsetAt(timeMs) !== offset;
    for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) {
      const endMs = Math.min(toMs, dayMs + DAY_MS);
      if (isOther(endMs)) return firstSecond(dayMs, endMs, isOther);
    }
    return undefined;
  }
}

/** The first whole second after one that does not fit which fits, where all after it fit, too. */
function firstSecond(unfitMs: number, fitMs: number, isFit: (timeMs: number) => boolean): number {
  let [low, high] = [Math.floor(unfitMs / SECOND_MS), Math.ceil(fitMs / SECOND_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isFit(middle * SECOND_MS)) high = middle;
    else low = middle;
  }
  return high * SECOND_MS;
}
