import { describe, expect, it } from "vitest";
import { digestAt, matchOf } from "./event-match.ts";

const data = {
  id: 7,
  at: new Date(0),
  order: { tags: ["x", "y"], lines: [{ sku: "a", n: 1 }], note: undefined },
  none: null,
};

function isFound(part: object): boolean {
  const { paths, digest } = matchOf(part);
  return digestAt(paths, data) === digest;
}

describe("a match", () => {
  it.each<[what: string, part: object]>([
    ["a field", { id: 7 }],
    ["no field at all", {}],
    ["a field in a field", { order: { tags: ["x", "y"] } }],
    ["several, in any order", { none: null, id: 7 }],
    ["a list of records, whose fields have no order", { order: { lines: [{ n: 1, sku: "a" }] } }],
    ["a date", { at: new Date(0) }],
    ["a field that is there and undefined", { order: { note: undefined } }],
  ])("is found by %s", (_what, part) => {
    expect(isFound(part)).toBe(true);
  });

  it.each<[what: string, part: object]>([
    ["another value", { id: 8 }],
    ["the same text", { id: "7" }],
    ["a part of a list", { order: { tags: ["x"] } }],
    ["a list in another order", { order: { tags: ["y", "x"] } }],
    ["a field that is not there", { other: undefined }],
    ["an empty record where there are fields", { order: {} }],
    ["a field of what is none", { none: { id: 7 } }],
    ["an inherited field", { toString: undefined }],
    ["another date", { at: new Date(1) }],
  ])("is not found by %s", (_what, part) => {
    expect(isFound(part)).toBe(false);
  });

  it("is looked up by its paths and a digest, whatever the order of the fields", () => {
    const left = matchOf({ id: 7, order: { tags: ["x", "y"] } });
    expect(matchOf({ order: { tags: ["x", "y"] }, id: 7 })).toEqual(left);
    expect(digestAt(left.paths, data)).toBe(left.digest);
    expect(digestAt(left.paths, { ...data, id: 8 })).not.toBe(left.digest);
    expect(digestAt(left.paths, { id: 7 })).toBeUndefined();
  });
});
