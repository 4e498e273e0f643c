// `npm run bench:types`: what surefoot costs a compiler and an editor, side by side with what else there is.
//
// Packs the package beside the tree, installs the peers if they are not there, compiles every contestant's programs with both
// compilers, round by round, and writes results.json and the tables of the pages. Ends with 1 if a program has other errors than it
// is to have, or if surefoot costs more than baseline.json allows.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommandFailed, ROOT, endWith } from "../shared/command.ts";
import { writePages } from "../shared/pages.ts";
import { installPeers, peers } from "../shared/peers.ts";
import { loadNow, originOf, readFigures, writeFigures } from "../shared/results-file.ts";
import { BASELINE, baselineProblems, baselineTargets, type Baseline } from "./baseline.ts";
import { PEERS } from "./contestants.ts";
import { measureForBaseline, measureGrowth, measureRounds } from "./measure.ts";
import { readOptions, type Options } from "./options.ts";
import { PAGES } from "./pages.ts";
import { layOutProject, type Project } from "./project.ts";
import { details, showFigure } from "./report.ts";
import { figureIn, RESULTS, type Results } from "./results.ts";
import { allTargets, type Target } from "./targets.ts";

endWith(() => carryOutOptions(readOptions(process.argv.slice(2))));

function carryOutOptions(options: Options): void {
  if (options.kind === "report") return writePages(PAGES, readFigures(RESULTS) as Results);
  if (options.kind === "accept") return inProject([], accept);
  installPeers();
  const { rounds, only } = options;
  inProject(PEERS, (project) => (only === undefined ? measureAll(project, rounds) : showOnly(project, rounds, only)));
}

function inProject(packages: readonly string[], act: (project: Project) => void): void {
  const project = layOutProject(packages);
  try {
    act(project);
  } finally {
    project.remove();
  }
}

function accept(project: Project): void {
  writeFigures(BASELINE, { figures: measureForBaseline(project) } satisfies Baseline);
}

/** A look at some figures: nothing is written. */
function showOnly(project: Project, rounds: number, only: readonly Target[]): void {
  for (const figure of measureRounds(project, rounds, only)) console.log(showFigure(figure, figure));
}

function measureAll(project: Project, rounds: number): void {
  const loadBefore = loadNow();
  const figures = measureRounds(project, rounds, allTargets());
  const growth = measureGrowth(project);
  const results: Results = {
    ...originOf(`npm run bench:types -- --rounds ${rounds}`, "types", loadBefore),
    versions: versions(),
    rounds,
    figures,
    growth,
  };
  writeFigures(RESULTS, results);
  writePages(PAGES, readFigures(RESULTS) as Results);
  console.log(details(results));
  const ours = baselineTargets().map(({ program, contestant, compiler }) =>
    figureIn(results, program, contestant, compiler),
  );
  const problems = baselineProblems(readFigures(BASELINE) as Baseline, ours);
  if (problems.length > 0) throw new CommandFailed(problems.join("\n"));
}

/** Of the peers that are compiled, and of the compilers. */
function versions(): Readonly<Record<string, string>> {
  const all = peers();
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return {
    ...Object.fromEntries(PEERS.map((name) => [name, all[name]!])),
    typescript: devDependencies["typescript"]!,
    typescript59: devDependencies["typescript59"]!.replace(/^npm:typescript@/, ""),
  };
}
