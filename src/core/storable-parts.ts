// The parts of an object, in the order in which they are written down, and the first that is refused, with its path. Pure.
import { extraKeyOf, extraSymbolOf, firstName } from "../internal/extra-key.ts";
import type { EncodedError } from "./error-codec.ts";
import type { StorableKind } from "./storable-kind.ts";

/** A part of a value that cannot be stored. */
export interface UnstorablePart {
  /** `.items[2].send`; `""` for the value itself. */
  readonly path: string;
  /** `a function`, `an instance of Invoice`. */
  readonly what: string;
}

/** Looks at a part that is an object, a function or a symbol: what of it is refused, by its path from there. */
export type Visit = (part: unknown) => UnstorablePart | undefined;

/** Visits the parts of an object, up to the first that is refused. */
export function refusedIn(
  value: object,
  kind: Exclude<StorableKind, "error">,
  visit: Visit,
): UnstorablePart | undefined {
  if (kind === "object") return refusedInObject(value as Record<string, unknown>, visit);
  if (kind === "array") return refusedInArray(value as readonly unknown[], visit);
  const extra = extraKeyOf(value);
  if (extra !== undefined) return extraPart(extra);
  if (kind === "map") return refusedInMap(value as ReadonlyMap<unknown, unknown>, visit);
  return kind === "set" ? refusedInSet(value as ReadonlySet<unknown>, visit) : undefined;
}

/** Visits what of an error is to be stored. Its fields are its own: their path is not one longer. */
export function refusedInError(encoded: EncodedError, visit: Visit): UnstorablePart | undefined {
  for (const [key, part] of Object.entries(encoded)) {
    if (isAtom(part)) continue;
    const refused =
      key === "fields" ? refusedInObject(part as Record<string, unknown>, visit) : under(`.${key}`, visit(part));
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** Why what is no object cannot be stored, if it cannot. */
export function refusedAtom(value: unknown): UnstorablePart | undefined {
  if (typeof value === "symbol") return { path: "", what: "a symbol" };
  if (typeof value !== "function") return undefined;
  const { name } = value as { readonly name: unknown };
  return { path: "", what: typeof name === "string" && name !== "" ? `the function ${name}` : "a function" };
}

/** A part that throws when it is read. */
export function unreadable(path: string, thrown: unknown): UnstorablePart {
  return { path, what: `something that cannot be read (${reasonOf(thrown)})` };
}

/** What was thrown says of itself, whatever it is. */
export function reasonOf(thrown: unknown): string {
  try {
    const { message = thrown } = thrown as { readonly message?: unknown };
    return String(message).slice(0, LONGEST_SHOWN);
  } catch {
    return "it throws";
  }
}

export function isAtom(part: unknown): boolean {
  return typeof part === "object" ? part === null : typeof part !== "function" && typeof part !== "symbol";
}

const LONGEST_SHOWN = 200;

function refusedInObject(value: Readonly<Record<string, unknown>>, visit: Visit): UnstorablePart | undefined {
  const symbol = extraSymbolOf(value);
  if (symbol !== undefined) return { path: `[${shown(symbol)}]`, what: "a key that is a symbol" };
  for (const key of Object.keys(value)) {
    if (key === "__proto__") return { path: ".__proto__", what: 'a key "__proto__"' };
    let part: unknown;
    try {
      part = value[key];
    } catch (thrown) {
      return unreadable(`.${shown(key)}`, thrown);
    }
    const refused = isAtom(part) ? undefined : visit(part);
    if (refused !== undefined) return under(`.${shown(key)}`, refused);
  }
  return undefined;
}

function refusedInArray(list: readonly unknown[], visit: Visit): UnstorablePart | undefined {
  const keys = Object.keys(list);
  const extra = extraSymbolOf(list) ?? firstName(keys);
  if (extra !== undefined) return extraPart(extra);
  // Where there are holes, only what is there is looked at: a list may be four thousand million long.
  const isDense = keys.length === list.length;
  for (let place = 0; place < keys.length; place++) {
    const at = isDense ? place : Number(keys[place]);
    const part = list[at];
    const refused = isAtom(part) ? undefined : visit(part);
    if (refused !== undefined) return under(`[${at}]`, refused);
  }
  return undefined;
}

function refusedInMap(map: ReadonlyMap<unknown, unknown>, visit: Visit): UnstorablePart | undefined {
  let place = 0;
  for (const [key, part] of map) {
    const refusedKey = isAtom(key) ? undefined : visit(key);
    if (refusedKey !== undefined) return under(`.keys()[${place}]`, refusedKey);
    const refused = isAtom(part) ? undefined : visit(part);
    if (refused !== undefined)
      return under(isAtom(key) ? `.get(${shown(key as string)})` : `.values()[${place}]`, refused);
    place++;
  }
  return undefined;
}

function refusedInSet(set: ReadonlySet<unknown>, visit: Visit): UnstorablePart | undefined {
  let place = 0;
  for (const part of set) {
    const refused = isAtom(part) ? undefined : visit(part);
    if (refused !== undefined) return under(`.values()[${place}]`, refused);
    place++;
  }
  return undefined;
}

/** Not lost in silence: of a kind that has its items, only these are stored. */
function extraPart(key: PropertyKey): UnstorablePart {
  return {
    path: typeof key === "symbol" ? `[${shown(key)}]` : `.${shown(key)}`,
    what: "a property beside what a built-in object holds",
  };
}

function under(segment: string, refused: UnstorablePart): UnstorablePart;
function under(segment: string, refused: UnstorablePart | undefined): UnstorablePart | undefined;
function under(segment: string, refused: UnstorablePart | undefined): UnstorablePart | undefined {
  return refused === undefined ? undefined : { path: segment + refused.path, what: refused.what };
}

function shown(key: string | number | symbol | bigint | boolean | null | undefined): string {
  const text = String(key);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
