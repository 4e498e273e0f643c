import { expect, it } from "vitest";
import { isOnSharedMemory, viewLike, viewName } from "./byte-view.ts";

it("names a view by what it is", () => {
  const lying = Object.defineProperty(new Int8Array(1), Symbol.toStringTag, { value: "Map" });
  expect([new Float32Array(1), new DataView(new ArrayBuffer(1)), Buffer.from("a"), lying].map(viewName)).toEqual([
    "Float32Array",
    "DataView",
    "Uint8Array",
    "Int8Array",
  ]);
});

it("makes a view of the same kind and length", () => {
  const buffer = new ArrayBuffer(32);
  expect(viewLike(new Float64Array(2), buffer, 8)).toEqual(new Float64Array(buffer, 8, 2));
  expect(viewLike(new DataView(buffer, 1, 3), buffer, 2)).toEqual(new DataView(buffer, 2, 3));
  expect(Object.getPrototypeOf(viewLike(Buffer.from("abc"), buffer, 0))).toBe(Uint8Array.prototype);
});

it("knows shared memory, whatever it says", () => {
  const shared = Object.defineProperty(new SharedArrayBuffer(1), Symbol.toStringTag, { value: "ArrayBuffer" });
  expect(isOnSharedMemory(new Uint8Array(shared))).toBe(true);
  expect(isOnSharedMemory(new DataView(shared))).toBe(true);
  expect(isOnSharedMemory(new Uint8Array(1))).toBe(false);
});
