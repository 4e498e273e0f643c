// The tables of the benchmarks.
import { expect, it } from "vitest";
import { table } from "../../../bench/shared/table.ts";

it("a table has figures on the right", () => {
  expect(table(["", "best"], [["plain", "1 ns"]])).toBe("|  | best |\n|---|---:|\n| plain | 1 ns |");
});
