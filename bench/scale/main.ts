// `npm run bench:scale`: what one Postgres carries here, and how many would carry a billion runs a day.
//
//   npm run bench:scale                  measures, plays the day, writes results.json and the tables of the pages
//   npm run bench:scale -- --report      the tables of the pages anew, from results.json
import { ROOT, carryOut, endWith } from "../shared/command.ts";
import { writePages } from "../shared/pages.ts";
import { loadNow, originOf, readFigures, writeFigures } from "../shared/results-file.ts";
import { UsageError } from "../shared/usage.ts";
import { databasesFor, dayOf, type Dealing, type Demand } from "./day.ts";
import { measurePostgres } from "./measure.ts";
import { PAGES } from "./pages.ts";
import { details } from "./report.ts";
import { RESULTS, type Limits, type Plan, type Results } from "./results.ts";

const RUNS = 20_000;
const DEMAND: Demand = { runs: 1_000_000_000, peak: 2, importedRuns: 1_000_000 };
const LIMITS: Limits = {
  cores: 16,
  share: 0.5,
  walBytesPerSecond: 100e6,
  tableBytes: 4e12,
  days: 7,
  delayMs: 1_000,
};
const OUTAGE = { seconds: 60 };
const KEYS = 100_000;
const DEALINGS: readonly Dealing[] = [
  { by: "run" },
  { by: "key", keys: KEYS, skew: 0.6 },
  { by: "key", keys: KEYS, skew: 0.9 },
  { by: "key", keys: KEYS, skew: 1.1 },
];

const [option, ...rest] = process.argv.slice(2);
try {
  if (rest.length > 0 || (option !== undefined && option !== "--report"))
    throw new UsageError("npm run bench:scale takes --report, or nothing");
  if (option === "--report") writePages(PAGES, readFigures(RESULTS) as Results);
  else await measureAll();
} catch (error) {
  endWith(() => {
    throw error;
  });
}

async function measureAll(): Promise<void> {
  carryOut("npm", ["run", "--silent", "build"], ROOT);
  const loadBefore = loadNow();
  const { carried, turnover } = await measurePostgres(RUNS);
  const runsPerSecondOfOne = Math.min(
    (LIMITS.cores * LIMITS.share * 1_000) / carried.serverCpuMsPerRun,
    LIMITS.walBytesPerSecond / carried.walBytesPerRun,
  );
  const results: Results = {
    ...originOf("npm run bench:scale", "scale", loadBefore),
    carried,
    turnover,
    limits: LIMITS,
    runsPerSecondOfOne,
    demand: DEMAND,
    plans: DEALINGS.map((dealing) => planFor(dealing, runsPerSecondOfOne, carried.bytesPerRun)),
  };
  writeFigures(RESULTS, results);
  writePages(PAGES, readFigures(RESULTS) as Results);
  console.log(details(results));
}

function planFor(dealing: Dealing, runsPerSecond: number, bytesPerRun: number): Plan {
  const keptBytes = DEMAND.runs * LIMITS.days * bytesPerRun;
  const databases = databasesFor(
    DEMAND,
    dealing,
    runsPerSecond,
    ({ delayMs, busiestShare }, count) =>
      delayMs.p99 <= LIMITS.delayMs && (keptBytes * busiestShare) / count <= LIMITS.tableBytes,
  );
  const day = databases === undefined ? undefined : dayOf(DEMAND, dealing, { databases, runsPerSecond }, OUTAGE);
  return { dealing, databases, day };
}
