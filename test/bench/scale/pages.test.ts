// Figures in the page are those of the last run of the benchmark.
import { describe, expect, it } from "vitest";
import { PAGES } from "../../../bench/scale/pages.ts";
import { RESULTS, type Results } from "../../../bench/scale/results.ts";
import { readFigures } from "../../../bench/shared/results-file.ts";
import { describePages } from "../page-cases.ts";

const results = readFigures(RESULTS) as Results;
describePages(PAGES, results, { ...results, runsPerSecondOfOne: results.runsPerSecondOfOne * 2 });

describe("results.json", () => {
  it("holds the plan that follows from what was measured", () => {
    const { limits, carried, demand, runsPerSecondOfOne, plans } = results;
    const byCpu = (limits.cores * limits.share * 1_000) / carried.serverCpuMsPerRun;
    expect(runsPerSecondOfOne).toBeCloseTo(Math.min(byCpu, limits.walBytesPerSecond / carried.walBytesPerRun), -1);
    const byTables = Math.ceil((demand.runs * limits.days * carried.bytesPerRun) / limits.tableBytes);
    const byLoad = Math.ceil((demand.runs * demand.peak) / 86_400 / runsPerSecondOfOne);
    expect(plans[0]!.databases).toBe(Math.max(byTables, byLoad));
  });
});
