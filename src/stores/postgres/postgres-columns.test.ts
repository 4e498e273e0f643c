// postgres-columns.ts: the columns of rows.
import { expect, it } from "vitest";
import { ColumnTexts } from "./postgres-columns.ts";

it("columns are lists of their own; one that holds nothing is empty", () => {
  const columns = new ColumnTexts(4);
  columns.add(["a", null], 0);
  columns.add([1, null], 2);
  columns.add(["b", null], 0);
  columns.add([null, null], 2);
  expect(columns.lists).toEqual(['{"a","b"}', "{}", "{1,NULL}", "{}"]);
  expect(new ColumnTexts(2).lists).toEqual(["{}", "{}"]);
});
