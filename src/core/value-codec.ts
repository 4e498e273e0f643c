// Values to text and back: JSON's kinds, undefined, NaN and -0, BigInt, Date, Map, Set, typed arrays, cycles and errors.
//
//   V1. What is decoded is what was encoded, in kind and in value. What would not come back the same is refused.
//   V2. The text is data only, whatever it says.
import { parse, stringify } from "devalue";
import { isNativeError } from "../internal/native-error.ts";
import { decodeError, encodeError, type EncodedError } from "./error-codec.ts";
import { UnstorableValueError } from "./errors.ts";
import type { ErrorClass } from "./step-algebra.ts";
import { storableBytes, unstorablePart } from "./storable.ts";

/** The version of the text's format. A store keeps it beside the text; every later version still reads it. */
export const CODEC_VERSION = 1;

/** The text of a value. Throws {@link UnstorableValueError}, which names the part that cannot be stored. */
export function encodeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `[${JSON.stringify(value)}]`;
    case "boolean":
      return `[${value}]`;
    case "undefined":
      return "-1";
    case "number":
      if (Number.isFinite(value) && !Object.is(value, -0)) return `[${value}]`;
      break;
    case "object":
      if (value === null) return "[null]";
  }
  const part = unstorablePart(value);
  if (part !== undefined) throw UnstorableValueError.for(part);
  return stringify(value, {
    // Before the built-in kinds: a view is stored without what else is in its buffer.
    bytes: (given: unknown) => ArrayBuffer.isView(given) && storableBytes(given),
    error: (given: unknown) =>
      isNativeError(given) && encodeError(given, (field) => unstorablePart(field) === undefined),
  });
}

/** The value of a text. Errors are revived as the classes that are declared, defined with a tag, or built in. */
export function decodeValue(text: string, declared: readonly ErrorClass[] = []): unknown {
  return parse(text, {
    bytes: (view: unknown) => view,
    error: (encoded: EncodedError) => decodeError(encoded, declared),
  });
}
