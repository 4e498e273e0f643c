// At every call of the store, before, within and after it, a process dies; the next one comes to the same outcome (P1–P3, P5).
//
// SUREFOOT_CRASH_POINTS sets how many points of each function are gone through, spread over all of them; "all" is all.
// SUREFOOT_CRASH_PAIRS sets of how many of each function the second life dies as well.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CANONICAL_FUNCTIONS } from "../canonical/canonical-functions.ts";
import { countFrom, printFigure } from "../figures.ts";
import { CrashCampaign, type CrashPoint } from "./crash-campaign.ts";

const WANTS_ALL = process.env["SUREFOOT_CRASH_POINTS"] === "all";
const POINTS_OF_A_FUNCTION = WANTS_ALL ? Number.POSITIVE_INFINITY : countFrom("SUREFOOT_CRASH_POINTS", 16);
const PAIRS_OF_A_FUNCTION = countFrom("SUREFOOT_CRASH_PAIRS", 2);
/** A second life comes by so many boundaries at least, unless little was left to do. */
const BOUNDARIES_OF_A_SECOND_LIFE = 60;
/** A cycle takes some 0.15 s of one core; a machine that does other things besides needs longer. */
const LONGEST_CYCLE_MS = 3_000;
const MOST_POINTS = 10_000;
const MOST_SHOWN = 10;

const directory = mkdtempSync(join(tmpdir(), "surefoot-crash-points-"));
const campaign = new CrashCampaign(directory);
let pointsByName: ReadonlyMap<string, readonly CrashPoint[]>;
beforeAll(async () => {
  pointsByName = await campaign.findPoints(CANONICAL_FUNCTIONS.map(({ name }) => name));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("crash points", () => {
  it(
    "a death at any of them changes no outcome, and lets no recorded body run again",
    { timeout: Math.min(MOST_POINTS, POINTS_OF_A_FUNCTION * CANONICAL_FUNCTIONS.length) * LONGEST_CYCLE_MS },
    async () => {
      const all = [...pointsByName.values()].flat();
      const chosen = [...pointsByName.values()].flatMap((points, turn) => spread(points, POINTS_OF_A_FUNCTION, turn));
      const startedMs = performance.now();
      const { covered, violations, extraEffects, openAtTheCrash } = await campaign.carryOut(
        chosen,
        availableParallelism(),
      );
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
      expect(new Set(covered.map(({ label }) => label.split(" ")[1]))).toEqual(
        new Set(["before", "sent", "committed", "acknowledged"]),
      );
      expect(openAtTheCrash).toBeGreaterThan(0);
      expect(extraEffects).toBeGreaterThan(0);
    },
  );

  it(
    "nor does a second death, in the life that goes on after the first",
    { timeout: PAIRS_OF_A_FUNCTION * CANONICAL_FUNCTIONS.length * 2 * LONGEST_CYCLE_MS },
    async () => {
      const chosen = [...pointsByName.values()].flatMap((points, turn) =>
        spread(points, PAIRS_OF_A_FUNCTION, turn).map((point, place) => ({
          ...point,
          again: 1 + ((turn * 7 + place * 13) % BOUNDARIES_OF_A_SECOND_LIFE),
        })),
      );
      const { pairs, covered, violations } = await campaign.carryOut(chosen, availableParallelism());
      printFigure("pairs of crashes", pairs);
      expect(violations.slice(0, MOST_SHOWN).join("\n")).toBe("");
      expect(covered.length).toBe(chosen.length);
      expect(pairs).toBeGreaterThan(chosen.length / 2);
    },
  );

  it("each call of the store is one of them, and most have four", () => {
    const labels = new Set([...pointsByName.values()].flat().map(({ label }) => label));
    for (const verb of ["accept", "claim", "commit", "arrivals", "requestCancel", "enterWorker", "leaveWorker", "open"])
      for (const moment of ["before", "sent", "committed", "acknowledged"])
        expect(labels).toContain(`${verb} ${moment}`);
  });
});

/** So many of them, at even distances; with other functions, at other places. */
function spread(points: readonly CrashPoint[], count: number, turn: number): readonly CrashPoint[] {
  if (count >= points.length) return points;
  const distance = points.length / count;
  const shift = (turn * 0.618) % 1; // of the golden section: places repeat as late as can be
  return Array.from({ length: count }, (_, place) => points[Math.floor((place + shift) * distance)]!);
}
