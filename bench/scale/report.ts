// The tables of the page, as Markdown, from what was measured and played. Pure.
import { provenance } from "../shared/results-file.ts";
import { showBytes, showCount, showDuration, showShare } from "../shared/show-figures.ts";
import { table } from "../shared/table.ts";
import { SECONDS_A_DAY, type Dealing } from "./day.ts";
import type { Plan, Results } from "./results.ts";

const NS_PER_MS = 1e6;
const STEPS = 3;
const TB = 1e12;

export function details(results: Results): string {
  return [carriedDetails(results), turnoverDetails(results), dayDetails(results), provenance(results)].join("\n\n");
}

function carriedDetails({ carried }: Results): string {
  const { runs, runsPerSecond, serverCpuMsPerRun, workerCpuMsPerRun, walBytesPerRun, bytesPerRun, tables } = carried;
  const rows = [
    ["runs of three steps, worker and server on the same cores", `${showCount(Math.round(runsPerSecond))} a second`],
    ["steps", `${showCount(Math.round(runsPerSecond * STEPS))} a second`],
    ["computing of the server, a run", showDuration(serverCpuMsPerRun * NS_PER_MS)],
    ["computing of the worker, a run", showDuration(workerCpuMsPerRun * NS_PER_MS)],
    ["written ahead (WAL), a run", showBytes(walBytesPerRun)],
    ["tables and indexes, a run that has ended", showBytes(bytesPerRun)],
    ...tables
      .filter(({ bytes }) => bytes / runs >= 1)
      .map(({ name, bytes }) => [`of that: \`${name}\``, showBytes(bytes / runs)]),
  ];
  return `Postgres ${carried.postgres}, ${showCount(runs)} runs:\n\n${table(["", ""], rows)}`;
}

function turnoverDetails({ turnover }: Results): string {
  const { runs, pruneSeconds, vacuumSeconds, bytes } = turnover;
  const rows = [
    ["removed by retention", `${showCount(Math.round(runs / pruneSeconds))} runs a second`],
    ["a vacuum of all tables after that", showDuration(vacuumSeconds * 1e9)],
    ["tables and indexes, full", showBytes(bytes.full)],
    ["once emptied and vacuumed", showBytes(bytes.emptied)],
    ["with as many runs again", showBytes(bytes.again)],
  ];
  return table(["what becomes of the tables", ""], rows);
}

function dayDetails({ demand, limits, runsPerSecondOfOne, plans, carried }: Results): string {
  const mean = Math.round(demand.runs / SECONDS_A_DAY);
  const intro =
    `${showCount(demand.runs)} runs a day are ${showCount(mean)} a second, at the busiest time ${showCount(Math.round(mean * demand.peak))}. ` +
    `Assumed of one database: ${limits.cores} cores as these, of which runs use ${showShare(limits.share)}; ` +
    `${showCount(limits.walBytesPerSecond / 1e6)} MB a second written ahead; ${limits.tableBytes / TB} TB of tables, with what has ended kept for ${limits.days} days. ` +
    `So it gets ${showCount(Math.round(runsPerSecondOfOne))} runs a second done. The fewest databases within these limits on which 99 in 100 runs begin within ` +
    `${showDuration(limits.delayMs * NS_PER_MS)}, and what a customer's import of ${showCount(demand.importedRuns)} runs and an outage of one minute do to the busiest of them, at the busiest time:`;
  const headings = [
    "runs are dealt out by",
    "databases",
    "busiest share",
    "load",
    "tables",
    "longest wait",
    "over after",
  ];
  const keptBytes = demand.runs * limits.days * carried.bytesPerRun;
  return `${intro}\n\n${table(
    headings,
    plans.map((plan) => planRow(plan, keptBytes)),
  )}`;
}

function planRow({ dealing, databases, day }: Plan, keptBytes: number): readonly string[] {
  if (databases === undefined || day === undefined)
    return [dealingText(dealing), "one is too small", "", "", "", "", ""];
  return [
    dealingText(dealing),
    showCount(databases),
    `${day.busiestShare.toFixed(2)} × an equal one`,
    showShare(day.busiestLoad),
    `${((keptBytes / databases / TB) * day.busiestShare).toFixed(1)} TB`,
    showDuration(day.delayMs.longest * NS_PER_MS),
    day.recoveredAfter === null ? "never" : showDuration(day.recoveredAfter * 1e9),
  ];
}

function dealingText(dealing: Dealing): string {
  return dealing.by === "run"
    ? "each run"
    : `customer: ${showCount(dealing.keys)}, sizes by Zipf's law, exponent ${dealing.skew}`;
}
