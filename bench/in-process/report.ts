// The tables of the pages, as Markdown, from what was measured. Pure.
import { provenance, roundsOf } from "../shared/results-file.ts";
import { showBytes, showCount, showDuration, showRatio, showShare } from "../shared/show-figures.ts";
import { table } from "../shared/table.ts";
import { CONTESTANTS, CONTESTANT_NAMES, takesPart, type ContestantName } from "./contestants.ts";
import type { Figure } from "./figures.ts";
import type { MemoryContestant, ProfileFigure, Results } from "./results.ts";
import { WORKLOADS, WORKLOAD_NAMES, type WorkloadName } from "./workloads.ts";

/** For the README: what each contestant costs in each workload. */
export function summary(results: Results): string {
  const inAll = CONTESTANT_NAMES.filter((name) => WORKLOAD_NAMES.every((workload) => takesPart(name, workload)));
  const headings = WORKLOAD_NAMES.map((workload) => WORKLOADS[workload].title);
  const rows = inAll.map((contestant) => {
    const cells = WORKLOAD_NAMES.map((workload) => {
      const { bestNs, ratio, steps } = figureOf(results, contestant, workload);
      return `${showDuration(bestNs / toldUnits(workload, steps))} · ${showRatio(ratio)}`;
    });
    return [CONTESTANTS[contestant].title, ...cells];
  });
  const kept = (contestant: MemoryContestant) =>
    showBytes(results.memory.find((sample) => sample.contestant === contestant)!.bytesPerStep);
  return [
    table(["", ...headings], rows),
    `The best of ${roundsOf(results)}, each in a fresh process; × is the time of plain async in the same round. ` +
      `A finished step keeps ${kept("surefoot-generator")} while its run goes on (${kept("surefoot-async")} with async bodies). ` +
      provenance(results),
  ].join("\n\n");
}

/** For the page of the benchmark: all that was measured. */
export function details(results: Results): string {
  const { peers, machine } = results;
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return [
    `${roundsOf(results)}. ${provenance(results)} Load before ${machine.load.before}, after ${machine.load.after}. ${versions.join(", ")}.`,
    ...WORKLOAD_NAMES.map((workload) => workloadDetails(results, workload)),
    errorPathDetails(results),
    tracingDetails(results),
    memoryDetails(results),
    ...results.profiles.map(profileDetails),
  ].join("\n\n");
}

function workloadDetails(results: Results, workload: WorkloadName): string {
  const { title, isToldByStep } = WORKLOADS[workload];
  const rows = results.figures
    .filter((figure) => figure.workload === workload)
    .map(({ contestant, steps, bestNs, medianNs, meanNs, ratio, ratioRange, meanRatio }) => {
      const units = toldUnits(workload, steps);
      const times = [bestNs, medianNs, meanNs].map((ns) => showDuration(ns / units));
      const range = `${showRatio(ratioRange.least)} to ${showRatio(ratioRange.greatest)}`;
      return [CONTESTANTS[contestant].title, ...times, showRatio(ratio), range, showRatio(meanRatio)];
    });
  const headings = ["", "best", "median", "mean", "best, × base", "of the rounds", "mean, × base"];
  const heading = `${title.charAt(0).toUpperCase()}${title.slice(1)}, ${isToldByStep ? "a step" : "a run"}`;
  return `### ${heading}\n\n${table(headings, rows)}`;
}

function errorPathDetails({ errorPath }: Results): string {
  const rows = errorPath.map(({ contestant, base, ratio }) => [
    CONTESTANTS[contestant].title,
    CONTESTANTS[base].title,
    showRatio(ratio),
  ]);
  return `### A recovered failure against try and catch\n\n${table(["", "against", "×"], rows)}`;
}

function tracingDetails({ tracing }: Results): string {
  const rows = [
    ["a step with `otel()` and no SDK", "a step without `otel()`", showRatio(tracing.idle)],
    ["what `otel()` adds to a step", "what a span by hand in its body adds", showRatio(tracing.toSpanInStep)],
    ["what `otel()` adds to a step", "what a span by hand adds to a plain call", showRatio(tracing.toSpanAlone)],
  ];
  return `### A step's span against one by hand\n\n${table(["", "against", "×"], rows)}`;
}

function memoryDetails({ memory }: Results): string {
  const rows = memory.map(({ contestant, steps, bytesPerStep, leftPerStep }) => [
    CONTESTANTS[contestant].title,
    showCount(steps),
    showBytes(bytesPerStep),
    showBytes(leftPerStep),
  ]);
  return `### What a finished step keeps\n\n${table(["", "steps of the run", "while it goes on", "when it has ended"], rows)}`;
}

function profileDetails({ contestant, workload, functions }: ProfileFigure): string {
  const rows = functions.map(({ name, place, share }) => [`\`${name}\``, place, showShare(share)]);
  const heading = `### Where the time goes: ${CONTESTANTS[contestant].title.replaceAll("*", "")}, ${WORKLOADS[workload].title}`;
  return `${heading}\n\n${table(["", "", "of the time"], rows)}`;
}

/** For the terminal: which figures to trust least. */
export function noiseLines(figures: readonly (Figure & { readonly spread: number })[]): string {
  const lines = figures.map(
    ({ workload, contestant, spread, samples }) =>
      `  ${workload}/${contestant}: the best samples of the rounds differ by ${showShare(spread)} (${samples.map(({ minNs }) => showDuration(minNs)).join(", ")})`,
  );
  return ["noisiest:", ...lines].join("\n");
}

function figureOf({ figures }: Results, contestant: ContestantName, workload: WorkloadName): Figure {
  const found = figures.find((figure) => figure.contestant === contestant && figure.workload === workload);
  if (found === undefined) throw new Error(`the results hold nothing of ${workload}/${contestant}`);
  return found;
}

/** What a workload's time is divided by where it is told. */
function toldUnits(workload: WorkloadName, steps: number): number {
  return WORKLOADS[workload].isToldByStep ? steps : 1;
}
