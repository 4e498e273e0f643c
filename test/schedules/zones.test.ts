// Schedules around every change of every zone's clocks, against brute force. `SUREFOOT_ZONES` says how many zones; by default a sample.
import { describe, expect, it } from "vitest";
import { CronSchedule } from "../../src/durable/cron-schedule.ts";
import { SAMPLE_SCHEDULES, WallClock, minutesOf, ticksByBruteForce } from "./zone-reference.ts";

const HOUR_MS = 3_600_000;
const FROM_MS = Date.UTC(2024, 0, 1);
const TO_MS = Date.UTC(2029, 0, 1);
/** On each side of a change. */
const AROUND_MS = 8 * HOUR_MS;
/** Apart from each other: moments that are asked after, whatever is a tick. */
const ASKED_MS = 47 * 60_000 + 7_000;

/** By half an hour, across midnight, in the south, by a religious calendar, and what is usual. */
const ODD_ZONES = [
  "Australia/Lord_Howe",
  "America/Nuuk",
  "America/Santiago",
  "Africa/Casablanca",
  "Africa/Cairo",
  "Asia/Beirut",
  "Antarctica/Troll",
  "Europe/Berlin",
  "America/New_York",
];
const ZONES = Intl.supportedValuesOf("timeZone");
const count = Number(process.env["SUREFOOT_ZONES"] ?? 24);
const sample = new Set(ODD_ZONES);
for (
  let place = 0;
  place < ZONES.length && sample.size < count + ODD_ZONES.length;
  place += Math.max(1, ZONES.length / count)
) {
  sample.add(ZONES[Math.floor(place)]!);
}

/** Ticks one after the other, as a worker goes through them. */
function ticksFrom(schedule: CronSchedule, fromMs: number, toMs: number): readonly number[] {
  const ticks: number[] = [];
  let tickMs = schedule.nextAfter(fromMs - 1);
  while (tickMs !== null && tickMs <= toMs) {
    ticks.push(tickMs);
    tickMs = schedule.nextAfter(tickMs);
  }
  return ticks;
}
/** What all schedules get wrong around one change of a zone's clocks. */
function mistakes(zone: string, clock: WallClock, changeMs: number): readonly string[] {
  const [fromMs, toMs] = [changeMs - AROUND_MS, changeMs + AROUND_MS];
  const minutes = minutesOf(clock, fromMs, toMs);
  return SAMPLE_SCHEDULES.flatMap((sampled) => {
    const schedule = new CronSchedule(sampled.cron, zone);
    const expected = ticksByBruteForce(sampled, minutes);
    const found: string[] = [];
    const check = (what: string, given: unknown, right: unknown): void => {
      if (JSON.stringify(given) !== JSON.stringify(right))
        found.push(
          `${sampled.cron} around ${changeMs}: ${what}: ${JSON.stringify(given)}, not ${JSON.stringify(right)}`,
        );
    };
    check("one after the other", ticksFrom(schedule, fromMs, toMs), expected);
    for (let askedMs = fromMs; askedMs < (expected.at(-1) ?? fromMs); askedMs += ASKED_MS) {
      const next = expected.find((one) => one > askedMs);
      check(`after ${askedMs}`, schedule.nextAfter(askedMs), next);
      const latest = expected.findLast((one) => one <= askedMs);
      if (latest !== undefined) check(`up to ${askedMs}`, schedule.latest(expected[0]!, askedMs), latest);
    }
    return found;
  });
}

describe("around each change of a zone's clocks from 2024 to 2028", () => {
  let changes = 0;
  it.each([...sample])("%s", (zone) => {
    const clock = new WallClock(zone);
    const found = clock.changes(FROM_MS, TO_MS);
    changes += found.length;
    expect(found.flatMap((changeMs) => mistakes(zone, clock, changeMs))).toEqual([]);
  });
  it("there were such changes", () => {
    expect(changes).toBeGreaterThan(50);
    console.log(`figure: changes of clocks = ${changes}\nfigure: zones = ${sample.size}`);
  });
});
