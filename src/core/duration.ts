// Durations and instants as people write them, to milliseconds. Pure; the reader is linear and its input is capped.
import { InvalidDurationError, InvalidTimeError } from "./errors.ts";

/** `1500` (ms), `"90s"`, `"1h30m"`, `"2 days"`, or a Temporal duration. */
export type Duration = number | string | { total(unit: "milliseconds"): number };
/** A `Date`, an ISO string, milliseconds since 1970, or a Temporal instant or zoned date-time. */
export type Instant = Date | string | number | { readonly epochMilliseconds: number };

const MS_BY_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  msec: 1,
  msecs: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1_000,
  sec: 1_000,
  secs: 1_000,
  second: 1_000,
  seconds: 1_000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hrs: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
};
const LONGEST_TEXT = 100;
/** The last instant that a `Date` can hold. */
const LAST_INSTANT = 8.64e15;

/** Milliseconds, at least 0. Throws {@link InvalidDurationError} for what cannot be read, rather than guess. */
export function durationToMs(duration: Duration): number {
  const ms =
    typeof duration === "number"
      ? duration
      : typeof duration === "string"
        ? readDuration(duration)
        : typeof duration?.total === "function"
          ? duration.total("milliseconds")
          : Number.NaN;
  if (!(ms >= 0 && ms <= LAST_INSTANT)) throw InvalidDurationError.for(duration);
  return ms;
}

/** Milliseconds since 1970. Throws {@link InvalidTimeError} for what cannot be read. */
export function instantToMs(instant: Instant): number {
  const ms =
    typeof instant === "number"
      ? instant
      : instant instanceof Date
        ? instant.getTime()
        : typeof instant === "string"
          ? readInstant(instant)
          : typeof instant?.epochMilliseconds === "number"
            ? instant.epochMilliseconds
            : Number.NaN;
  if (!(Math.abs(ms) <= LAST_INSTANT)) throw InvalidTimeError.for(instant);
  return ms;
}

function readDuration(text: string): number {
  if (text.length > LONGEST_TEXT) return Number.NaN;
  const part = /\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*,?/iy;
  let total = 0;
  let end = 0;
  for (let read = part.exec(text); read !== null; read = part.exec(text)) {
    total += Number(read[1]) * (MS_BY_UNIT[read[2]!.toLowerCase()] ?? Number.NaN);
    end = part.lastIndex;
  }
  return end > 0 && text.slice(end).trim() === "" ? total : Number.NaN;
}

// Date.parse also guesses at other spellings ("1", "May"), differently in each engine.
function readInstant(text: string): number {
  return text.length <= LONGEST_TEXT && /^[+-]?\d{4,6}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
}
