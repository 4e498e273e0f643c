// At every call of the store, before, within and after it, a process dies; the next one comes to the same outcome (P1–P3, P5).
//
// SUREFOOT_CRASH_POINTS sets how many points of each function are gone through, spread over all of them; "all" is all.
// SUREFOOT_CRASH_PAIRS sets of how many of each function the second life dies as well.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countFrom } from "../figures.ts";
import type { Moment } from "./boundaries.ts";
import {
  beginCrashTrial,
  dieOnce,
  dieTwice,
  labelsOf,
  longestTrialMs,
  pointsFrom,
  type CrashTrial,
} from "./crash-trial.ts";

const POINTS_OF_A_FUNCTION = pointsFrom("SUREFOOT_CRASH_POINTS", 16);
const PAIRS_OF_A_FUNCTION = countFrom("SUREFOOT_CRASH_PAIRS", 2);
const MOMENTS: readonly Moment[] = ["before", "sent", "committed", "acknowledged"];

const directory = mkdtempSync(join(tmpdir(), "surefoot-crash-points-"));
let trial: CrashTrial;
beforeAll(async () => {
  trial = await beginCrashTrial(directory, {
    newIn: (folder) => join(folder, "journal.db"),
    remove: async () => {}, // with its folder
  });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("crash points", () => {
  it(
    "a death at any of them changes no outcome, and lets no recorded body run again",
    { timeout: longestTrialMs(POINTS_OF_A_FUNCTION) },
    async () => {
      await expect(dieOnce(trial, POINTS_OF_A_FUNCTION, MOMENTS)).resolves.toBeUndefined();
    },
  );

  it(
    "nor does a second death, in the life that goes on after the first",
    { timeout: longestTrialMs(PAIRS_OF_A_FUNCTION * 2) },
    async () => {
      await expect(dieTwice(trial, PAIRS_OF_A_FUNCTION)).resolves.toBeUndefined();
    },
  );

  it("each call of the store is one of them, and most have four", () => {
    const labels = labelsOf(trial);
    for (const verb of [
      "look that accepts",
      "look",
      "commit",
      "arrivals",
      "requestCancel",
      "enterWorker",
      "leaveWorker",
      "open",
    ])
      for (const moment of MOMENTS) expect(labels).toContain(`${verb} ${moment}`);
  });
});
