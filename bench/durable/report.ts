// The tables of the pages, made of the results. Pure.
import { medianOf } from "../shared/median.ts";
import { provenance, roundsOf } from "../shared/results-file.ts";
import { showCount, showRatio } from "../shared/show-figures.ts";
import { table } from "../shared/table.ts";
import { COLUMNS, type Column } from "./columns.ts";
import { CONTESTANTS, CONTESTANT_NAMES, type ContestantName } from "./contestants.ts";
import { median, rivalOf, timesAsGood, type Figure } from "./figures.ts";
import type { Results } from "./results.ts";
import { WORKLOADS, WORKLOAD_NAMES, type WorkloadName } from "./workloads.ts";

/** The columns of the summary: a workload, and one of its metrics. */
const SUMMARY: readonly (readonly [heading: string, workload: WorkloadName, metric: string])[] = [
  ["runs of three steps, a second", "drain", "runsPerS"],
  ["processor a run, worker and server", "drain", "workerMsPerRun"],
  ["from sending to the first step", "idle", "startP50Ms"],
  ["to the result", "idle", "resultP50Ms"],
  ["a step of 1,000 in a row", "long", "msPerStep"],
  ["finished behind a `kill -9`", "crash", "finishedMs"],
];

/** What matters most, for the front page. */
export function summary(results: Results): string {
  const figureOf = (workload: WorkloadName, contestant: ContestantName): Figure | undefined =>
    results.figures.find((figure) => figure.workload === workload && figure.contestant === contestant);
  const contestants = CONTESTANT_NAMES.filter((contestant) => figureOf("drain", contestant) !== undefined);
  const rows = contestants.map((contestant) => [
    CONTESTANTS[contestant].title,
    ...SUMMARY.map(([, workload, metric]) => summaryCell(figureOf(workload, contestant), metric)),
  ]);
  return [
    table(["", ...SUMMARY.map(([heading]) => heading)], rows),
    `Medians of ${roundsOf(results)}, each figure from a fresh process. What takes peers long, they took part in once. ${provenance(results)}`,
  ].join("\n\n");
}

function summaryCell(figure: Figure | undefined, metric: string): string {
  if (figure === undefined) return "";
  const { show } = COLUMNS[figure.workload].find((column) => column.metric === metric)!;
  const value = median(figure, metric);
  if (value === undefined) return "";
  const server = metric === "workerMsPerRun" ? (median(figure, "serverMsPerRun") ?? 0) : 0;
  return show(value + server);
}

/** Everything, for the page of the benchmarks. */
export function details(results: Results): string {
  return [origin(results), ...WORKLOAD_NAMES.map((name) => section(results, name)), failures(results), missing(results)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function origin(results: Results): string {
  const { versions, flushesPerS, machine } = results;
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const settings = namesOf(results.settings).map((name) => `- ${CONTESTANTS[name].title}: ${results.settings[name]}.`);
  const absent = namesOf(results.absent).map(
    (name) => `- ${CONTESTANTS[name].title}: not measured, ${results.absent[name]}.`,
  );
  return [
    `${roundsOf(results)}. ${provenance(results)} Load before ${machine.load.before.toFixed(2)}, after ${machine.load.after.toFixed(2)}. The disk: ${showCount(Math.round(medianOf(flushesPerS)))} writes of 4 KiB a second, each waited for. ${used.join(", ")}.`,
    [...settings, ...absent].join("\n"),
  ].join("\n\n");
}

function namesOf(named: Readonly<Partial<Record<ContestantName, string>>>): readonly ContestantName[] {
  return Object.keys(named) as readonly ContestantName[];
}

function section(results: Results, workload: WorkloadName): string {
  const own = results.figures.filter((figure) => figure.workload === workload);
  if (own.length === 0) return "";
  const columns = COLUMNS[workload].filter(({ metric }) => own.some(({ metrics }) => metric in metrics));
  const headings = ["", ...columns.map(({ heading }) => heading), "of the rounds", "surefoot is … as good", "rounds"];
  const rows = own.map((figure) => [
    CONTESTANTS[figure.contestant].title,
    ...columns.map((column) => cell(figure, column)),
    spread(figure),
    comparison(own, figure),
    String(figure.rounds.length),
  ]);
  return `### ${WORKLOADS[workload].title}\n\n${table(headings, rows)}`;
}

function cell(figure: Figure, { metric, show }: Column): string {
  const value = median(figure, metric);
  return value === undefined ? "" : show(value);
}

/** Of the figure by which is compared. */
function spread({ workload, metrics }: Figure): string {
  const { compared } = WORKLOADS[workload];
  const { show } = COLUMNS[workload].find(({ metric }) => metric === compared)!;
  const values = metrics[compared]!;
  return `${show(Math.min(...values))} to ${show(Math.max(...values))}`;
}

function comparison(all: readonly Figure[], figure: Figure): string {
  const rival = rivalOf(figure.contestant);
  if (rival === figure.contestant) return "";
  const ratio = timesAsGood(
    all.find(({ contestant }) => contestant === rival),
    figure,
  );
  return ratio === undefined ? "" : ratio < 1 ? `${ratio.toFixed(2)}×` : showRatio(ratio);
}

function failures(results: Results): string {
  const lines = results.failures.map(
    ({ contestant, workload, round, failure }) =>
      `- ${CONTESTANTS[contestant].title}, ${WORKLOADS[workload].title}, round ${round + 1}: ${failure}`,
  );
  return lines.length === 0 ? "" : `### What failed\n\n${lines.join("\n")}`;
}

function missing(results: Results): string {
  const names = new Set(
    results.missing.map(
      ({ workload, contestant }) => `${CONTESTANTS[contestant].title} in ${WORKLOADS[workload].title}`,
    ),
  );
  return names.size === 0
    ? ""
    : `### What is missing\n\nThe time was up before these were measured in every round: ${[...names].join("; ")}.`;
}
