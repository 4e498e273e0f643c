// Medians over the rounds, and ratios within them.
import { expect, it } from "vitest";
import { figuresOf, median, timesAsGood } from "../../../bench/durable/figures.ts";
import type { Sample } from "../../../bench/durable/sample.ts";

const drained = (round: number, contestant: Sample["contestant"], runsPerS: number): Sample => ({
  round,
  contestant,
  workload: "drain",
  metrics: { runsPerS },
});
const samples: readonly Sample[] = [
  drained(2, "surefoot-sqlite", 900),
  drained(0, "surefoot-sqlite", 300),
  drained(1, "surefoot-sqlite", 600),
  drained(0, "openworkflow-sqlite", 100),
  { ...drained(1, "openworkflow-sqlite", 0), metrics: {}, failure: "stuck" },
  drained(2, "openworkflow-sqlite", 100),
];
const targets = [
  { workload: "drain", contestant: "surefoot-sqlite" },
  { workload: "drain", contestant: "openworkflow-sqlite" },
  { workload: "drain", contestant: "dbos" },
] as const;

it("a figure has its rounds in order, without those that failed; what was never measured has none", () => {
  const [ours, theirs, ...rest] = figuresOf(samples, targets);
  expect(ours).toMatchObject({ rounds: [0, 1, 2], metrics: { runsPerS: [300, 600, 900] } });
  expect(theirs).toMatchObject({ rounds: [0, 2], metrics: { runsPerS: [100, 100] } });
  expect(rest).toEqual([]);
  expect([median(ours, "runsPerS"), median(ours, "nothing"), median(undefined, "runsPerS")]).toEqual([
    600,
    undefined,
    undefined,
  ]);
});

it("a ratio is taken within the rounds that both have", () => {
  const [ours, theirs] = figuresOf(samples, targets);
  expect(timesAsGood(ours, theirs!)).toBe(6);
  expect(timesAsGood(undefined, theirs!)).toBeUndefined();
});

it("less is better where it is a time", () => {
  const asked = (contestant: Sample["contestant"], resultP50Ms: number): Sample => ({
    round: 0,
    contestant,
    workload: "idle",
    metrics: { resultP50Ms },
  });
  const idle = targets.map(({ contestant }) => ({ workload: "idle", contestant }) as const);
  const [ours, theirs] = figuresOf([asked("surefoot-sqlite", 2), asked("openworkflow-sqlite", 1000)], idle);
  expect(timesAsGood(ours, theirs!)).toBe(500);
});
