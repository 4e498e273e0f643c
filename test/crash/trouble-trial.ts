// So many troubles, on one journal after the other, each beside the same load undisturbed: checked, with figures.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { printFigure } from "../figures.ts";
import { leafStarts } from "./checks-of-bodies.ts";
import { checkHistory, reportOf } from "./history-checker.ts";
import { addUp } from "./pair-trial.ts";
import { placeKey } from "./outcome-book.ts";
import { runTroubleCampaign, troubleEvents, type TroubleHistory, type TroubleOptions } from "./trouble-campaign.ts";
import { runUndisturbed } from "./undisturbed-load.ts";
import { groupBy } from "./violation.ts";
import type { DiaryEntry } from "./worker-diary.ts";

/** Each journal is looked at as a whole after each trouble: a new one keeps that quick. */
const TROUBLES_OF_A_JOURNAL = 100;

export type TroubleTrial = Pick<TroubleOptions, "seed" | "workers" | "troubles" | "trouble"> & {
  readonly newPlace: () => Pick<TroubleOptions, "place" | "workersAddress">;
};

/** Carries it out. Throws where anything is not as it is to be. Gives what it came to. */
export async function carryOutTroubleTrial(trial: TroubleTrial): Promise<Readonly<Record<string, number>>> {
  const directory = mkdtempSync(join(tmpdir(), "surefoot-troubles-"));
  try {
    const counts: Record<string, number>[] = [];
    for (let done = 0; done < trial.troubles; done += TROUBLES_OF_A_JOURNAL) {
      const troubles = Math.min(TROUBLES_OF_A_JOURNAL, trial.troubles - done);
      const history = await campaign({ ...trial, troubles, seed: `${trial.seed} ${done}` }, join(directory, `${done}`));
      counts.push(countsOf(history));
    }
    const sums = addUp(counts);
    for (const [name, count] of Object.entries(sums)) printFigure(name, count);
    return sums;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One journal's worth of troubles, with the same load undisturbed beside it. */
async function campaign(trial: TroubleTrial, directory: string): Promise<TroubleHistory> {
  const [disturbed, left] = ["disturbed", "left-alone"].map((name) => join(directory, name)) as [string, string];
  for (const path of [disturbed, left]) mkdirSync(path, { recursive: true });
  const where = trial.newPlace();
  const [history, undisturbed] = await Promise.all([
    runTroubleCampaign({ ...trial, ...where, directory: disturbed }),
    runUndisturbed(left, troubleEvents(trial)),
  ]);
  await where.place.close();
  const violations = checkHistory({ ...history, undisturbed });
  expect(violations.length === 0 ? "" : reportOf({ ...history, undisturbed }, violations)).toBe("");
  rmSync(directory, { recursive: true, force: true });
  return history;
}

function countsOf(history: TroubleHistory): Record<string, number> {
  const { diary, lives, runs, journal, complaints } = history;
  const runsIn = (kind: DiaryEntry["kind"]): number =>
    diary.reduce((sum, entry) => sum + (entry.kind === kind && "runs" in entry ? entry.runs.length : 0), 0);
  const attempts = [...leafStarts(history).values()].map((starts) => groupBy(starts, ({ attempt }) => String(attempt)));
  const leaves = new Set([...leafStarts(history).keys()]);
  return {
    runs: runs.size,
    "commits whose answer was lost": diary.filter(({ kind }) => kind === "unknown").length,
    "runs whose writes were in them": runsIn("unknown"),
    "runs of them whose writes had been kept": runsIn("found"),
    "runs of them whose writes had not been kept": runsIn("absent"),
    "runs of them whose writes were never read back": unresolved(diary).length,
    "bodies run": attempts.reduce((sum, byAttempt) => sum + byAttempt.size, 0),
    "bodies run again": attempts.reduce(
      (sum, byAttempt) => sum + [...byAttempt.values()].filter((same) => same.length > 1).length,
      0,
    ),
    "steps recorded": journal.steps.filter(
      ({ run, key, state }) => state === "ended" && leaves.has(placeKey({ run, path: key })),
    ).length,
    takeovers: [...runs.values()].reduce((sum, { takeovers }) => sum + takeovers.length, 0),
    "workers that ended by themselves": lives.filter(({ end }) => end !== "stopped").length,
    "warnings of a store that is away": complaints,
  };
}

/** Runs whose writes were in a commit that had no answer, and that nobody asked for since. */
function unresolved(diary: readonly DiaryEntry[]): string[] {
  return diary.flatMap((entry, place) => {
    if (entry.kind !== "unknown") return [];
    const later = diary.slice(place + 1).filter(({ life }) => life === entry.life);
    const asked = new Set(later.flatMap((next) => (next.kind === "found" || next.kind === "absent" ? next.runs : [])));
    return entry.runs.filter((run) => !asked.has(run));
  });
}
