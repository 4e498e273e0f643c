// The day that bench/scale plays.
import { describe, expect, it } from "vitest";
import { SECONDS_A_DAY, databasesFor, dayOf, dayShape, sharesOf, type Demand } from "../../bench/scale/day.ts";

const steady: Demand = { runs: SECONDS_A_DAY * 100, peak: 1, importedRuns: 0 };
const BY_RUN = { by: "run" } as const;

describe("a day", () => {
  it("has its mean, and its peak at noon", () => {
    const seconds = Array.from({ length: SECONDS_A_DAY }, (_, second) => dayShape(second, 1.6));
    expect(seconds.reduce((sum, one) => sum + one) / SECONDS_A_DAY).toBeCloseTo(1);
    expect(Math.max(...seconds)).toBeCloseTo(1.6);
    expect(seconds[SECONDS_A_DAY / 2]).toBeCloseTo(1.6);
  });
  it("keeps nobody waiting while each database gets more done than comes", () => {
    const day = dayOf(steady, BY_RUN, { databases: 2, runsPerSecond: 51 });
    expect(day.delayMs).toEqual({ p50: 0, p99: 0, longest: 0 });
    expect(day.busiestLoad).toBeCloseTo(50 / 51);
    expect(day.busiestShare).toBeCloseTo(1);
  });
  it("falls behind by what is too much", () => {
    const { delayMs } = dayOf(steady, BY_RUN, { databases: 1, runsPerSecond: 50 });
    expect(delayMs.longest / 1_000).toBeCloseTo(SECONDS_A_DAY - 1, 0); // as much again waits at the end
    expect(delayMs.p50 / delayMs.longest).toBeGreaterThan(0.45);
    expect(delayMs.p50 / delayMs.longest).toBeLessThan(0.6);
  });
  it("has an outage worked off at the speed that is left", () => {
    const day = dayOf(steady, BY_RUN, { databases: 1, runsPerSecond: 150 }, { seconds: 60 });
    expect(day.recoveredAfter).toBeCloseTo((60 * 100) / 50, -1);
    expect(day.delayMs.longest).toBe(60_000);
    expect(dayOf(steady, BY_RUN, { databases: 1, runsPerSecond: 100 }, { seconds: 60 }).recoveredAfter).toBeNull();
  });
  it("has an import of one customer on one database, where runs are dealt out by customer", () => {
    const demand = { ...steady, importedRuns: 10_000 };
    const fleet = { databases: 10, runsPerSecond: 100 };
    expect(dayOf(demand, BY_RUN, fleet).delayMs.longest).toBeLessThan(12_000);
    const byKey = dayOf(demand, { by: "key", keys: 100_000, skew: 0.5 }, fleet);
    expect(byKey.delayMs.longest).toBeGreaterThan(90_000);
  });
});

describe("shares", () => {
  it("are one in all, and lie uneven where some keys are large", () => {
    for (const skew of [0, 0.8, 1.1]) {
      const shares = sharesOf({ by: "key", keys: 10_000, skew }, 16);
      expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1);
    }
    const busiest = (skew: number) => Math.max(...sharesOf({ by: "key", keys: 10_000, skew }, 16)) * 16;
    expect(busiest(0)).toBeLessThan(1.25);
    expect(busiest(1.1)).toBeGreaterThan(2);
  });
});

describe("databases for a day", () => {
  it("are as few as keep the delay", () => {
    const demand = { ...steady, peak: 1.5 };
    expect(databasesFor(demand, BY_RUN, 50, 1_000)).toBe(3);
    expect(databasesFor(demand, BY_RUN, 151, 1_000)).toBe(1);
  });
  it("are none where one customer is more than a database", () => {
    expect(databasesFor(steady, { by: "key", keys: 10, skew: 3 }, 20, 1_000)).toBeUndefined();
  });
});
