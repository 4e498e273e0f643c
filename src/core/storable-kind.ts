// Which of the kinds that a store keeps an object is: told by what it is, whatever it says of itself. Pure.
import { isOnSharedMemory, viewName } from "../internal/byte-view.ts";

/** `leaf`: an object with nothing inside that could be refused, a `Date` or a buffer. */
export type StorableKind = "object" | "array" | "map" | "set" | "view" | "leaf" | "error";

interface BuiltIn {
  readonly kind: StorableKind;
  readonly name: string;
  readonly prototype: object;
  /** Throws for what only looks like one. */
  readonly ask: (value: object) => unknown;
}

const BUILT_IN: ReadonlyMap<string, BuiltIn> = new Map([
  builtIn("leaf", Date, (value) => Date.prototype.getTime.call(value)),
  builtIn("leaf", ArrayBuffer, (value) => ArrayBuffer.prototype.slice.call(value, 0, 0)),
  builtIn("map", Map, (value) => Map.prototype.has.call(value, undefined)),
  builtIn("set", Set, (value) => Set.prototype.has.call(value, undefined)),
]);

function builtIn(kind: StorableKind, { name, prototype }: Function, ask: BuiltIn["ask"]): [tag: string, BuiltIn] {
  return [`[object ${name}]`, { kind, name, prototype: prototype as object, ask }];
}

/** The kind of an object; undefined for an instance of anything else, of a subclass too. Works for objects of other realms. */
export function storableKind(value: object): StorableKind | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const tag = Object.prototype.toString.call(value);
  // A tag of its own makes it no less plain: it is a key that is a symbol.
  if (isOfPlainObjects(prototype) && (tag === "[object Object]" || Object.hasOwn(value, Symbol.toStringTag)))
    return "object";
  if (Array.isArray(value)) return isOf("Array", Array.prototype, 2, prototype) ? "array" : undefined;
  if (ArrayBuffer.isView(value)) return isOfViews(value, prototype) ? "view" : undefined;
  const known = BUILT_IN.get(tag);
  if (known !== undefined && isOf(known.name, known.prototype, 2, prototype) && isReally(known, value))
    return known.kind;
  return isError(value, tag) ? "error" : undefined;
}

/** How a refusal names an object that is of no kind: `an instance of Invoice`. */
export function nameOfInstance(value: object): string {
  if (ArrayBuffer.isView(value) && isOnSharedMemory(value)) return "a view of shared memory";
  const { constructor } = value;
  const name: unknown = typeof constructor === "function" ? constructor.name : undefined;
  return typeof name === "string" && name !== "" && name !== "Object"
    ? `an instance of ${name}`
    : "an instance of a class";
}

/** Null, or the `Object.prototype` of some realm: not any object that has nothing above it. */
function isOfPlainObjects(prototype: object | null): boolean {
  return (
    prototype === null ||
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null &&
      Object.hasOwn(prototype, "hasOwnProperty") &&
      Object.hasOwn(prototype, "constructor"))
  );
}

/** A `Buffer` passes for the `Uint8Array` that it is stored as. */
function isOfViews(view: ArrayBufferView, prototype: object | null): boolean {
  if (isOnSharedMemory(view)) return false;
  const name = viewName(view);
  if (name === "DataView") return isOf(name, DataView.prototype, 2, prototype);
  if (name === "Uint8Array" && prototype !== null && prototype === globalThis.Buffer?.prototype) return true;
  const own = (globalThis as unknown as Record<string, { readonly prototype: object }>)[name]!;
  return isOf(name, own.prototype, 3, prototype);
}

/** Whether `prototype` is `own`, or what that is in another realm: so many prototypes deep, and with a constructor of the name. */
function isOf(name: string, own: object, depth: number, prototype: object | null): boolean {
  if (prototype === own) return true;
  if (prototype === null || !Object.hasOwn(prototype, "constructor")) return false;
  return prototype.constructor.name === name && depthOf(prototype) === depth;
}
function depthOf(innermost: object): number {
  let depth = 0;
  for (let each: object | null = innermost; each !== null; each = Object.getPrototypeOf(each) as object | null) depth++;
  return depth;
}

function isReally({ ask }: BuiltIn, value: object): boolean {
  try {
    ask(value);
    return true;
  } catch {
    return false;
  }
}

/** An error of any class and any realm. What only says that it is one, by a tag, is not. */
function isError(value: object, tag: string): boolean {
  return value instanceof Error || (tag === "[object Error]" && !(Symbol.toStringTag in value));
}
