import { expect, it } from "vitest";
import { sampleRun } from "../../testing/journal-samples.ts";
import { DueLine } from "./due-line.ts";

function placed(dueMs: number, position: number) {
  return { run: sampleRun({ id: `${dueMs}/${position}`, dueMs, position }) };
}
function lineOf(...runs: readonly ReturnType<typeof placed>[]) {
  const line = new DueLine<ReturnType<typeof placed>>();
  for (const run of runs) line.add(run);
  return line;
}
function idsIn(line: DueLine<ReturnType<typeof placed>>): string[] {
  return [...line].map(({ run }) => run.id);
}

it("is in the order in which runs are due, and of those that are due at once, in theirs, however they join", () => {
  const line = lineOf(placed(5, 4), placed(9, 1), placed(5, 2), placed(1, 3), placed(9, 5));
  expect(idsIn(line)).toEqual(["1/3", "5/2", "5/4", "9/1", "9/5"]);
});

it("lets each one leave, wherever it stands, and join again", () => {
  const runs = [1, 2, 3, 4, 5].map((dueMs) => placed(dueMs, dueMs));
  const line = lineOf(...runs);
  for (const place of [2, 0, 4]) line.remove(runs[place]!);
  expect(idsIn(line)).toEqual(["2/2", "4/4"]);
  line.add(runs[0]!);
  line.add(runs[4]!);
  expect(idsIn(line)).toEqual(["1/1", "2/2", "4/4", "5/5"]);
});

it("is the same when it empties from the front, as backlogs do", () => {
  const runs = Array.from({ length: 300 }, (_, place) => placed(7, place));
  const line = lineOf(...runs);
  for (const [place, run] of runs.entries()) {
    expect([...line][0]).toBe(run);
    line.remove(run);
    if (place % 3 === 0) line.add(placed(8, place));
  }
  expect(idsIn(line)).toEqual(Array.from({ length: 100 }, (_, place) => `8/${place * 3}`));
});
