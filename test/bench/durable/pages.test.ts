// Figures in the pages are those of the last run of the benchmark, and each was checked.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CONTESTANT_NAMES, type ContestantName } from "../../../bench/durable/contestants.ts";
import { versionsOfEngines } from "../../../bench/durable/installed-engines.ts";
import { allTargets, isDue } from "../../../bench/durable/options.ts";
import { PAGES } from "../../../bench/durable/pages.ts";
import { RESULTS, type Results } from "../../../bench/durable/results.ts";
import { WORKLOADS } from "../../../bench/durable/workloads.ts";
import { readFigures } from "../../../bench/shared/results-file.ts";
import { describePages } from "../page-cases.ts";

const results = readFigures(RESULTS) as Results;
const figures = results.figures.map((figure) => ({
  ...figure,
  metrics: { ...figure.metrics, [WORKLOADS[figure.workload].compared]: figure.rounds.map(() => 1e9) },
}));
describePages(PAGES, results, { ...results, figures });

describe("results.json", () => {
  it("has or says to lack every contestant in every workload, in every round", () => {
    const present = Object.keys(results.settings) as readonly ContestantName[];
    const due = Array.from({ length: results.rounds }, (_, round) =>
      allTargets(present)
        .filter((target) => isDue(target, round, results.allRounds))
        .map(({ workload, contestant }) => `${round} ${workload} ${contestant}`),
    ).flat();
    const measured = results.figures.flatMap(({ workload, contestant, rounds }) =>
      rounds.map((round) => `${round} ${workload} ${contestant}`),
    );
    const without = [...results.failures, ...results.missing].map(
      ({ round, workload, contestant }) => `${round} ${workload} ${contestant}`,
    );
    expect([...measured, ...without].toSorted()).toEqual(due.toSorted());
    expect([...present, ...Object.keys(results.absent)].toSorted()).toEqual([...CONTESTANT_NAMES].toSorted());
  });
  it("has as many values of each metric as rounds", () => {
    const uneven = results.figures.filter(({ rounds, metrics }) =>
      Object.values(metrics).some((values) => values.length !== rounds.length),
    );
    expect(uneven).toEqual([]);
  });
  it("shows no recorded step of surefoot that was carried out again", () => {
    const crashes = results.figures.filter(
      ({ workload, contestant }) => workload === "crash" && contestant.startsWith("surefoot"),
    );
    for (const { metrics } of crashes) expect(metrics["repeatedRecorded"]!.every((count) => count === 0)).toBe(true);
  });
  it("says where and how it was measured", () => {
    expect(results.command).toMatch(/^npm run bench:durable -- --rounds \d+/);
    expect(results.commit).toMatch(/^[\da-f]{40}$/);
    expect(results.versions).toEqual(versionsOfEngines());
    expect(results.flushesPerS).toHaveLength(results.rounds);
  });
});

it("the engines have exact versions, which the lock file has too", () => {
  const lock = JSON.parse(readFileSync("bench/durable/package-lock.json", "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  for (const [name, version] of Object.entries(versionsOfEngines())) {
    expect(version).toMatch(/^\d+\.\d+\.\d+(-beta\.\d+)?$/);
    expect(lock.packages[`node_modules/${name}`]?.version).toBe(version);
  }
});
