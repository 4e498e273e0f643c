import { describe, expect, it } from "vitest";
import { childNumber, compareNumbers } from "./step-number.ts";

it("a step's number is its parent's with its own place", () => {
  expect(childNumber("", 1)).toBe("1");
  expect(childNumber("2", 1)).toBe("2.1");
  expect(childNumber("2.2", 10)).toBe("2.2.10");
});

describe("compareNumbers", () => {
  it("orders as people count", () => {
    const ordered = ["", "1", "2", "2.1", "2.1.1", "2.2", "2.10", "3", "10", "10.1"];
    expect(ordered.toReversed().toSorted(compareNumbers)).toEqual(ordered);
  });

  it("is nothing for the same number", () => {
    for (const number of ["", "1", "2.10"]) expect(compareNumbers(number, number)).toBe(0);
  });

  it("is the other way round the other way round", () => {
    for (const [left, right] of [
      ["2", "10"],
      ["2", "2.1"],
      ["", "1"],
    ] as const) {
      expect(compareNumbers(left, right)).toBeLessThan(0);
      expect(compareNumbers(right, left)).toBeGreaterThan(0);
    }
  });
});
