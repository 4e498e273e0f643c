// What is stored comes back as it was, in kind and in value (V1), over random values and errors.
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { TaggedError } from "../../src/index.ts";
import { decodeValue, encodeValue } from "../../src/core/value-codec.ts";
import { DECLARED, randomError, revivedPrototype } from "./random-errors.ts";
import { placedView, storableValue, storableValueWith, valueWithLinkedErrors, viewOf } from "./random-values.ts";
import { strictDifference } from "./strict-difference.ts";
import { Census, holdsCyclicError } from "./value-census.ts";

const census = new Census();
const rules = { revivedPrototype };
const roundTrip = (value: unknown): unknown => decodeValue(encodeValue(value), DECLARED);

afterAll(() => census.print("value codec"));

test("random values come back as they were", () => {
  fc.assert(
    fc.property(storableValue, (value) => {
      census.noteKindsOf(value);
      expect(strictDifference(value, roundTrip(value))).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
  const kinds = ["Date", "invalid Date", "Map", "Set", "bigint", "undefined", "-0", "NaN", "Infinity", "-Infinity"];
  const views = [
    "Int8Array",
    "Uint8ClampedArray",
    "BigUint64Array",
    "Float64Array",
    "DataView",
    "Buffer",
    "ArrayBuffer",
  ];
  const shapes = ["null prototype", "sparse Array", "part of a buffer", "cycle", "shared", "NUL", "lone surrogate"];
  expect(census.missing([...kinds, ...views, ...shapes])).toEqual([]);
});

test("random errors come back as the class that they were, with all that they had", () => {
  fc.assert(
    fc.property(randomError, ({ sort, error }) => {
      census.note(`${sort} error`);
      expect(strictDifference(error, roundTrip(error), rules)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
  const sorts = ["tagged", "declared", "undeclared", "built-in", "aggregate", "platform"];
  expect(census.missing(sorts.map((sort) => `${sort} error`))).toEqual([]);
});

test("random values that hold errors come back as they were", () => {
  fc.assert(
    fc.property(storableValueWith(randomError.map(({ error }) => error)), (value) => {
      expect(strictDifference(value, roundTrip(value), rules)).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

test("what errors share with what is around them, they share again, and what leads back to them does so again", () => {
  let cyclic = 0;
  fc.assert(
    fc.property(valueWithLinkedErrors, (value) => {
      if (holdsCyclicError(value)) cyclic++;
      expect(strictDifference(value, roundTrip(value), rules)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
  census.note("cycle through an error", cyclic);
  expect(cyclic).toBeGreaterThan(0);
});

test("the text of a view says nothing of what else is in its buffer", () => {
  fc.assert(
    fc.property(placedView, (placed) => {
      const [secret, blank] = [viewOf(placed, 0x53), viewOf(placed, 0)];
      expect(encodeValue(secret)).toBe(encodeValue(blank));
      expect(encodeValue({ list: [secret] })).toBe(encodeValue({ list: [blank] }));
      const back = roundTrip(secret) as ArrayBufferView;
      expect(back.buffer.byteLength).toBe(back.byteLength);
    }),
    { numRuns: 500 },
  );
});

test("text of 3 MB comes back, alone and inside", () => {
  const long = "\0\ud800é𝒳x".repeat(500_000);
  expect(long.length).toBeGreaterThanOrEqual(3_000_000);
  const value = { long, again: [long], map: new Map([[long, new Error(long)]]) };
  expect(roundTrip(long) === long).toBe(true);
  expect(strictDifference(value, roundTrip(value))).toBeUndefined();
});

test("an error of a declared tagged class has the methods of its class, also where none of its errors was made before", () => {
  class Refused extends TaggedError("Refused")<{ readonly by: string }> {
    describe(): string {
      return `refused by ${this.by}`;
    }
  }
  const written =
    '[["errors",1],[2,4],["error",3],1,[5],{"tag":6,"type":6,"name":6,"message":7,"fields":8},"Refused","no",{"by":9},"the bank"]';
  const revived = decodeValue(written, [Refused]) as Refused;
  expect(revived.describe()).toBe("refused by the bank");
});

test("a cycle that passes through an error closes again", () => {
  const tagged: Error & { self?: unknown } = new Error("tagged");
  tagged.self = tagged;
  const caused = new Error("its own cause");
  caused.cause = caused;
  const holder: { error?: unknown } = {};
  holder.error = new AggregateError([holder], "held");
  const below = new Error("below");
  const above = new Error("above", { cause: [below] });
  Object.assign(below, { above });
  for (const value of [tagged, caused, holder, holder.error, above, below])
    expect(strictDifference(value, roundTrip(value))).toBeUndefined();
});
