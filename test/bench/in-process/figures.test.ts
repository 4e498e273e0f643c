// What bench/in-process makes of its samples.
import { describe, expect, it } from "vitest";
import type { ContestantName } from "../../../bench/in-process/contestants.ts";
import { figuresOf, noisiest, tracingOf, type SampleSeries } from "../../../bench/in-process/figures.ts";

/** Rounds in which each sample is a minimum, with a median and a mean above it. */
function series(contestant: ContestantName, ...minimums: readonly number[]): SampleSeries {
  const samples = minimums.map((minNs) => ({ minNs, medianNs: minNs + 1, meanNs: minNs * 2, calibrationMs: 5 }));
  return { contestant, workload: "loop", samples };
}

describe("figures", () => {
  const [plain, wrapper] = figuresOf([series("plain", 100, 200, 100), series("wrapper", 300, 400, 500)]);

  it("are the best, the median and the mean of all rounds", () => {
    expect(wrapper).toMatchObject({ bestNs: 300, medianNs: 401, meanNs: 600, steps: 1000, base: "plain" });
  });
  it("are divided by the base's in the same round", () => {
    expect(wrapper).toMatchObject({ ratio: 3, ratioRange: { least: 2, greatest: 5 }, meanRatio: 3 });
    expect(plain).toMatchObject({ ratio: 1, ratioRange: { least: 1, greatest: 1 } });
  });
  it("are not made without their base", () => {
    expect(() => figuresOf([series("wrapper", 300)])).toThrow("loop/plain was not measured");
  });
  it("of which the rounds agree least come first", () => {
    const [first, ...others] = noisiest([plain!, wrapper!], 1);
    expect(first).toMatchObject({ contestant: "plain", spread: 1 });
    expect(others).toEqual([]);
  });
});

describe("what tracing adds", () => {
  it("is the difference to the same without it, against a span by hand in the same round", () => {
    const figures = tracingOf([
      series("plain", 10, 20),
      series("plain-span", 60, 70),
      series("surefoot-generator", 100, 200),
      series("surefoot-hand-written-span", 200, 300),
      series("surefoot-otel", 210, 310),
      series("surefoot-otel-idle", 105, 210),
    ]);
    expect(figures.idle).toBeCloseTo(1.05);
    expect(figures.toSpanInStep).toBeCloseTo(1.1);
    expect(figures.toSpanAlone).toBeCloseTo(2.2);
  });
});
