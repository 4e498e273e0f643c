// The comparer that the other properties rest on: it must see what a laxer one overlooks.
import { expect, test } from "vitest";
import { strictDifference } from "./strict-difference.ts";

class Sub extends Error {}

function cyclic(length: number): unknown {
  const links = Array.from({ length }, () => ({ next: undefined as unknown }));
  links.forEach((link, place) => (link.next = links[(place + 1) % length]));
  return links[0];
}
function errorWith(change: (error: Error & Record<string, unknown>) => void, error: Error = new Error("m")): Error {
  error.stack = "Error: m\n    at somewhere";
  change(error as Error & Record<string, unknown>);
  return error;
}
const shared = { a: 1 };

/** Pairs that `toEqual`, or a comparison of texts, takes for the same. */
const differing: Readonly<Record<string, readonly [unknown, unknown]>> = {
  "-0 and 0": [-0, 0],
  "-0 and 0 in a view": [new Float64Array([-0]), new Float64Array([0])],
  "a hole and undefined": [Array(1), [undefined]],
  "a missing and an undefined property": [{}, { a: undefined }],
  "a null prototype": [Object.create(null), {}],
  "the order of keys": [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  "the order of a map": [
    new Map([
      [1, 1],
      [2, 2],
    ]),
    new Map([
      [2, 2],
      [1, 1],
    ]),
  ],
  "a key that is a symbol": [{ [Symbol.for("a")]: 1 }, {}],
  "a property that does not show": [Object.defineProperty({}, "a", { value: 1 }), {}],
  "a property of an array": [Object.assign([1], { a: 1 }), [1]],
  "sharing and copies": [
    [shared, shared],
    [{ a: 1 }, { a: 1 }],
  ],
  "copies and sharing": [
    [{ a: 1 }, { a: 1 }],
    [shared, shared],
  ],
  "the length of a cycle": [cyclic(2), cyclic(3)],
  "the kind of a view": [new Int8Array(2), new Uint8Array(2)],
  "the length of a view": [new Uint8Array(2), new Uint8Array(3)],
  dates: [new Date(1), new Date(2)],
  "a valid and an invalid date": [new Date(1), new Date(Number.NaN)],
  "the class of an error": [errorWith(() => {}, new TypeError("m")), errorWith(() => {})],
  "the message": [errorWith(() => {}), errorWith((error) => (error.message = "n"))],
  "the name": [errorWith(() => {}), errorWith((error) => (error.name = "N"))],
  "the stack": [errorWith(() => {}), errorWith((error) => (error.stack += "\n    at step 1 A (F, run_1)"))],
  "the cause": [errorWith((error) => (error.cause = 1)), errorWith((error) => (error.cause = 2))],
  "a cause that is undefined": [errorWith((error) => (error.cause = undefined)), errorWith(() => {})],
  "a field": [errorWith((error) => (error["code"] = 1)), errorWith(() => {})],
  "a field that does not show any more": [
    errorWith((error) => (error["code"] = 1)),
    errorWith((error) => Object.defineProperty(error, "code", { value: 1 })),
  ],
  "the errors of an aggregate": [
    errorWith((error) => (error["errors"] = [1])),
    errorWith((error) => (error["errors"] = [2])),
  ],
};

test.each(Object.entries(differing))("tells apart: %s", (_name, [left, right]) => {
  expect(strictDifference(left, right)).toBeTypeOf("string");
  expect(strictDifference(right, left)).toBeTypeOf("string");
});

test("takes for the same what is the same, also where it is cyclic", () => {
  const make = (): unknown => {
    const part: Record<string, unknown> = {
      n: Number.NaN,
      z: -0,
      d: new Date(Number.NaN),
      list: Object.assign(Array(2), { 1: 1 }),
      view: new Int8Array(3),
    };
    part["self"] = new Map([[part, new Set([part])]]);
    part["error"] = errorWith((error) => Object.assign(error, { cause: part, code: "E" }));
    return part;
  };
  expect(strictDifference(make(), make())).toBeUndefined();
});

test("allows what the rules name, and no more", () => {
  const rules = {
    revivedPrototype: (error: Error) =>
      error instanceof Sub ? Error.prototype : (Object.getPrototypeOf(error) as object),
    mayGainPlace: true,
  };
  const original = errorWith(() => {}, new Sub("m"));
  const placed = errorWith((error) => (error.stack += "\n    at step 2.1 Charge card (Pay, run_1)"));
  expect(strictDifference(original, placed, rules)).toBeUndefined();
  expect(strictDifference(original, placed)).toBeTypeOf("string");
  expect(strictDifference(placed, original, rules)).toBeTypeOf("string");
  expect(strictDifference([original], [placed], rules)).toBeTypeOf("string");
  expect(
    strictDifference(
      new TypeError("m"),
      errorWith(() => {}),
      rules,
    ),
  ).toBeTypeOf("string");
  const elsewhere = errorWith((error) => (error.stack += "\n    at elsewhere"));
  expect(strictDifference(original, elsewhere, rules)).toBeTypeOf("string");
});
