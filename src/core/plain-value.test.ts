import { describe, expect, it } from "vitest";
import { isPlainText, plainText, plainValue } from "./plain-value.ts";

const shared = {};
const around: { self?: unknown } = {};
around.self = around;
const holed: unknown[] = [];
holed[1] = 1;

class Invoice {
  readonly id = 1;
}

const nested = (depth: number): object => (depth === 0 ? {} : { in: nested(depth - 1) });

describe("a plain value", () => {
  it.each<[object, string]>([
    [{}, "{}"],
    [[], " []"],
    [
      { id: "é\ud800", "a b": 1.5, no: false, none: null },
      String.raw`{"id":"é\ud800","a b":1.5,"no":false,"none":null}`,
    ],
    [[[1], { a: ["x"] }], ' [[1],{"a":["x"]}]'],
    [{ 2: "b", 1: "a" }, '{"1":"a","2":"b"}'],
  ])("%j is its own JSON, and comes back the same", (value, text) => {
    expect(plainText(value)).toBe(text);
    expect(isPlainText(text)).toBe(true);
    expect(plainValue(text)).toEqual(value);
  });

  it("with a text that says more than it seems to comes back the same", () => {
    const value = { text: 'a "__proto__": b', list: ["__proto__", String.raw`\u0041`, "\u0000"] };
    expect(plainValue(plainText(value)!)).toEqual(value);
  });

  it("is read once", () => {
    let reads = 0;
    const value = {
      get part() {
        return ++reads;
      },
    };
    expect(plainText(value)).toBe('{"part":1}');
  });
});

describe("what is no plain value", () => {
  it.each<[string, object]>([
    ["undefined", { a: undefined }],
    ["minus zero", [-0]],
    ["no number", [Number.NaN]],
    ["a big integer", [1n]],
    ["a date", { at: new Date(0) }],
    ["a map", new Map()],
    ["an instance", new Invoice()],
    ["what has no prototype", Object.create(null) as object],
    ["a hole", holed],
    ["more than its items", Object.assign([1], { extra: 1 })],
    ["more than its items in place of one", Object.assign(holed.slice(), { extra: 1 })],
    ["a list of a class of its own", new (class extends Array {})()],
    ["a symbol", { [Symbol("s")]: 1 }],
    ["a function", { toJSON: () => "x" }],
    ["a key that is no key", JSON.parse('{"__proto__":1}') as object],
    ["what is there twice", { one: shared, two: shared }],
    ["what is around itself", around],
    ["what lies very deep", nested(101)],
    ["what cannot be read", new Proxy({}, { ownKeys: () => [1] as never })],
  ])("%s is left to the other form", (_what, value) => {
    expect(plainText(value)).toBeUndefined();
  });

  it("neither is what says how it is to be written down, by whatever is above it", () => {
    class Amount {
      toJSON(): string {
        return "1";
      }
    }
    expect(plainText(Object.setPrototypeOf([1], Amount.prototype) as object)).toBeUndefined();
    expect(plainText(nested(100))).toBeDefined();
  });
});

it.each<[text: string, message: string]>([
  ['{"__proto__":1}', "__proto__"],
  [String.raw` [{"\u005f_proto__":{}}]`, "__proto__"],
  ["{", "JSON"],
  [" ", "JSON"],
])("the text %s is refused", (text, message) => {
  expect(() => plainValue(text)).toThrow(message);
});
