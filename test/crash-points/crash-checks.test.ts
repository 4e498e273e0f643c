// The checks of a crash find what is wrong: each fault, in a small history that is right without it.
import { describe, expect, it } from "vitest";
import { extraEffects, violationsOf, type PlayedRuns } from "./crash-checks.ts";
import type { CrashReport, FoundRecord, LedgerEntry } from "./crash-job.ts";

const ENDING = { id: "run", function: "two-steps", outcome: "completed 3", steps: ["1 First", "2 Second"] };
const REPORT: CrashReport = {
  name: "two-steps",
  life: 2,
  endings: [ENDING],
  boundaries: [],
  integrity: "ok",
};

function entry(path: string, life: number, attempt = 1): LedgerEntry {
  return { role: "leaf", run: "run", path, attempt, life };
}
function record(key: string, state: string, attempts = 1): FoundRecord {
  return { life: 2, run: "run", key, state, attempts };
}

const UNDISTURBED: PlayedRuns = {
  report: { ...REPORT, life: 1 },
  found: [],
  entries: [entry("First", 1), entry("Second", 1)],
};
/** It died in the second step, which has been entered again. */
const CRASHED: PlayedRuns = {
  report: REPORT,
  found: [record("First", "ended")],
  entries: [entry("First", 1), entry("Second", 1), entry("Second", 2)],
};

function withReport(changes: Partial<CrashReport>): PlayedRuns {
  return { ...CRASHED, report: { ...CRASHED.report, ...changes } };
}
function withEntries(...more: readonly LedgerEntry[]): PlayedRuns {
  return { ...CRASHED, entries: [...CRASHED.entries, ...more] };
}

const ALLOWED = { openAtOnce: 1 };
const ONCE = { openAtOnce: 1, interrupted: "'interrupted'" };

const FAULTS: readonly (readonly [fault: string, crashed: PlayedRuns, says: string])[] = [
  ["another outcome", withReport({ endings: [{ ...ENDING, outcome: "completed 4" }] }), "it ended as"],
  ["another step", withReport({ endings: [{ ...ENDING, steps: ["1 First"] }] }), "it ended as"],
  ["a run that is lost", withReport({ endings: [] }), "0 runs instead of 1"],
  ["a run too many", withReport({ endings: [ENDING, ENDING] }), "2 runs instead of 1"],
  ["a damaged journal", withReport({ integrity: "row 1 missing" }), "the database says of the journal"],
  ["a recorded body that runs again", withEntries(entry("First", 2)), "the body of First was entered again"],
  [
    "a body under a recorded step that runs",
    withEntries(entry("First/Part", 2)),
    "the body of First/Part was entered again",
  ],
  [
    "an attempt that had failed and runs again",
    { ...CRASHED, found: [record("First", "ended"), record("Second", "retrying", 2)] },
    "the body of Second was entered again",
  ],
  ["a body twice in one life", withEntries(entry("Second", 2)), "Second at attempt 1 came 3 times"],
  [
    "a step before the open one that was not on record",
    { ...CRASHED, found: [], entries: [...CRASHED.entries, entry("First", 2)] },
    "2 effects came again, and at most 1 could be open",
  ],
  ["a body that is none of its own", withEntries(entry("Third", 2)), "Third at attempt 1 was not to be"],
  ["an effect that is lost", { ...CRASHED, entries: [entry("First", 1)] }, "Second at attempt 1 never came"],
];

describe("the checks of a crash", () => {
  it("find nothing where the open step alone came once more", () => {
    expect(violationsOf(UNDISTURBED, CRASHED, ALLOWED)).toEqual([]);
    expect(extraEffects(UNDISTURBED, CRASHED)).toBe(1);
  });
  it.each(FAULTS)("find %s", (_fault, crashed, says) => {
    expect(violationsOf(UNDISTURBED, crashed, ALLOWED).join("\n")).toContain(says);
  });
  it("take an interruption for one only where a start was on record", () => {
    const interrupted = withReport({ endings: [{ ...ENDING, outcome: "completed 'interrupted'" }] });
    expect(violationsOf(UNDISTURBED, interrupted, ONCE)).toHaveLength(1);
    const found = [record("First", "ended"), record("Second", "started")];
    const once = { ...interrupted, found, entries: [entry("First", 1), entry("Second", 1)] };
    expect(violationsOf(UNDISTURBED, once, ONCE)).toEqual([]);
    const twice = { ...once, entries: [...once.entries, entry("Second", 2)] };
    expect(violationsOf(UNDISTURBED, twice, ONCE).join("\n")).toContain("the body of Second was entered again");
  });
  it("of two crashes, the open step may come once more for each", () => {
    const report = { ...REPORT, life: 3 };
    const found = [record("First", "ended"), { ...record("First", "ended"), life: 3 }];
    const twice = { report, found, entries: [...CRASHED.entries, entry("Second", 3)] };
    expect(violationsOf(UNDISTURBED, twice, ALLOWED)).toEqual([]);
    const again = { ...twice, entries: [...twice.entries, entry("First", 2)] };
    expect(violationsOf(UNDISTURBED, again, ALLOWED).join("\n")).toContain("the body of First was entered again");
  });
});
