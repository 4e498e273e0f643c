import { expect, it } from "vitest";
import { isWithinData } from "./event-part.ts";

const data = {
  id: 7,
  at: new Date(0),
  order: { tags: ["x", "y"], lines: [{ sku: "a", n: 1 }] },
  none: null,
  nan: Number.NaN,
};

it.each<[what: string, part: object | undefined]>([
  ["no part", undefined],
  ["nothing", {}],
  ["a field", { id: 7 }],
  ["a field in a field", { order: { tags: ["x", "y"] } }],
  ["records in a list, whose fields have no order", { order: { lines: [{ n: 1, sku: "a" }] } }],
  ["a date", { at: new Date(0) }],
  ["null, and what is no number", { none: null, nan: Number.NaN }],
])("%s is in the data", (_what, part) => {
  expect(isWithinData(part, data)).toBe(true);
});

it.each<[what: string, part: object]>([
  ["another value", { id: 8 }],
  ["a part of a list", { order: { tags: ["x"] } }],
  ["a part of a record in a list", { order: { lines: [{ n: 1 }] } }],
  ["more of a record in a list", { order: { lines: [{ n: 1, sku: "a", x: 1 }] } }],
  ["a field that is not there", { other: undefined }],
  ["an inherited field", { constructor: Object }],
  ["an empty record where there are fields", { order: {} }],
])("%s is not", (_what, part) => {
  expect(isWithinData(part, data)).toBe(false);
});

it("nothing is in what has no fields, but no part", () => {
  for (const bare of [undefined, null, 5, "x"]) {
    expect(isWithinData({}, bare)).toBe(false);
    expect(isWithinData(undefined, bare)).toBe(true);
  }
});
