// Values that JSON gives back as they were: plain objects and lists of texts, numbers, booleans and null, each in one place. Pure.
//
// Most of what steps return and events carry is of this kind. It is read and written in a fraction of the time that the codec for
// everything else takes, and people can read it.
import { UnstorableValueError } from "./errors.ts";

const DEEPEST = 100;

/** The text of a value of this kind; undefined for any other, also for one that cannot be read. Each part is read once. */
export function plainText(value: object): string | undefined {
  try {
    const text = objectText(value, { first: value, others: undefined }, 0);
    return text !== undefined && Array.isArray(value) ? ` ${text}` : text; // told by the space from texts of the other form, which are lists
  } catch {
    return undefined;
  }
}

/** Whether a text is of a plain value. */
export function isPlainText(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === BRACE || first === SPACE;
}

/** The value of such a text. */
export function plainValue(text: string): unknown {
  // A key may be written with escapes.
  const mayHoldPrototype = text.includes("__proto__") || text.includes("\\u00");
  return mayHoldPrototype ? JSON.parse(text, refusePrototype) : JSON.parse(text);
}

const BRACE = 0x7b;
const SPACE = 0x20;

function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw UnstorableValueError.for({ path: ".__proto__", what: 'a key "__proto__"' }); // it was never written
  return value;
}

/** The objects that were come by. Most values are one. */
interface Places {
  readonly first: object;
  others: Set<object> | undefined;
}

/** Whether it was not there before. */
function isNew(places: Places, part: object): boolean {
  if (part === places.first || places.others?.has(part) === true) return false;
  (places.others ??= new Set()).add(part);
  return true;
}

function objectText(value: object, places: Places, depth: number): string | undefined {
  if (depth > DEEPEST || (value as { readonly toJSON?: unknown }).toJSON !== undefined) return undefined;
  const prototype = Object.getPrototypeOf(value) as object | null;
  const isList = Array.isArray(value) && prototype === Array.prototype;
  if (!isList && (prototype !== Object.prototype || Array.isArray(value))) return undefined;
  if (Object.getOwnPropertySymbols(value).length > 0) return undefined;
  const keys = Object.keys(value);
  if (isList && keys.length !== value.length) return undefined; // it has holes, or more than its items
  let text = isList ? "[" : "{";
  for (let place = 0; place < keys.length; place++) {
    const key = isList ? place : keys[place]!;
    if (key === "__proto__") return undefined;
    const part = partText((value as Readonly<Record<string, unknown>>)[key], places, depth);
    if (part === undefined) return undefined;
    const comma = place === 0 ? "" : ",";
    text += isList ? comma + part : `${comma}${JSON.stringify(key)}:${part}`;
  }
  return text + (isList ? "]" : "}");
}

function partText(part: unknown, places: Places, depth: number): string | undefined {
  switch (typeof part) {
    case "string":
      return JSON.stringify(part);
    case "boolean":
      return part ? "true" : "false";
    case "number":
      return Number.isFinite(part) && !Object.is(part, -0) ? String(part) : undefined;
    case "object":
      if (part === null) return "null";
      return isNew(places, part) ? objectText(part, places, depth + 1) : undefined;
    default:
      return undefined; // also what a hole gives
  }
}
