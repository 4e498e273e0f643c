import { describe, expect, it } from "vitest";
import { CronSchedule, cronProblem } from "./cron-schedule.ts";

/** The ticks after a moment, to the minute. */
function ticksAfter(cron: string, timezone: string, after: string, count: number): readonly string[] {
  const schedule = new CronSchedule(cron, timezone);
  const ticks: string[] = [];
  for (let tickMs: number | null = Date.parse(after); ticks.length < count;) {
    tickMs = schedule.nextAfter(tickMs);
    if (tickMs === null) break;
    ticks.push(new Date(tickMs).toISOString().replace(/:00\.000Z$/, "Z"));
  }
  return ticks;
}

describe("the next tick", () => {
  it("is what the expression says, on the zone's clocks", () => {
    expect(ticksAfter("0 9 * * 1-5", "Europe/Berlin", "2026-11-27T08:00Z", 2)).toEqual([
      "2026-11-30T08:00Z",
      "2026-12-01T08:00Z",
    ]);
    expect(ticksAfter("0 9 * * MON-FRI", "UTC", "2026-11-27T08:59:59.999Z", 1)).toEqual(["2026-11-27T09:00Z"]);
  });
  it("is later than the moment asked after, also within a second", () => {
    expect(ticksAfter("0 9 * * *", "UTC", "2026-11-27T09:00:00.001Z", 1)).toEqual(["2026-11-28T09:00Z"]);
    expect(ticksAfter("0 9 * * *", "UTC", "2026-11-27T08:59:59.001Z", 1)).toEqual(["2026-11-27T09:00Z"]);
  });
  it.each([
    ["*/15 * * * * *", ["2026-01-01T00:00:15.000Z", "2026-01-01T00:00:30.000Z"]],
    ["0 0 L * *", ["2026-01-31T00:00Z", "2026-02-28T00:00Z"]],
    ["0 0 * * FRI#2", ["2026-01-09T00:00Z", "2026-02-13T00:00Z"]],
    ["0 0 13 * 5", ["2026-01-02T00:00Z", "2026-01-09T00:00Z", "2026-01-13T00:00Z"]],
    ["0 0 29 2 *", ["2028-02-29T00:00Z", "2032-02-29T00:00Z"]],
    ["0 0 * * 7", ["2026-01-04T00:00Z"]],
    ["@monthly", ["2026-02-01T00:00Z"]],
  ])("of %s", (cron, ticks) => {
    expect(ticksAfter(cron, "UTC", "2026-01-01T00:00Z", ticks.length)).toEqual(ticks);
  });
});

describe("C1: an expression that names its times", () => {
  it("ticks at the first moment after a gap for a time that the clocks skip", () => {
    expect(ticksAfter("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z", 3)).toEqual([
      "2026-03-28T01:30Z",
      "2026-03-29T01:00Z",
      "2026-03-30T00:30Z",
    ]);
  });
  it("also where the gap ends on another day, and where it is a day", () => {
    expect(ticksAfter("45 23 * * 6", "America/Nuuk", "2026-03-28T12:00Z", 2)).toEqual([
      "2026-03-29T01:00Z",
      "2026-04-05T00:45Z",
    ]);
    expect(ticksAfter("0 9 30 12 *", "Pacific/Apia", "2011-12-01T00:00Z", 1)).toEqual(["2011-12-30T10:00Z"]);
  });
  it("ticks at the first of two moments for a time that the clocks show twice", () => {
    expect(ticksAfter("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", 2)).toEqual([
      "2026-10-25T00:30Z",
      "2026-10-26T01:30Z",
    ]);
    expect(ticksAfter("30 2 * * *", "Europe/Berlin", "2026-10-25T01:15Z", 1)).toEqual(["2026-10-26T01:30Z"]);
  });
  it("C3: ticks once for times that come to one moment", () => {
    expect(ticksAfter("0,30 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00Z", 3)).toEqual([
      "2026-03-29T01:00Z",
      "2026-03-29T01:30Z",
      "2026-03-30T00:00Z",
    ]);
  });
});

describe("C2: any other expression", () => {
  it("goes by the clocks: it leaves a gap out, and ticks in both of two equal hours", () => {
    expect(ticksAfter("30 * * * *", "Europe/Berlin", "2026-03-29T00:00Z", 3)).toEqual([
      "2026-03-29T00:30Z",
      "2026-03-29T01:30Z",
      "2026-03-29T02:30Z",
    ]);
    expect(ticksAfter("30 * * * *", "Europe/Berlin", "2026-10-25T00:00Z", 3)).toEqual([
      "2026-10-25T00:30Z",
      "2026-10-25T01:30Z",
      "2026-10-25T02:30Z",
    ]);
    expect(ticksAfter("*/20 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", 1)).toEqual(["2026-03-30T00:00Z"]);
  });
});

describe("the latest tick", () => {
  const latest = (cron: string, from: string, to: string) =>
    new Date(new CronSchedule(cron, "Europe/Berlin").latest(Date.parse(from), Date.parse(to))).toISOString();

  it("is the last one up to now, now included, however many there were", () => {
    expect(latest("0 9 * * *", "2026-01-01T08:00Z", "2026-01-01T08:00Z")).toBe("2026-01-01T08:00:00.000Z");
    expect(latest("0 9 * * *", "2026-01-01T08:00Z", "2026-01-05T08:00Z")).toBe("2026-01-05T08:00:00.000Z");
    expect(latest("0 9 * * *", "2026-01-01T08:00Z", "2026-01-05T07:59:59.999Z")).toBe("2026-01-04T08:00:00.000Z");
    expect(latest("* * * * * *", "2026-01-01T08:00Z", "2036-01-01T00:00:00.500Z")).toBe("2036-01-01T00:00:00.000Z");
  });
  it("is the one that is known where time zone data has changed since", () => {
    expect(latest("0 9 * * *", "2026-01-01T08:17Z", "2026-01-01T12:00Z")).toBe("2026-01-01T08:17:00.000Z");
  });
});

describe("what is wrong with a schedule", () => {
  const nowMs = Date.UTC(2026, 0, 1);

  it.each([
    ["0 9 * * 1-5", "Europe/Berlin"],
    ["@daily", "UTC"],
    ["30 0 9 * * 1-5", "america/new_york"],
    [" 0 9  * * * ", "+02:00"],
    [`${Array.from({ length: 60 }, (_, minute) => minute).join(",")} * * * *`, "UTC"],
  ])("nothing: %s in %s", (cron, timezone) => {
    expect(cronProblem(cron, timezone, nowMs)).toBeUndefined();
  });
  it.each<[string, unknown, unknown, RegExp]>([
    ["no text", 5, "UTC", /no text/],
    ["nothing", "", "UTC", /0 fields, and takes five/],
    ["four fields", "* * * *", "UTC", /4 fields/],
    ["a year", "0 0 9 * * * 2027", "UTC", /7 fields/],
    ["a number out of range", "61 * * * *", "UTC", /Invalid value for minute: 61/],
    ["a word", "0 9 * * someday", "UTC", /SOMEDAY|someday/i],
    ["a start that is not a time", "@reboot", "UTC", /@reboot is not supported/],
    ["31 February", "0 0 31 2 *", "Europe/Berlin", /never run/],
    ["31 February by the clock", "* * 31 2 *", "Europe/Berlin", /never run/],
    ["an unknown zone", "0 9 * * *", "Mars/Olympus", /"Mars\/Olympus" is no time zone/],
    ["a zone that is no text", "0 9 * * *", 60, /60 is no time zone/],
    ["no zone", "0 9 * * *", "", /"" is no time zone/],
    ["a zone in the expression", "TZ=Europe/Berlin 0 9 * * *", "UTC", /timezone: "Europe\/Berlin" beside it/],
    ["too long a text", "*".repeat(513), "UTC", /513 characters, and at most 512/],
  ])("%s", (_what, cron, timezone, problem) => {
    expect(cronProblem(cron, timezone, nowMs)).toMatch(problem);
  });
  it("is found in time that grows with the text", () => {
    const texts = [",".repeat(504), "1-".repeat(252), "*/".repeat(252), "1,".repeat(252), "@".repeat(504)];
    const startedMs = performance.now();
    for (const text of texts) expect(cronProblem(`${text} * * * *`, "UTC", nowMs)).toEqual(expect.any(String));
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});
