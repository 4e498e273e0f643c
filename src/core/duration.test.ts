import { describe, expect, it } from "vitest";
import { durationToMs, instantToMs } from "./duration.ts";
import { InvalidDurationError, InvalidTimeError } from "./errors.ts";

describe("durationToMs", () => {
  it.each([
    [0, 0],
    [1500, 1500],
    ["1500ms", 1500],
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1h 30m", 5_400_000],
    ["2 days", 172_800_000],
    ["1 week, 2 days", 777_600_000],
    ["1.5h", 5_400_000],
    [" 3 S ", 3_000],
    [{ total: () => 42 }, 42],
  ])("reads %j", (duration, ms) => {
    expect(durationToMs(duration)).toBe(ms);
  });

  it.each([
    "",
    "1",
    "1h foo",
    "foo",
    "1:30",
    "-5s",
    "1 month",
    "1e3ms",
    "h",
    "1s ".repeat(40),
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])("refuses %j rather than guess", (duration) => {
    expect(() => durationToMs(duration)).toThrow(InvalidDurationError);
  });

  it.each([undefined, null, {}])("refuses %j, which TypeScript would", (duration) => {
    expect(() => durationToMs(duration as never)).toThrow(InvalidDurationError);
  });
});

describe("instantToMs", () => {
  it.each([
    [0, 0],
    [new Date(5), 5],
    ["2026-12-01", Date.UTC(2026, 11, 1)],
    ["2026-12-01T09:00:00Z", Date.UTC(2026, 11, 1, 9)],
    [{ epochMilliseconds: 7 }, 7],
  ])("reads %j", (instant, ms) => {
    expect(instantToMs(instant)).toBe(ms);
  });

  it.each(["", "1", "May", "tomorrow", "2026-13-45", new Date(Number.NaN), Number.NaN, 8.65e15])(
    "refuses %j",
    (instant) => {
      expect(() => instantToMs(instant)).toThrow(InvalidTimeError);
    },
  );
});
