// Where the time of a workload goes.
import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../shared/command.ts";
import type { Target } from "./options.ts";
import { runNode } from "./processes.ts";
import { selfTimeTable, selfTimes, selfTimesByFile, type CpuProfile, type SelfTime } from "./profile-table.ts";
import type { ProfileFigure } from "./results.ts";

const MOST_FUNCTIONS = 40;
const MOST_FILES = 15;
const MOST_KEPT = 14;
const SAMPLE_EVERY_US = "200";

/** Shows where the time of a workload goes. */
export function showProfile(target: Target): void {
  const { times, path } = takeProfile(target);
  console.log(`\n${target.contestant}, ${target.workload}: where the time goes, by function\n`);
  console.log(selfTimeTable(times, MOST_FUNCTIONS));
  console.log("\nby file\n");
  console.log(selfTimeTable(selfTimesByFile(times), MOST_FILES));
  console.log(`\nThe whole profile, for Chrome's tools: ${path}`);
}

/** For the results. */
export function profileFigure({ contestant, workload }: Target): ProfileFigure {
  const functions = takeProfile({ contestant, workload }).times.slice(0, MOST_KEPT);
  return { contestant, workload, functions: functions.map(({ name, place, share }) => ({ name, place, share })) };
}

function takeProfile({ contestant, workload }: Target): { readonly times: readonly SelfTime[]; readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-profile-"));
  const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${SAMPLE_EVERY_US}`];
  runNode("profiled.ts", [contestant, workload], flags);
  const path = join(folder, readdirSync(folder)[0]!);
  return { times: selfTimes(JSON.parse(readFileSync(path, "utf8")) as CpuProfile, ROOT), path };
}
