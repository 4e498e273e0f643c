// So many of the crash points of all canonical functions, on one kind of store: checked, with figures.
import { availableParallelism } from "node:os";
import { expect } from "vitest";
import { CANONICAL_FUNCTIONS } from "../canonical/canonical-functions.ts";
import { countFrom, printFigure } from "../figures.ts";
import type { Moment } from "./boundaries.ts";
import { CrashCampaign, type CrashPoint, type Journals } from "./crash-campaign.ts";

/** A second life comes by so many boundaries at least, unless little was left to do. */
const BOUNDARIES_OF_A_SECOND_LIFE = 60;
/** A cycle takes some 0.15 s of one core, and 0.3 s with a server; a machine that does other things besides needs longer. */
const LONGEST_CYCLE_MS = 3_000;
const MOST_POINTS = 10_000;
const MOST_SHOWN = 10;

/** How many points of each function are gone through, spread over all of them: "all" is all. */
export function pointsFrom(variable: string, usual: number): number {
  return process.env[variable] === "all" ? Number.POSITIVE_INFINITY : countFrom(variable, usual);
}

/** The longest that so many points of each function may take. */
export function longestTrialMs(pointsOfAFunction: number): number {
  return Math.min(MOST_POINTS, pointsOfAFunction * CANONICAL_FUNCTIONS.length) * LONGEST_CYCLE_MS;
}

export interface CrashTrial {
  readonly campaign: CrashCampaign;
  readonly points: ReadonlyMap<string, readonly CrashPoint[]>;
}

/** Finds the points of all functions. */
export async function beginCrashTrial(directory: string, journals: Journals): Promise<CrashTrial> {
  const campaign = new CrashCampaign(directory, journals);
  return { campaign, points: await campaign.findPoints(CANONICAL_FUNCTIONS.map(({ name }) => name)) };
}

/** What each point is. */
export function labelsOf({ points }: CrashTrial): ReadonlySet<string> {
  return new Set([...points.values()].flat().map(({ label }) => label));
}

/** At each of these points a death, and a life that goes on. Throws where anything is not as it is to be. */
export async function dieOnce(
  { campaign, points: pointsByName }: CrashTrial,
  pointsOfAFunction: number,
  moments: readonly Moment[],
): Promise<void> {
  const all = [...pointsByName.values()].flat();
  const chosen = [...pointsByName.values()].flatMap((points, turn) => spread(points, pointsOfAFunction, turn));
  const startedMs = performance.now();
  const result = await campaign.carryOut(chosen, availableParallelism());
  const { covered, violations, extraEffects, openAtTheCrash } = result;
  const minutes = (performance.now() - startedMs) / 60_000;
  console.log(`crash points: ${covered.length}/${all.length}`);
  printFigure("crash points", all.length);
  printFigure("crash points gone through", covered.length);
  printFigure("kill cycles a minute", covered.length / minutes);
  printFigure("crashes with a body entered and no outcome", openAtTheCrash);
  printFigure("effects that came once more", extraEffects);
  printFigure("violations", violations.length);

  expect(violations.slice(0, MOST_SHOWN).join("\n")).toBe("");
  expect(covered.length).toBe(chosen.length);
  // Without these, green would say little.
  expect(new Set(covered.map(({ label }) => label.split(" ").at(-1)))).toEqual(new Set(moments));
  expect(openAtTheCrash).toBeGreaterThan(0);
  expect(extraEffects).toBeGreaterThan(0);
}

/** Two deaths each, the second in the life that goes on after the first. Throws where anything is not as it is to be. */
export async function dieTwice(
  { campaign, points: pointsByName }: CrashTrial,
  pairsOfAFunction: number,
): Promise<void> {
  const chosen = [...pointsByName.values()].flatMap((points, turn) =>
    spread(points, pairsOfAFunction, turn).map((point, place) => ({
      ...point,
      again: 1 + ((turn * 7 + place * 13) % BOUNDARIES_OF_A_SECOND_LIFE),
    })),
  );
  const { pairs, covered, violations } = await campaign.carryOut(chosen, availableParallelism());
  printFigure("pairs of crashes", pairs);
  expect(violations.slice(0, MOST_SHOWN).join("\n")).toBe("");
  expect(covered.length).toBe(chosen.length);
  expect(pairs).toBeGreaterThan(chosen.length / 2);
}

/** So many of them, at even distances; with other functions, at other places. */
function spread(points: readonly CrashPoint[], count: number, turn: number): readonly CrashPoint[] {
  if (count >= points.length) return points;
  const distance = points.length / count;
  const shift = (turn * 0.618) % 1; // of the golden section: places repeat as late as can be
  return Array.from({ length: count }, (_, place) => points[Math.floor((place + shift) * distance)]!);
}
