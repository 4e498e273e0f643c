import { describe, expect, it } from "vitest";
import { ZoneClock } from "./zone-clock.ts";

const berlin = new ZoneClock("Europe/Berlin");
const HOUR_MS = 3_600_000;
/** The clocks go from 2:00 to 3:00. */
const FORWARD_MS = Date.parse("2026-03-29T01:00Z");
/** The clocks go from 3:00 to 2:00. */
const BACK_MS = Date.parse("2026-10-25T01:00Z");

describe("what clocks show", () => {
  it("is the zone's time, to the millisecond, also before 1970", () => {
    expect(new Date(berlin.wallAt(FORWARD_MS - 1)).toISOString()).toBe("2026-03-29T01:59:59.999Z");
    expect(new Date(berlin.wallAt(FORWARD_MS)).toISOString()).toBe("2026-03-29T03:00:00.000Z");
    expect(new Date(berlin.wallAt(-0.5 * HOUR_MS)).toISOString()).toBe("1970-01-01T00:30:00.000Z");
    expect(berlin.offsetAt(BACK_MS)).toBe(HOUR_MS);
  });
  it("is known of zones that the platform knows", () => {
    expect(["UTC", "Asia/Kathmandu", "+05:45", "Mars/Olympus", ""].map((zone) => ZoneClock.isZone(zone))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(() => new ZoneClock("Mars/Olympus")).toThrow(RangeError);
  });
});

describe("the first moment at which they show a time", () => {
  it.each([
    ["is the moment, for one that they show once", "2026-11-27T09:00Z", "2026-11-27T08:00Z"],
    ["is the end of the gap, for one that they skip", "2026-03-29T02:30Z", "2026-03-29T01:00Z"],
    ["is the first of two, for one that they show twice", "2026-10-25T02:30Z", "2026-10-25T00:30Z"],
    ["is right at the edges of a gap", "2026-03-29T03:00Z", "2026-03-29T01:00Z"],
    ["and of an hour that they show twice", "2026-10-25T03:00Z", "2026-10-25T02:00Z"],
  ])("%s", (_what, wall, moment) => {
    expect(berlin.firstShowing(Date.parse(wall))).toBe(Date.parse(moment));
  });
});

describe("the first change", () => {
  it("is the first moment with another offset", () => {
    expect(berlin.firstChange(FORWARD_MS - 300 * HOUR_MS, FORWARD_MS + 300 * HOUR_MS)).toBe(FORWARD_MS);
    expect(berlin.firstChange(FORWARD_MS - 1, FORWARD_MS)).toBe(FORWARD_MS);
    expect(berlin.firstChange(FORWARD_MS, BACK_MS - 1)).toBeUndefined();
  });
});
