// What the steps of a killed worker wrote down.
import { expect, it } from "vitest";
import { linesOf, repeatedSteps } from "../../../bench/durable/workloads/step-log.ts";

const BEFORE = "S a 0\nE a 0\nS a 1\nE a 1\nS b 0\nE b 0\n";

it("a line that was cut off is none", () => {
  expect(linesOf("S a 0\nE a")).toEqual([{ mark: "S", run: "a", index: 0 }]);
});

it("nothing was repeated where each goes on behind what is recorded", () => {
  const all = `${BEFORE}S a 2\nE a 2\nS b 1\nE b 1\nD a 3\n`;
  expect(repeatedSteps(linesOf(BEFORE), linesOf(all))).toEqual({ repeated: 0, repeatedRecorded: 0 });
});

it("a body that had ended may run again, one behind which the run had gone on may not", () => {
  const harmless = `${BEFORE}S a 1\nE a 1\nS b 0\nE b 0\n`;
  expect(repeatedSteps(linesOf(BEFORE), linesOf(harmless))).toEqual({ repeated: 2, repeatedRecorded: 0 });
  const broken = `${BEFORE}S a 0\nE a 0\n`;
  expect(repeatedSteps(linesOf(BEFORE), linesOf(broken))).toEqual({ repeated: 1, repeatedRecorded: 1 });
});
