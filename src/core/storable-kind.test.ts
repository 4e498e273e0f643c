import { runInNewContext, runInThisContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { nameOfInstance, storableKind } from "./storable-kind.ts";

const KINDS: readonly (readonly [string, string])[] = [
  ["object", "{ a: 1 }"],
  ["object", "Object.create(null)"],
  ["array", "[1, , 2]"],
  ["map", "new Map([[1, 2]])"],
  ["set", "new Set([1])"],
  ["leaf", "new Date(NaN)"],
  ["leaf", "new ArrayBuffer(2)"],
  ["view", "new Uint8Array(2)"],
  ["view", "new BigInt64Array(2)"],
  ["view", "new DataView(new ArrayBuffer(2))"],
  ["error", "new RangeError('no')"],
  ["error", "new AggregateError([], 'no')"],
  ["error", "new (class Declined extends Error {})('no')"],
  ["error", "Object.setPrototypeOf(new Error('no'), null)"],
];

class Invoice {
  readonly amount = 1;
}
class Nameless {
  static readonly name = 5;
  readonly amount = 1;
}

describe("the kind of an object", () => {
  it.each(KINDS)("%s: %s, of this realm and of another", (kind, code) => {
    expect(storableKind(runInThisContext(`(${code})`) as object)).toBe(kind);
    expect(storableKind(runInNewContext(`(${code})`) as object)).toBe(kind);
  });

  it("is that of a Uint8Array for a Buffer", () => {
    expect(storableKind(Buffer.from("a"))).toBe("view");
  });

  it("is that of an error also for what is made like one", () => {
    expect(storableKind(Object.create(TypeError.prototype) as object)).toBe("error");
    expect(storableKind(AbortSignal.abort().reason as object)).toBe("error");
    expect(storableKind(new Proxy(new Error("no"), {}))).toBe("error");
  });
});

describe("no kind", () => {
  const tagged = (tag: string) => Object.defineProperty({ a: 1 }, Symbol.toStringTag, { value: tag });
  it.each<[string, object]>([
    ["an instance of a class", new Invoice()],
    ["subclasses", new (class extends Map {})()],
    ["subclasses of arrays", new (class extends Array {})()],
    ["subclasses of dates", new (class extends Date {})()],
    ["subclasses of views", new (class extends (Uint8Array as new () => Uint8Array) {})()],
    ["what inherits from a map, and is none", Object.create(Map.prototype) as object],
    ["what inherits from a list, and is none", Object.create(Array.prototype) as object],
    ["what inherits from a view, and is none", Object.create(Uint8Array.prototype) as object],
    ["a map in a proxy", new Proxy(new Map(), {})],
    ["an object with defaults", Object.create({ a: 1 }) as object],
    ["defaults without a root", Object.create(Object.assign(Object.create(null) as object, { a: 1 })) as object],
    ["a list with another prototype", Object.setPrototypeOf([], { a: 1 }) as object],
    ["a date with another prototype", Object.setPrototypeOf(new Date(0), { a: 1 }) as object],
    ["a date that passes for plain", Object.setPrototypeOf(new Date(0), Object.prototype) as object],
    ["a view with another prototype", Object.setPrototypeOf(new Int8Array(1), Uint8Array.prototype) as object],
    ["a view of shared memory", new Uint8Array(new SharedArrayBuffer(1))],
    ["shared memory", new SharedArrayBuffer(1)],
    ["boxes", Object("text") as object],
    ["an expression", /a/],
    ["a promise", Promise.resolve()],
    [
      "arguments",
      (function () {
        return arguments;
      })(),
    ],
  ])("%s", (_what, value) => {
    expect(storableKind(value)).toBeUndefined();
  });

  it("is given by a tag: what says that it is something else is a plain object with a key that is a symbol", () => {
    for (const tag of ["Map", "Error", "Array", "Date", "Uint8Array"]) expect(storableKind(tagged(tag))).toBe("object");
  });
});

it("names an instance as far as it has a name", () => {
  expect(nameOfInstance(new Invoice())).toBe("an instance of Invoice");
  expect(nameOfInstance(new Nameless())).toBe("an instance of a class");
  expect(nameOfInstance(new (class extends Map {})())).toBe("an instance of a class");
  expect(nameOfInstance(Object.create({}) as object)).toBe("an instance of a class");
  expect(nameOfInstance(new DataView(new SharedArrayBuffer(1)))).toBe("a view of shared memory");
});
