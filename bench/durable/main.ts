// `npm run bench:durable`: what durable runs cost, side by side with other durable engines and with floors, on one disk.
//
// Builds, installs the peers if they are not there, starts the servers, and measures round by round, each figure in a fresh process.
// What was measured is kept at once: a run that was stopped goes on where it was.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../../scripts/packed-package.ts";
import { ROOT, carryOut, endWith } from "../shared/command.ts";
import { writePages } from "../shared/pages.ts";
import { loadNow, originOf, readFigures, writeFigures } from "../shared/results-file.ts";
import { absenceOf, CONTESTANT_NAMES, factsOf, type ContestantName } from "./contestants.ts";
import { flushesPerS } from "./disk.ts";
import { figuresOf } from "./figures.ts";
import { installEngines, versionsOfEngines } from "./installed-engines.ts";
import { KeptSamples } from "./kept-samples.ts";
import {
  allTargets,
  isDue,
  pick,
  readOptions,
  takesLong,
  type MeasureOptions,
  type Options,
  type Target,
} from "./options.ts";
import { PAGES } from "./pages.ts";
import { RESULTS, type Results } from "./results.ts";
import type { Metrics, Sample } from "./sample.ts";
import { Session } from "./session.ts";
import { WORKLOADS } from "./workloads.ts";

const MS_PER_MINUTE = 60_000;
const KEPT = join(ROOT, ".surefoot/bench-durable.jsonl");

endWith(() => carryOutOptions(readOptions(process.argv.slice(2))));

function carryOutOptions(options: Options): void {
  if (options.kind === "report") return writePages(PAGES, readFigures(RESULTS) as Results);
  carryOut("npm", ["run", "--silent", "build"], ROOT);
  installEngines();
  const session = new Session();
  try {
    if (options.kind === "profile") profile(session, options.contestant);
    else if (options.only.length > 0 || options.share < 1) look(session, options);
    else measureAll(session, options);
  } finally {
    session.end();
  }
}

function presentContestants(): readonly ContestantName[] {
  const present: ContestantName[] = [];
  for (const name of CONTESTANT_NAMES) {
    const absence = absenceOf(name);
    if (absence === undefined) present.push(name);
    else console.error(`${name} takes no part: ${absence}`);
  }
  return present;
}

/** Figures for a look: nothing is written. */
function look(session: Session, { rounds, allRounds, only, share }: MeasureOptions): void {
  const targets = pick(allTargets(presentContestants()), only);
  for (let round = 0; round < rounds; round++) {
    console.error(`the disk: ${Math.round(flushesPerS(session.folder))} flushes a second`);
    for (const target of targets)
      if (isDue(target, round, allRounds)) console.log(show(target, sampleOf(session, target, round, share)));
  }
}

function measureAll(session: Session, options: MeasureOptions): void {
  const { rounds, allRounds, isFresh, minutes } = options;
  const endMs = performance.now() + minutes * MS_PER_MINUTE;
  const built = digestOfBuild();
  const loadBefore = loadNow();
  const contestants = presentContestants();
  const targets = allTargets(contestants);
  const kept = new KeptSamples(KEPT, built, isFresh);
  const flushes: number[] = [];
  const measure = (round: number, which: (target: Target) => boolean): void => {
    for (const target of inOrder(targets, round).filter(which)) {
      if (!isDue(target, round, allRounds) || kept.has({ ...target, round }) || performance.now() > endMs) continue;
      const sample = sampleOf(session, target, round, 1);
      kept.add(sample);
      console.error(`round ${round + 1} of ${rounds}  ${show(target, sample)}`);
    }
  };
  for (let round = 0; round < rounds; round++) {
    flushes.push(flushesPerS(session.folder));
    measure(round, (target) => !takesLong(target));
  }
  // What takes minutes comes last: where the time is up, it is that which is missing, and no round.
  for (let round = 0; round < rounds; round++) measure(round, takesLong);
  if (digestOfBuild() !== built) throw new Error("dist/ was built anew while it was measured: nothing is written");
  const results = resultsOf(options, contestants, kept.all, flushes, loadBefore);
  writeFigures(RESULTS, results);
  writePages(PAGES, readFigures(RESULTS) as Results);
}

function resultsOf(
  { rounds, allRounds }: MeasureOptions,
  contestants: readonly ContestantName[],
  all: readonly Sample[],
  flushes: readonly number[],
  loadBefore: number,
): Results {
  const targets = allTargets(contestants);
  const samples = all.filter(({ round }) => round < rounds);
  const missing = Array.from({ length: rounds }, (_, round) => targets.map((target) => ({ ...target, round })))
    .flat()
    .filter((one) => isDue(one, one.round, allRounds) && !samples.some((sample) => isSame(sample, one)));
  const command = `npm run bench:durable -- --rounds ${rounds}${allRounds ? " --all-rounds" : ""}`;
  return {
    ...originOf(command, "durable", loadBefore),
    versions: versionsOfEngines(),
    settings: Object.fromEntries(contestants.map((name) => [name, factsOf(name).settings])),
    absent: Object.fromEntries(
      CONTESTANT_NAMES.flatMap((name) => {
        const absence = absenceOf(name);
        return absence === undefined ? [] : [[name, absence]];
      }),
    ),
    rounds,
    allRounds,
    flushesPerS: flushes,
    figures: figuresOf(samples, targets),
    failures: samples.flatMap(({ round, contestant, workload, failure }) =>
      failure === undefined ? [] : [{ round, contestant, workload, failure }],
    ),
    missing,
  };
}

function isSame(left: Target & { readonly round: number }, right: Target & { readonly round: number }): boolean {
  return left.round === right.round && left.workload === right.workload && left.contestant === right.contestant;
}

/** Every second round goes backwards, so that a drift does not favour anybody. */
function inOrder(targets: readonly Target[], round: number): readonly Target[] {
  return round % 2 === 0 ? targets : targets.toReversed();
}

/** One failure is no reason not to measure the others. */
function sampleOf(session: Session, target: Target, round: number, share: number): Sample {
  try {
    return { ...target, round, metrics: session.measure(target, share) };
  } catch (error) {
    return { ...target, round, metrics: {}, failure: error instanceof Error ? error.message : String(error) };
  }
}

function show({ workload, contestant }: Target, { metrics, failure }: Sample): string {
  const compared = WORKLOADS[workload].compared;
  const shown =
    failure ??
    [compared, ...Object.keys(metrics).filter((name) => name !== compared)].map(showMetric(metrics)).join("  ");
  return `${`${workload}/${contestant}`.padEnd(30)} ${shown}`;
}

function showMetric(metrics: Metrics): (name: string) => string {
  return (name) => `${name} ${Number((metrics[name] ?? Number.NaN).toPrecision(3))}`;
}

function profile(session: Session, contestant: ContestantName): void {
  const folder = join(ROOT, ".surefoot/profiles");
  mkdirSync(folder, { recursive: true });
  const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`];
  const metrics = session.measure({ workload: "drain", contestant }, 1, flags);
  console.log(Object.keys(metrics).map(showMetric(metrics)).join("  "));
  console.log(`the profile is in ${folder}`);
}

/** What is measured is one build. */
function digestOfBuild(): string {
  const hash = createHash("sha256");
  for (const path of filesBelow(join(ROOT, "dist")).toSorted()) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}
