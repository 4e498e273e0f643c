// What a store can keep, and the first part of a value that it cannot. Pure.
import { isNativeError } from "../internal/native-error.ts";

/** A part of a value that cannot be stored. */
export interface UnstorablePart {
  /** `.items[2].send`; `""` for the value itself. */
  readonly path: string;
  /** `a function`, `an instance of Invoice`. */
  readonly what: string;
}

const BUILT_IN_TAGS: ReadonlySet<string> = new Set([
  "Date",
  "Map",
  "Set",
  "ArrayBuffer",
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
]);
const DEEPEST = 1_000;

/** The first part of a value that a store refuses; undefined if it can be kept as it is. */
export function unstorablePart(value: unknown): UnstorablePart | undefined {
  return typeof value === "object" && value !== null ? partOf(value, "", new Set(), 0) : atomPart(value, "");
}

/** A view with a buffer of its own, so that nothing beside it is stored. Undefined: it has one already. A `Buffer` becomes a `Uint8Array`. */
export function storableBytes(view: ArrayBufferView): ArrayBufferView | undefined {
  if (view.byteLength === view.buffer.byteLength) return undefined;
  const own = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const kind = Object.prototype.toString.call(view).slice(8, -1);
  const makers = globalThis as unknown as Record<string, new (buffer: ArrayBufferLike) => ArrayBufferView>;
  return new makers[kind]!(own);
}

function atomPart(value: unknown, path: string): UnstorablePart | undefined {
  if (typeof value === "function")
    return { path, what: value.name === "" ? "a function" : `the function ${value.name}` };
  return typeof value === "symbol" ? { path, what: "a symbol" } : undefined;
}

function partOf(value: object, path: string, seen: Set<object>, depth: number): UnstorablePart | undefined {
  if (seen.has(value)) return undefined;
  seen.add(value);
  if (depth > DEEPEST) return { path: `${path.slice(0, 60)}…`, what: `nested deeper than ${DEEPEST} levels` };
  const inner = (part: unknown, at: () => string): UnstorablePart | undefined =>
    typeof part === "object" && part !== null
      ? partOf(part, at(), seen, depth + 1)
      : atomPart(part, isAtom(part) ? "" : at());
  if (isNativeError(value)) return errorPart(value, path, inner);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (Array.isArray(value))
    return isPlainArray(value) ? firstPart(value.entries(), (key) => `${path}[${key}]`, inner) : instance(value, path);
  if (kind === "Map" && isBuiltIn(value)) return mapPart(value as Map<unknown, unknown>, path, inner);
  if (kind === "Set" && isBuiltIn(value))
    return firstPart([...(value as Set<unknown>)].entries(), (key) => `${path}.values()[${key}]`, inner);
  if (BUILT_IN_TAGS.has(kind) && isBuiltIn(value)) return undefined;
  return isPlainObject(value) ? objectPart(value, path, inner) : instance(value, path);
}

type Inner = (part: unknown, at: () => string) => UnstorablePart | undefined;

function firstPart<Key>(
  entries: Iterable<[Key, unknown]>,
  at: (key: Key) => string,
  inner: Inner,
): UnstorablePart | undefined {
  for (const [key, part] of entries) {
    const found = inner(part, () => at(key));
    if (found !== undefined) return found;
  }
  return undefined;
}

function mapPart(map: Map<unknown, unknown>, path: string, inner: Inner): UnstorablePart | undefined {
  return (
    firstPart([...map.keys()].entries(), (key) => `${path}.keys()[${key}]`, inner) ??
    firstPart(map, (key) => `${path}.get(${String(key)})`, inner)
  );
}

function objectPart(value: object, path: string, inner: Inner): UnstorablePart | undefined {
  if (Object.hasOwn(value, "__proto__")) return { path: `${path}.__proto__`, what: 'a key "__proto__"' };
  const symbol = Object.getOwnPropertySymbols(value).find((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  );
  if (symbol !== undefined) return { path: `${path}[${String(symbol)}]`, what: "a key that is a symbol" };
  return firstPart(Object.entries(value), (key) => `${path}.${key}`, inner);
}

// Of a foreign error, only what can be stored is (error-codec, X2); a tagged one is refused for a field that cannot.
function errorPart(error: Error, path: string, inner: Inner): UnstorablePart | undefined {
  if (typeof (error as { _tag?: unknown })._tag !== "string") return undefined;
  return (
    firstPart(Object.entries(error), (key) => `${path}.${key}`, inner) ?? inner(error.cause, () => `${path}.cause`)
  );
}

function instance(value: object, path: string): UnstorablePart {
  const name = value.constructor?.name;
  return { path, what: typeof name === "string" && name !== "" ? `an instance of ${name}` : "an instance of a class" };
}

function isAtom(part: unknown): boolean {
  return typeof part !== "function" && typeof part !== "symbol";
}
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function isPlainArray(value: object): boolean {
  return depthOf(value) === 2;
}
/** Not an instance of a subclass; a `Buffer` passes for the `Uint8Array` that it is stored as. Works for values of other realms. */
function isBuiltIn(value: object): boolean {
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return depthOf(value) === 2;
  return depthOf(value) === 3 || globalThis.Buffer?.isBuffer(value);
}
function depthOf(value: object): number {
  let depth = 0;
  for (let prototype = Object.getPrototypeOf(value); prototype !== null; prototype = Object.getPrototypeOf(prototype))
    depth++;
  return depth;
}
