import { expect, it } from "vitest";
import { systemRandomness } from "./ids.ts";

it("is the prefix and 26 characters that are not mistaken for others", () => {
  expect(systemRandomness.id("run", Date.UTC(2026, 0, 1))).toMatch(/^run_[0-9a-hjkmnp-tv-z]{26}$/);
});

it("sorts by time, to the millisecond, also in a hundred years", () => {
  const times = [0, 1, 31, 32, 1_000, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1) + 1, Date.UTC(2126, 0, 1)];
  const ids = times.map((ms) => systemRandomness.id("evt", ms));
  expect(ids.toReversed().toSorted()).toEqual(ids);
  expect(systemRandomness.id("evt", 5.9).slice(0, 14)).toBe(systemRandomness.id("evt", 5).slice(0, 14));
});

it("never comes twice in one millisecond", () => {
  const ids = Array.from({ length: 10_000 }, () => systemRandomness.id("run", 7));
  expect(new Set(ids).size).toBe(ids.length);
});

it("draws fractions from 0 up to, not including, 1", () => {
  const fractions = Array.from({ length: 1_000 }, () => systemRandomness.fraction());
  expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...fractions)).toBeLessThan(1);
  expect(new Set(fractions).size).toBeGreaterThan(900);
});
