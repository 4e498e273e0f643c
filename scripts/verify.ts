// `npm run verify`: every rule of the house that a tool can check, named one by one. Ends with 1 if one is broken.
import { houseChecks, type Check, type Finding } from "./checks/house.ts";

const MOST_SHOWN = 20;
const WIDTH = 88;

const { checks, tidyUp } = houseChecks();
const startedMs = performance.now();
let broken = 0;
try {
  for (const check of checks) broken += carryOut(check);
} finally {
  tidyUp();
}
console.log(`\n${broken === 0 ? "All rules hold" : `${broken} broken`}, ${seconds(startedMs)}.`);
process.exitCode = broken === 0 ? 0 : 1;

/** Carries out one check and prints its line. 1 if it found something. */
function carryOut({ rule, says, find }: Check): 0 | 1 {
  const number = String(rule ?? "").padStart(2);
  if (find === undefined) {
    console.log(`${number} · ${says}: read in review`);
    return 0;
  }
  const checkedMs = performance.now();
  const { problems, note } = attempt(find);
  const text = note === undefined ? says : `${says}: ${note}`;
  console.log(`${number} ${problems.length === 0 ? "✓" : "✕"} ${text.padEnd(WIDTH)} ${seconds(checkedMs)}`);
  for (const problem of problems.slice(0, MOST_SHOWN)) console.log(`       ${problem}`);
  if (problems.length > MOST_SHOWN) console.log(`       … and ${problems.length - MOST_SHOWN} more`);
  return problems.length === 0 ? 0 : 1;
}

/** A check that breaks has not shown anything. */
function attempt(find: () => Finding): Finding {
  try {
    return find();
  } catch (error) {
    return { problems: [`the check itself broke: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}
