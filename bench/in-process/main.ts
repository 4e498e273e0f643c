// `npm run bench:in-process`: what a step costs in process, side by side with what else there is.
//
// Builds, installs the peers if they are not there, checks that everybody does the same and that surefoot keeps its records, and
// only then measures: each figure in a fresh process, round by round. Ends with 1 if a check fails.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../../scripts/packed-package.ts";
import { ROOT, carryOut, endWith } from "../shared/command.ts";
import { medianOf } from "../shared/median.ts";
import { writePages } from "../shared/pages.ts";
import { installPeers, peers } from "../shared/peers.ts";
import { loadNow, originOf, readFigures, writeFigures } from "../shared/results-file.ts";
import { showBytes, showDuration, showRatio } from "../shared/show-figures.ts";
import { CONTESTANTS } from "./contestants.ts";
import { errorPathOf, figuresOf, noisiest, tracingOf } from "./figures.ts";
import { allTargets, readOptions, type Options, type Target } from "./options.ts";
import { PAGES } from "./pages.ts";
import { FOLDER, runNode } from "./processes.ts";
import { profileFigure, showProfile } from "./profile.ts";
import { noiseLines } from "./report.ts";
import { MEMORY_CONTESTANTS, RESULTS, type MemorySample, type Results } from "./results.ts";
import { measureRounds } from "./rounds.ts";

/** Whose steps are looked into. */
const PROFILED = ["surefoot-generator", "surefoot-async"] as const;
const MEMORY_ROUNDS = 3;
const MOST_NOISY = 8;

endWith(() => carryOutOptions(readOptions(process.argv.slice(2))));

function carryOutOptions(options: Options): void {
  if (options.kind === "report") return writePages(PAGES, readFigures(RESULTS) as Results);
  carryOut("npm", ["run", "--silent", "build"], ROOT);
  installPeers();
  if (options.kind === "profile") return showProfile(options);
  carryOut(process.execPath, [join(FOLDER, "checks/main.ts")], ROOT);
  if (options.only !== undefined) showOnly(options.rounds, options.only);
  else measureAll(options.rounds);
}

/** A look at some figures: nothing is written. */
function showOnly(rounds: number, only: readonly Target[]): void {
  const wanted = allTargets().filter(({ contestant, workload }) =>
    only.some(
      (one) =>
        one.workload === workload && (one.contestant === contestant || CONTESTANTS[one.contestant].base === contestant),
    ),
  );
  const figures = figuresOf(measureRounds(rounds, wanted));
  for (const { workload, contestant, bestNs, medianNs, meanNs, ratio, steps } of figures) {
    const times = [bestNs, medianNs, meanNs, bestNs / steps].map((ns) => showDuration(ns).padStart(9));
    console.log(`${`${workload}/${contestant}`.padEnd(36)} ${times.join(" ")} a step  ${showRatio(ratio)}`);
  }
}

function measureAll(rounds: number): void {
  const built = digestOfBuild();
  const loadBefore = loadNow();
  const all = measureRounds(rounds, allTargets());
  const figures = figuresOf(all);
  const memory = measureMemory();
  if (digestOfBuild() !== built) throw new Error("dist/ was built anew while it was measured: nothing is written");
  const results: Results = {
    ...originOf(`npm run bench:in-process -- --rounds ${rounds}`, "in-process", loadBefore),
    peers: peers(),
    rounds,
    errorPath: errorPathOf(all),
    tracing: tracingOf(all),
    memory,
    profiles: PROFILED.map((contestant) => profileFigure({ contestant, workload: "loop" })),
    figures,
  };
  writeFigures(RESULTS, results);
  writePages(PAGES, readFigures(RESULTS) as Results);
  console.log(noiseLines(noisiest(figures, MOST_NOISY)));
}

function measureMemory(): readonly MemorySample[] {
  return MEMORY_CONTESTANTS.map((contestant) => {
    const taken = Array.from(
      { length: MEMORY_ROUNDS },
      () => JSON.parse(runNode("memory.ts", [contestant], ["--expose-gc"])) as MemorySample,
    );
    const bytesPerStep = medianOf(taken.map((sample) => sample.bytesPerStep));
    console.error(`memory  ${contestant.padEnd(36)} ${showBytes(bytesPerStep)} a step`);
    return { ...taken[0]!, bytesPerStep, leftPerStep: medianOf(taken.map((sample) => sample.leftPerStep)) };
  });
}

/** What is measured is one build. */
function digestOfBuild(): string {
  const hash = createHash("sha256");
  for (const path of filesBelow(join(ROOT, "dist")).toSorted()) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}
