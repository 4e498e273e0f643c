// What an object has of its own beside what its kind holds: an array's items, a map's entries, a view's bytes.
import { viewLike } from "./byte-view.ts";

// Not an import: bundles for browsers must not need the module.
const areDeeplyEqual = globalThis.process?.getBuiltinModule?.("node:util")?.isDeepStrictEqual;
const FEW = 64;

/** The first own key that shows and is no index, or a `Symbol.toStringTag`, with which an object can pass for what it is not. */
export function extraKeyOf(value: object): PropertyKey | undefined {
  return extraSymbolOf(value) ?? extraNameOf(value);
}

/** The first own symbol that shows, or a `Symbol.toStringTag`. */
export function extraSymbolOf(value: object): symbol | undefined {
  const symbols = Object.getOwnPropertySymbols(value);
  return symbols.length === 0
    ? undefined
    : symbols.find((key) => key === Symbol.toStringTag || Object.prototype.propertyIsEnumerable.call(value, key));
}

/** The first of an object's own keys, in their order, that is no index: indices come first. */
export function firstName(keys: readonly string[]): string | undefined {
  let first: string | undefined;
  for (let place = keys.length - 1; place >= 0 && !isIndex(keys[place]!); place--) first = keys[place];
  return first;
}

function extraNameOf(value: object): string | undefined {
  return ArrayBuffer.isView(value) && isBare(value) ? undefined : firstName(Object.keys(value));
}

// To list the keys of 3 MB, which are all indices but for what is sought, takes 400 ms. To compare the view with another one of the
// same memory, which has nothing else, takes 30 µs. Whatever is not found equal has its keys listed.
function isBare(view: ArrayBufferView): boolean {
  if (areDeeplyEqual === undefined || view.byteLength <= FEW) return false;
  const twin = viewLike(view, view.buffer, view.byteOffset);
  return areDeeplyEqual(view, Object.setPrototypeOf(twin, Object.getPrototypeOf(view) as object));
}

const LAST_INDEX = 2 ** 32 - 2;

function isIndex(key: string): boolean {
  const number = Number(key);
  return number <= LAST_INDEX && String(number >>> 0) === key;
}
