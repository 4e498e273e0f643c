// What schedules have to come to around the changes of a zone's clock, by brute force: each minute is asked of Intl, one by one.

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** An expression, and the same in code: of a wall clock's time, read as if it were UTC. */
export interface SampleSchedule {
  readonly cron: string;
  readonly hasWall: (wall: Date) => boolean;
  /** Whether it names its times, rather than going by the clock. */
  readonly isFixed: boolean;
}

/** Those that say a time of day, those that go by the clock, and those whose day matters. */
export const SAMPLE_SCHEDULES: readonly SampleSchedule[] = [
  fixed("30 2 * * *", (wall) => wall.getUTCHours() === 2 && wall.getUTCMinutes() === 30),
  fixed("0 0 * * *", (wall) => wall.getUTCHours() === 0 && wall.getUTCMinutes() === 0),
  fixed("15 1,2,3 * * *", (wall) => [1, 2, 3].includes(wall.getUTCHours()) && wall.getUTCMinutes() === 15),
  fixed(
    "0,30 0-4 * * 0",
    (wall) => wall.getUTCDay() === 0 && wall.getUTCHours() <= 4 && wall.getUTCMinutes() % 30 === 0,
  ),
  fixed("45 23 * * 6", (wall) => wall.getUTCDay() === 6 && wall.getUTCHours() === 23 && wall.getUTCMinutes() === 45),
  fixed(
    "0 3 L 3,10 *",
    (wall) =>
      [2, 9].includes(wall.getUTCMonth()) &&
      wall.getUTCDate() === 31 &&
      wall.getUTCHours() === 3 &&
      wall.getUTCMinutes() === 0,
  ),
  byTheClock("30 * * * *", (wall) => wall.getUTCMinutes() === 30),
  byTheClock("*/20 * * * *", (wall) => wall.getUTCMinutes() % 20 === 0),
  byTheClock("*/30 2 * * *", (wall) => wall.getUTCHours() === 2 && wall.getUTCMinutes() % 30 === 0),
  byTheClock("10 */2 * * *", (wall) => wall.getUTCHours() % 2 === 0 && wall.getUTCMinutes() === 10),
];

function fixed(cron: string, hasWall: (wall: Date) => boolean): SampleSchedule {
  return { cron, hasWall, isFixed: true };
}
function byTheClock(cron: string, hasWall: (wall: Date) => boolean): SampleSchedule {
  return { cron, hasWall, isFixed: false };
}

/** What the clocks of a zone show. */
export class WallClock {
  readonly #format: Intl.DateTimeFormat;

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

  /** As if it were UTC. */
  at(timeMs: number): number {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = this.#format
      .format(timeMs)
      .split(/\D+/)
      .map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  /** The first moment of each new offset. */
  changes(fromMs: number, toMs: number): readonly number[] {
    const offsetAt = (timeMs: number): number => this.at(timeMs) - timeMs;
    const found: number[] = [];
    for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) {
      if (offsetAt(dayMs) === offsetAt(dayMs + DAY_MS)) continue;
      let [before, after] = [dayMs, dayMs + DAY_MS];
      while (after - before > 1_000) {
        const middle = before + Math.floor((after - before) / 2_000) * 1_000;
        if (offsetAt(middle) === offsetAt(before)) before = middle;
        else after = middle;
      }
      found.push(after);
    }
    return found;
  }
}

/** Each minute of a while, with what the zone's clocks show. */
export function minutesOf(clock: WallClock, fromMs: number, toMs: number): ReadonlyMap<number, number> {
  const minutes = new Map<number, number>();
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += MINUTE_MS) minutes.set(timeMs, clock.at(timeMs));
  return minutes;
}

/** The ticks in that while. Its first and its last day have no change of the clock. */
export function ticksByBruteForce(
  { hasWall, isFixed }: SampleSchedule,
  minutes: ReadonlyMap<number, number>,
): readonly number[] {
  const shown = [...minutes];
  if (!isFixed) return shown.filter(([, wall]) => hasWall(new Date(wall))).map(([timeMs]) => timeMs);
  const firstWith = new Map<number, number>();
  for (const [timeMs, wall] of shown) if (!firstWith.has(wall)) firstWith.set(wall, timeMs);
  const ticks = new Set<number>();
  for (let wall = shown[0]![1]; wall <= shown.at(-1)![1]; wall += MINUTE_MS) {
    if (!hasWall(new Date(wall))) continue;
    // The clocks never show it that day: then the first moment at which they show something later.
    ticks.add(firstWith.get(wall) ?? shown.find(([, later]) => later > wall)![0]);
  }
  return [...ticks].toSorted((left, right) => left - right);
}
