// Figures in the pages are those of the last run of the benchmark.
import { describe, expect, it } from "vitest";
import { allTargets } from "../../../bench/in-process/options.ts";
import { PAGES } from "../../../bench/in-process/pages.ts";
import { MEMORY_CONTESTANTS, RESULTS, type Results } from "../../../bench/in-process/results.ts";
import { readFigures } from "../../../bench/shared/results-file.ts";
import { describePages } from "../page-cases.ts";

const results = readFigures(RESULTS) as Results;
const figures = results.figures.map((figure) => ({ ...figure, bestNs: figure.bestNs * 2 }));
describePages(PAGES, results, { ...results, figures });

describe("results.json", () => {
  it("holds every contestant in every workload, in every round", () => {
    const measured = results.figures.map(({ contestant, workload }) => ({ contestant, workload }));
    expect(measured).toEqual(allTargets());
    expect(new Set(results.figures.map(({ samples }) => samples.length))).toEqual(new Set([results.rounds]));
  });
  it("holds the memory of a finished step", () => {
    expect(results.memory.map(({ contestant }) => contestant)).toEqual(MEMORY_CONTESTANTS);
  });
  it("says where and how it was measured", () => {
    expect(results.command).toBe(`npm run bench:in-process -- --rounds ${results.rounds}`);
    expect(results.commit).toMatch(/^[\da-f]{40}$/);
    expect(results.machine.node).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
