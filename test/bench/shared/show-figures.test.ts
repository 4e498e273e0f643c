// Figures as people read them, and the one in the middle.
import { describe, expect, it } from "vitest";
import { medianOf } from "../../../bench/shared/median.ts";
import { showBytes, showCount, showDuration, showRatio, showShare } from "../../../bench/shared/show-figures.ts";

describe("a median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])("of %j is %d", (values, median) => {
    expect(medianOf(values)).toBe(median);
  });
});

describe("figures as people read them", () => {
  it.each([
    [25.83, "25.8 ns"],
    [3.4, "3.40 ns"],
    [999.4, "999 ns"],
    [999.6, "1.00 µs"],
    [1_557_935, "1.56 ms"],
    [245_100, "245 µs"],
    [2.5e9, "2.50 s"],
  ])("%d ns is %s", (ns, text) => {
    expect(showDuration(ns)).toBe(text);
  });
  it("have as many digits as they deserve", () => {
    expect([1, 9.44, 92.4, 1234.5].map(showRatio)).toEqual(["1.0×", "9.4×", "92×", "1,235×"]);
    expect([-0.01, 3.44, 220.6, 1999.7].map(showBytes)).toEqual(["0 bytes", "3.4 bytes", "221 bytes", "2,000 bytes"]);
    expect(showShare(0.123)).toBe("12 %");
    expect(showCount(1_234_567)).toBe("1,234,567");
  });
});
