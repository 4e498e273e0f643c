// Whether what is timed is right, before it is timed: node bench/in-process/checks/main.ts [--without-peers]
import { CONTESTANT_NAMES, loadRun, needsPeers, type ContestantName } from "../contestants.ts";
import { ended } from "../contestants/hand-written-span.ts";
import { allTargets } from "../options.ts";
import { LOOP_STEPS, WORKLOADS } from "../workloads.ts";
import { BODY_STYLES, readingProblems, recordProblems } from "./surefoot-checks.ts";

const MOST_SHOWN = 10;
const isWithoutPeers = process.argv.includes("--without-peers");
const contestants = CONTESTANT_NAMES.filter((name) => !(isWithoutPeers && needsPeers(name)));
let broken = 0;

await check(`${contestants.length} contestants give the same answers`, answerProblems);
for (const style of BODY_STYLES) {
  await check(`surefoot, ${style}: an observer is told of every step`, () => recordProblems(style, true));
  await check(`surefoot, ${style}: \`step\` says where it is, also when nobody watches`, () =>
    recordProblems(style, false),
  );
}
await check("the observer that is timed reads every field", readingProblems);
for (const contestant of ["surefoot-otel", "surefoot-hand-written-span", "plain-span"] as const)
  await check(`${contestant}: a span for the run and each of its steps ends`, () => spanProblems(contestant));
process.exitCode = broken === 0 ? 0 : 1;

async function answerProblems(): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { contestant, workload } of allTargets().filter((target) => contestants.includes(target.contestant))) {
    const run = await loadRun(contestant, workload);
    const answers = [await run(), await run()];
    if (answers.some((answer) => answer !== WORKLOADS[workload].answer))
      problems.push(`${contestant}, ${workload}: gave ${answers.join(", ")}, not ${WORKLOADS[workload].answer}`);
  }
  return problems;
}

async function spanProblems(contestant: ContestantName): Promise<readonly string[]> {
  const run = await loadRun(contestant, "loop");
  const before = ended.spans;
  await run();
  const spans = ended.spans - before;
  return spans === 1 + LOOP_STEPS ? [] : [`${spans} spans ended, not ${1 + LOOP_STEPS}`];
}

async function check(says: string, find: () => Promise<readonly string[]>): Promise<void> {
  const problems = await find().catch((error: unknown) => [`the check itself broke: ${String(error)}`]);
  console.log(`${problems.length === 0 ? "✓" : "✕"} ${says}`);
  for (const problem of problems.slice(0, MOST_SHOWN)) console.log(`    ${problem}`);
  if (problems.length > MOST_SHOWN) console.log(`    … and ${problems.length - MOST_SHOWN} more`);
  if (problems.length > 0) broken++;
}
