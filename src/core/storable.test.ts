import { describe, expect, it } from "vitest";
import { storableBytes, unstorablePart } from "./storable.ts";
import { TaggedError } from "./tagged-error.ts";

class StorableTestError extends TaggedError("StorableTestError")<{ readonly field: unknown }> {}
class Invoice {
  readonly id = 1;
}
const cycle: { self?: unknown } = {};
cycle.self = cycle;

describe("what can be stored", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["numbers", [0, -0, Number.NaN, Number.POSITIVE_INFINITY]],
    ["texts", ["", "\u0000", "\ud800", "🦶"]],
    ["a BigInt", 12n ** 30n],
    ["a Date", new Date(0)],
    ["a Map and a Set", [new Map<unknown, unknown>([[new Date(0), { a: [1] }]]), new Set([1])]],
    [
      "typed arrays and buffers",
      [new Uint8Array(2), new Float64Array(1), new DataView(new ArrayBuffer(2)), Buffer.from("a")],
    ],
    ["plain objects and arrays", { a: [{ b: undefined }], "": 1 }],
    ["an object without a prototype", Object.assign(Object.create(null) as object, { a: 1 })],
    ["a cycle", cycle],
    ["the same part twice", ((part) => [part, part])({ a: 1 })],
    ["errors, with what can be kept of them", Object.assign(new TypeError("no"), { send: () => {} })],
    ["a tagged error", new StorableTestError({ field: { a: 1 } })],
  ])("%s", (_what, value) => {
    expect(unstorablePart(value)).toBeUndefined();
  });
});

describe("what cannot, and where it is", () => {
  it.each<[unknown, string, string]>([
    [() => {}, "", "a function"],
    [{ send: function send() {} }, ".send", "the function send"],
    [{ items: [1, { send: Symbol("s") }] }, ".items[1].send", "a symbol"],
    [new Invoice(), "", "an instance of Invoice"],
    [{ invoice: new Invoice() }, ".invoice", "an instance of Invoice"],
    [new (class extends Array {})(), "", "an instance of a class"],
    [new (class MyMap extends Map {})(), "", "an instance of MyMap"],
    [new (class MyDate extends Date {})(), "", "an instance of MyDate"],
    [Promise.resolve(), "", "an instance of Promise"],
    [new WeakMap(), "", "an instance of WeakMap"],
    [/a/, "", "an instance of RegExp"],
    [new URL("http://localhost"), "", "an instance of URL"],
    [new Map([["key", () => {}]]), ".get(key)", "a function"],
    [new Map([[() => {}, 1]]), ".keys()[0]", "a function"],
    [new Set([1, Symbol("s")]), ".values()[1]", "a symbol"],
    [{ [Symbol("s")]: 1 }, "[Symbol(s)]", "a key that is a symbol"],
    [JSON.parse('{"__proto__": 1}'), ".__proto__", 'a key "__proto__"'],
    [new StorableTestError({ field: () => {} }), ".field", "the function field"],
    [new StorableTestError({ field: 1, cause: Symbol("s") }), ".cause", "a symbol"],
  ])("case %#", (value, path, what) => {
    expect(unstorablePart(value)).toEqual({ path, what });
  });

  it("is the first part, in the order of the value", () => {
    expect(unstorablePart({ a: 1, b: () => {}, c: Symbol("s") })?.path).toBe(".b");
  });

  it("is a value that nests too deeply, rather than a stack that overflows", () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) nested = [nested];
    expect(unstorablePart(nested)?.what).toBe("nested deeper than 1000 levels");
  });
});

describe("storableBytes", () => {
  it("gives a view a buffer of its own, so that nothing beside it is stored", () => {
    const whole = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
    const part = whole.subarray(2, 4);
    const own = storableBytes(part) as Uint8Array;
    expect([...own]).toEqual([3, 4]);
    expect(own.buffer.byteLength).toBe(2);
    expect(storableBytes(whole)).toBeUndefined();
  });

  it("keeps the kind of view, and makes a Buffer a Uint8Array", () => {
    const floats = new Float32Array(new ArrayBuffer(16), 8, 1);
    floats[0] = 1.5;
    expect(storableBytes(floats)).toEqual(new Float32Array([1.5]));
    const pooled = Buffer.from(new ArrayBuffer(8), 1, 3);
    const bytes = storableBytes(pooled);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(bytes).toEqual(new Uint8Array([0, 0, 0]));
    const view = new DataView(new ArrayBuffer(4), 1, 2);
    expect(storableBytes(view)).toEqual(new DataView(new ArrayBuffer(2)));
  });
});
