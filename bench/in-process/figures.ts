// From the samples of all rounds to the figures that are told. Pure.
import { medianOf } from "../shared/median.ts";
import { CONTESTANTS, type ContestantName } from "./contestants.ts";
import type { Target } from "./options.ts";
import { WORKLOADS, type WorkloadName } from "./workloads.ts";

/** What one process measured, in nanoseconds for one run of the workload. */
export interface Sample {
  readonly minNs: number;
  readonly medianNs: number;
  /** With all garbage collections that fell into it. */
  readonly meanNs: number;
  /** Milliseconds of a fixed loop, around the measurement: how fast the machine was then. */
  readonly calibrationMs: number;
}

/** A contestant's samples of one workload, one a round. */
export interface SampleSeries extends Target {
  readonly samples: readonly Sample[];
}

/** What is told of a contestant in a workload. */
export interface Figure {
  readonly workload: WorkloadName;
  readonly contestant: ContestantName;
  readonly steps: number;
  /** The least of all rounds. */
  readonly bestNs: number;
  /** The median of the rounds' medians. */
  readonly medianNs: number;
  /** The least of the rounds' means: what it costs with the garbage that it makes. */
  readonly meanNs: number;
  readonly base: ContestantName;
  /** Minimum to the base's minimum in the same round: the median of the rounds. */
  readonly ratio: number;
  /** The same of the means. */
  readonly meanRatio: number;
  /** The least and the greatest ratio of a round. */
  readonly ratioRange: { readonly least: number; readonly greatest: number };
  /** Each round, as it was measured. */
  readonly samples: readonly Sample[];
}

export function figuresOf(all: readonly SampleSeries[]): readonly Figure[] {
  return all.map(({ contestant, workload, samples }): Figure => {
    const { base } = CONTESTANTS[contestant];
    const baseSamples = samplesOf(all, base, workload);
    const ratios = ratiosInRounds(samples, baseSamples, "minNs");
    return {
      workload,
      contestant,
      steps: WORKLOADS[workload].steps,
      bestNs: Math.min(...samples.map(({ minNs }) => minNs)),
      medianNs: medianOf(samples.map(({ medianNs }) => medianNs)),
      meanNs: Math.min(...samples.map(({ meanNs }) => meanNs)),
      base,
      ratio: medianOf(ratios),
      meanRatio: medianOf(ratiosInRounds(samples, baseSamples, "meanNs")),
      ratioRange: { least: Math.min(...ratios), greatest: Math.max(...ratios) },
      samples,
    };
  });
}

/** A recovered failure of surefoot's against try and catch of the same error. */
export interface ErrorPathFigure {
  readonly contestant: ContestantName;
  readonly base: ContestantName;
  /** Minimum to minimum in the same round: the median of the rounds. */
  readonly ratio: number;
}

/** With the same class each: as JavaScript leaves it, and where somebody reads the stack, which surefoot has to write down. */
const ERROR_PATHS: readonly (readonly [contestant: ContestantName, base: ContestantName])[] = [
  ["surefoot-generator", "plain"],
  ["surefoot-async", "plain"],
  ["surefoot-generator", "plain-stack"],
  ["surefoot-async", "plain-stack"],
  ["surefoot-generator-tagged", "plain-tagged"],
  ["surefoot-async-tagged", "plain-tagged"],
];

export function errorPathOf(all: readonly SampleSeries[]): readonly ErrorPathFigure[] {
  return ERROR_PATHS.map(([contestant, base]) => {
    const [samples, baseSamples] = [contestant, base].map((name) => samplesOf(all, name, "recovered"));
    return { contestant, base, ratio: medianOf(ratiosInRounds(samples!, baseSamples!, "minNs")) };
  });
}

/** What tracing adds to a step. */
export interface TracingFigures {
  /** A step with `otel()` where no SDK is set up, to one without `otel()`. */
  readonly idle: number;
  /** What `otel()` adds to a step, to what a span written by hand in its body adds. */
  readonly toSpanInStep: number;
  /** The same, to what a span written by hand adds to a call of plain async. */
  readonly toSpanAlone: number;
}

/** Minimums of the same round, and the median of the rounds. */
export function tracingOf(all: readonly SampleSeries[]): TracingFigures {
  const minimums = (contestant: ContestantName): readonly number[] =>
    samplesOf(all, contestant, "loop").map(({ minNs }) => minNs);
  const [plain, spanAlone] = [minimums("plain"), minimums("plain-span")];
  const [without, spanInStep] = [minimums("surefoot-generator"), minimums("surefoot-hand-written-span")];
  const [traced, idle] = [minimums("surefoot-otel"), minimums("surefoot-otel-idle")];
  const inRounds = (ratio: (round: number) => number): number => medianOf(plain.map((_ns, round) => ratio(round)));
  return {
    idle: inRounds((round) => idle[round]! / without[round]!),
    toSpanInStep: inRounds((round) => (traced[round]! - without[round]!) / (spanInStep[round]! - without[round]!)),
    toSpanAlone: inRounds((round) => (traced[round]! - without[round]!) / (spanAlone[round]! - plain[round]!)),
  };
}

/** The figures whose rounds agree least: by how much the best samples of the rounds differ, from 0 up. */
export function noisiest(figures: readonly Figure[], most: number): readonly (Figure & { readonly spread: number })[] {
  return figures
    .map((figure) => {
      const bests = figure.samples.map(({ minNs }) => minNs);
      return { ...figure, spread: Math.max(...bests) / Math.min(...bests) - 1 };
    })
    .toSorted((left, right) => right.spread - left.spread)
    .slice(0, most);
}

function samplesOf(
  all: readonly SampleSeries[],
  contestant: ContestantName,
  workload: WorkloadName,
): readonly Sample[] {
  const series = all.find((one) => one.contestant === contestant && one.workload === workload);
  if (series === undefined) throw new Error(`${workload}/${contestant} was not measured`);
  return series.samples;
}

function ratiosInRounds(
  samples: readonly Sample[],
  baseSamples: readonly Sample[],
  figure: "minNs" | "meanNs",
): readonly number[] {
  return samples.map((sample, round) => sample[figure] / baseSamples[round]![figure]);
}
