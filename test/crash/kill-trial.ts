// So many kills of one worker, beside the same load undisturbed: checked, with figures.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { percentile, printFigure } from "../figures.ts";
import { checkHistory, reportOf } from "./history-checker.ts";
import type { JournalPlace } from "./journal-place.ts";
import { campaignEvents, runCampaign } from "./kill-campaign.ts";
import { restartsOf } from "./restarts.ts";
import { sometimesOf } from "./sometimes.ts";
import { runUndisturbed } from "./undisturbed-load.ts";

/** From this many kills on, each of the moments that the checks are about has come. Below, a few may be missing. */
const ENOUGH_FOR_ALL = 200;
const MEDIAN_RESTART_MS = 2_000;
/** Well under the default lease of 15 s. */
const LONGEST_RESTART_MS = 8_000;

export interface KillTrial {
  readonly directory: string;
  readonly seed: string;
  readonly kills: number;
  readonly mostMissing: number;
  /** From so many restarts on, the slowest says something of more than the machine at that moment. */
  readonly enoughForSlowest: number;
  /** A new place for the journal of the campaign whose other files are in `directory`. */
  readonly newPlace: (directory: string) => JournalPlace;
}

/** Carries it out. Throws where anything is not as it is to be. */
export async function carryOutKillTrial(trial: KillTrial): Promise<void> {
  const { directory, seed, kills, mostMissing, newPlace } = trial;
  const [disturbed, left] = ["disturbed", "left-alone"].map((name) => join(directory, name)) as [string, string];
  for (const path of [disturbed, left]) mkdirSync(path);
  const place = newPlace(disturbed);
  const [campaign, undisturbed] = await Promise.all([
    runCampaign({ directory: disturbed, place, seed, kills }),
    runUndisturbed(left, campaignEvents(seed, kills)),
  ]);
  await place.close();
  const history = { ...campaign, undisturbed };

  const sometimes = sometimesOf(history);
  for (const [name, count] of Object.entries(sometimes)) printFigure(name, count);
  printFigure("runs in the kill campaign", history.runs.size);
  printFigure("ledger lines", history.lines.length);
  printFigure("outcomes that never changed", history.outcomes.size);
  const restarts = restartsOf(history).map(({ afterMs }) => afterMs);
  printFigure("time until a restarted worker goes on, p50", percentile(restarts, 0.5), "ms");
  printFigure("time until a restarted worker goes on, longest", Math.max(...restarts), "ms");

  const violations = checkHistory(history);
  printFigure("violations", violations.length);
  expect(violations.length === 0 ? "" : reportOf(history, violations)).toBe("");
  expect(sometimes["kills"]).toBe(kills);
  const missing = Object.entries(sometimes).flatMap(([name, count]) => (count === 0 ? [name] : []));
  expect(missing.slice(kills >= ENOUGH_FOR_ALL ? 0 : mostMissing)).toEqual([]);
  expect(restarts.length).toBeGreaterThan(kills / 4);
  const isEnough = restarts.length >= trial.enoughForSlowest;
  expect(percentile(restarts, 0.5)).toBeLessThan(isEnough ? MEDIAN_RESTART_MS : LONGEST_RESTART_MS);
  if (isEnough) expect(Math.max(...restarts)).toBeLessThan(LONGEST_RESTART_MS);
}
