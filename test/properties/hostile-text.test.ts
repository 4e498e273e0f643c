// Text from a store is data, whoever wrote it (V2, X1): it never becomes code, never chooses a prototype, never calls anything.
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TaggedError, UnexpectedError } from "../../src/index.ts";
import { decodeValue } from "../../src/core/value-codec.ts";
import { DeclaredPlain } from "./random-errors.ts";
import { Census } from "./value-census.ts";

let calls = 0;
class Armed extends TaggedError("Armed")<{ readonly boom?: unknown }> {
  constructor() {
    super();
    calls++;
  }
  set armedField(_value: unknown) {
    calls++;
  }
  toJSON(): string {
    calls++;
    return "";
  }
}
class ArmedPlain extends Error {
  constructor() {
    super();
    calls++;
  }
  set armedField(_value: unknown) {
    calls++;
  }
}
const declared = [Armed, ArmedPlain, DeclaredPlain, UnexpectedError];

const guarded = [Object, Array, Function, Error, Map, Set, Date, Promise, Armed, ArmedPlain, UnexpectedError];
/** All that these have of their own, flat, so that it is compared by identity. */
const shapes = (): readonly unknown[] =>
  guarded
    .flatMap((maker): object[] => [maker, maker.prototype as object])
    .flatMap((holder) =>
      Reflect.ownKeys(holder).flatMap((key) => [key, ...Object.values(Object.getOwnPropertyDescriptor(holder, key)!)]),
    );

/** What plain data may be made of. What a payload names beyond that is made to throw, or gives one of these inert kinds. */
const inert: ReadonlySet<unknown> = new Set(
  [
    null,
    ...[
      Object,
      Array,
      Map,
      Set,
      Date,
      ArrayBuffer,
      DataView,
      RegExp,
      URL,
      URLSearchParams,
      Number,
      String,
      Boolean,
      BigInt,
    ],
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array],
    ...[Float64Array, BigInt64Array, BigUint64Array, (globalThis as { Float16Array?: unknown }).Float16Array],
    ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError],
    ...declared,
    Object.getPrototypeOf(Armed), // a tagged class stands in for another until first contact
  ].map((maker) => (typeof maker === "function" ? (maker.prototype as object) : maker)),
);

function assertInert(value: unknown, seen = new Set<unknown>()): void {
  if (typeof value === "function" || typeof value === "symbol") expect.fail(`a ${typeof value} came out`);
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (!inert.has(prototype)) expect.fail(`a ${Object.prototype.toString.call(value)} has a prototype of its choosing`);
  if (ArrayBuffer.isView(value)) return;
  if (value instanceof Map || value instanceof Set)
    for (const part of [...value.keys(), ...value.values()]) assertInert(part, seen);
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key)!;
    if (!("value" in property)) expect.fail("an accessor came out");
    assertInert(property.value, seen);
  }
}

const census = new Census();

/** Decodes what may be anything: it throws an error, or gives data. Says which. */
function decodeHostile(text: string): "thrown" | "data" {
  const { value, thrown } = decoded(text);
  const how = thrown === undefined ? "data" : "thrown";
  expect(thrown ?? new Error("data")).toBeInstanceOf(Error);
  if (how === "data") assertInert(value);
  census.note(how);
  return how;
}

function decoded(text: string): { readonly value?: unknown; readonly thrown?: unknown } {
  try {
    return { value: decodeValue(text, declared) };
  } catch (thrown) {
    return { thrown: thrown ?? "nothing" };
  }
}

/** Each test: nothing was called, and nothing that all objects share was changed. */
let before: readonly unknown[] = [];
beforeEach(() => {
  calls = 0;
  before = shapes();
  const spy = (): never => {
    calls++;
    throw new TypeError("called");
  };
  vi.stubGlobal("pwned", spy);
  vi.stubGlobal("eval", spy);
  vi.stubGlobal("Function", Object.assign(spy, { prototype: Function.prototype }));
});
afterEach(() => {
  vi.unstubAllGlobals();
  const after = shapes();
  assert.equal(calls, 0);
  assert.equal(after.length, before.length);
  assert.ok(after.every((part, place) => Object.is(part, before[place])));
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

const THROWN = [
  "",
  '{"__proto__":{"polluted":true}}',
  String.raw`{"a":[{"\u005f_proto__":{"polluted":true}}]}`,
  ' [{"__proto__":[]}]',
  "{",
  "{pwned()}",
  " ",
  " pwned()",
  "[]",
  "0",
  "-5000000000",
  "null",
  '"text"',
  "undefined",
  "pwned()",
  '[{"__proto__":1},{"polluted":2},true]',
  '[["null","__proto__",1],{"polluted":2},true]',
  '[["null",1,1],"x"]',
  '[["pwned",1],1]',
  '[["__proto__",1],1]',
  '[["constructor",1],1]',
  '[["Function",1],"pwned()"]',
  '[["Promise",1],1]',
  '[["Symbol","iterator"]]',
  "[[7]]",
  '[["Set",9]]',
  '[["Map",1]]'.replace("1", "1e9"),
  '[{"a":1e400}]',
  '[{"a":"1"},2]',
  '[{"a":0.5},2]'.replace("0.5", "99"),
  '[["Object",0]]',
  '[["error",0]]',
  '[["error",1],["error",0]]',
  '[["error",1],null]',
  '[["error",1]]',
  '[["error",1],{}]',
  '[["errors",1],[2,4],["error",3],1,[5]]',
  '[["errors",1],[2,4],["error",3],2,[5],{}]',
  '[["errors",1],[2,4],["error",3],1,[5],null]',
  '[["bytes",0]]',
  '[["errors",1],[2,4],["error",3],1,[5],{"message":6},{"__proto__":2}]',
  '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"fields":7},"Error",{"__proto__":8},{"polluted":9},true]',
  '[["ArrayBuffer",1]]',
  '[["Uint8Array",1],1000000000]',
  '[["Uint8Array",1],["Uint8Array",0]]',
  '[["Uint8Array",1,5,99999],["ArrayBuffer","AAAA"]]',
  '[["BigInt","pwned()"]]',
  '[["RegExp","("]]',
  '[["URL","pwned"]]',
  "[[-7,-1]]",
  "[[-7,2,5,0],1]",
  "[[-7,1e99]]",
  `[${Array.from({ length: 200_000 }, (_, depth) => `[${depth + 1}]`).join(",")},1]`,
  "[".repeat(200_000),
] as const;

test.each(THROWN.map((text) => [text.slice(0, 80), text]))("is refused: %s", (_shown, text) => {
  expect(decodeHostile(text)).toBe("thrown");
});

const GIVES_DATA = [
  '[{"constructor":1,"toString":2,"then":2,"valueOf":2},{"prototype":2},"pwned()"]',
  '[{"__defineGetter__":1,"__lookupSetter__":1,"hasOwnProperty":1},"pwned()"]',
  "[[-7,4294967295,4294967294,1],1]",
  '[["null","constructor",1,"toString",1],"pwned()"]',
  '[["Date","pwned()"]]',
  '[["RegExp","(a+)+$","g"]]',
  '[["Object",1],"pwned()"]',
  '[["errors",1],[2,4],["error",3],1,[5],{}]',
  '[["errors",1],[2,4],["error",3],1,[5],5]',
  '[["errors",1],[2,4],["error",3],1,[5],"pwned()"]',
  '[["errors",1],[2,4],["error",3],1,[5],[6],"pwned()"]',
  '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"name":6,"message":6,"stack":6,"tag":6},"__proto__"]',
  '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"name":6,"message":6,"tag":6},"constructor"]',
  '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"message":7},"Function","pwned()"]',
  '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"message":7},"Object","pwned()"]',
  '[["errors",1],[2,4],["error",3],1,[5],{"name":6,"stack":6,"cause":2,"errors":2},{"a":7},1]',
  '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"tag":6,"message":7,"fields":8},"Armed","m",{"armedField":7,"boom":7,"toJSON":7,"toString":7}]',
  '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"message":7,"fields":8},"ArmedPlain","m",{"armedField":7,"constructor":7,"message":7,"stack":7}]',
  '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"tag":7,"name":8},"ArmedPlain","NeverDefined","DeclaredPlain"]',
  '[["errors",1],[2,4],["error",3],1,[5],{"fields":6},["Map",7,8],"__proto__",true]',
  '[["errors",1],[2,4],["error",3],1,[5],{"fields":6},[7,7],"pwned()"]',
  '[["bytes",1],{"buffer":2,"byteLength":3},"pwned()",4]',
  '[["bytes",1],"pwned()"]',
] as const;

test.each(GIVES_DATA.map((text) => [text.slice(0, 80), text]))("gives inert data: %s", (_shown, text) => {
  expect(decodeHostile(text)).toBe("data");
});

const NAMES = [
  ...["Object", "null", "Map", "Set", "Date", "BigInt", "RegExp", "URL", "ArrayBuffer", "Uint8Array", "DataView"],
  ...["error", "bytes", "Armed", "ArmedPlain", "UnexpectedError", "__proto__", "constructor", "prototype", "Function"],
  ...["type", "tag", "name", "message", "stack", "fields", "cause", "errors", "armedField", "pwned()", "toString"],
];
const name = fc.constantFrom(...NAMES);
const index = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 9 }) },
  fc.integer({ min: -8, max: -1 }),
  fc.double(),
);
const entry = fc.oneof(
  name,
  fc.integer(),
  fc.constantFrom(true, null, "AAAA", "2026-01-01T00:00:00Z"),
  fc.tuple(name, fc.array(fc.oneof(index, name), { maxLength: 4 })).map(([type, rest]) => [type, ...rest]),
  fc.array(index, { maxLength: 4 }),
  fc.array(fc.tuple(name, index), { maxLength: 5 }).map((entries) =>
    // A `__proto__` in the text, which an object literal would not give.
    Object.fromEntries(entries.map(([field, at]) => [field, at])),
  ),
);

test("whatever a text says, it is refused or gives inert data", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 40 }),
        fc.json(),
        fc.json().map((text) => ` ${text}`),
        fc.string().map((text) => `[${text}]`),
        fc.string().map((text) => `{${text}}`),
      ),
      (text) => {
        decodeHostile(text);
      },
    ),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 10 }), (entries) => {
      decodeHostile(JSON.stringify(entries));
      decodeHostile(JSON.stringify([["errors", 1], [2, 4], ["error", 3], 1, [5, 6], ...entries]));
    }),
    { numRuns: 5_000 },
  );
  census.print("hostile texts");
  expect(census.count("thrown")).toBeGreaterThan(100);
  expect(census.count("data")).toBeGreaterThan(100);
});
