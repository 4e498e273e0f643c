import { describe, expect, it } from "vitest";
import { extraKeyOf } from "./extra-key.ts";

const symbol = Symbol("s");
const big = 100_000;

describe("the first own key beside what a kind holds", () => {
  it.each<[string, object]>([
    ["a list", [1, 2, 3]],
    ["a list with holes", Object.assign(Array.from({ length: 1 }), { 3: 1 })],
    ["a long list", Array.from({ length: big })],
    ["a map", new Map([["a", 1]])],
    ["a date", new Date(0)],
    ["a small view", new Uint8Array(3)],
    ["a big view", new Uint8Array(big)],
    ["a big view of numbers that are none", new Float64Array(big).fill(Number.NaN)],
    ["a part of a buffer", new Uint16Array(new ArrayBuffer(big), 8, 1_000)],
    ["a data view", new DataView(new ArrayBuffer(big))],
    ["a big Buffer", Buffer.alloc(big)],
    ["a small Buffer", Buffer.from("a")],
    ["what is hidden", Object.defineProperty([1], "meta", { value: 1 })],
    ["a hidden symbol", Object.defineProperty(new Map(), symbol, { value: 1 })],
  ])("none: %s", (_what, value) => {
    expect(extraKeyOf(value)).toBeUndefined();
  });

  it.each<[object, PropertyKey]>([
    [Object.assign([1, 2], { total: 3, mean: 1.5 }), "total"],
    [Object.assign([1], { "-1": 1 }), "-1"],
    [Object.assign([1], { "01": 1 }), "01"],
    [Object.assign([1], { 4294967295: 1 }), "4294967295"],
    [Object.assign([], { "": 1 }), ""],
    ["2026-01".match(/(\d+)-/)!, "index"],
    [Object.assign(new Map([[1, 1]]), { total: 1 }), "total"],
    [Object.assign(new Date(0), { zone: "UTC" }), "zone"],
    [Object.assign(new Uint8Array(3), { unit: "B" }), "unit"],
    [Object.assign(new Uint8Array(big), { unit: "B" }), "unit"],
    [Object.assign(Buffer.alloc(big), { unit: "B" }), "unit"],
    [Object.assign(new DataView(new ArrayBuffer(big)), { unit: "B" }), "unit"],
    [Object.assign(new Set(), { [symbol]: 1 }), symbol],
    [Object.assign(new Uint8Array(big), { [symbol]: 1 }), symbol],
    [Object.defineProperty(new Map(), Symbol.toStringTag, { value: "Set" }), Symbol.toStringTag],
  ])("case %#", (value, key) => {
    expect(extraKeyOf(value)).toBe(key);
  });

  it("is looked for without listing the bytes of a view", () => {
    const view = new Uint8Array(3_000_000);
    let listed = 0;
    const keys = Object.keys;
    Object.keys = (value: object) => {
      listed++;
      return keys(value);
    };
    try {
      expect(extraKeyOf(view)).toBeUndefined();
    } finally {
      Object.keys = keys;
    }
    expect(listed).toBe(0);
  });
});
