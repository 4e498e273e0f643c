// Values to text and back: JSON's kinds, undefined, NaN and -0, BigInt, Date, Map, Set, typed arrays, cycles and errors.
//
//   V1. What is decoded is what was encoded, in kind and in value. What would not come back the same is refused.
//   V2. The text is data only, whatever it says.
//   V3. Errors lie in a table behind the value, and are referred to by their numbers: what is shared, or leads back to itself,
//       does so again, also through an error.
//   V4. A plain value is its own JSON, which people and databases can read; everything else has the form of `devalue`.
import { parse, stringify } from "devalue";
import { blankError, decodeError } from "./error-codec.ts";
import { UnstorableValueError } from "./errors.ts";
import { isPlainText, plainText, plainValue } from "./plain-value.ts";
import type { ErrorClass } from "./step-algebra.ts";
import { storableBytes } from "./storable.ts";
import { reasonOf } from "./storable-parts.ts";
import { ValueSurvey } from "./value-survey.ts";

/** The version of the text's format. A store keeps it beside the text; every later version still reads it. */
export const CODEC_VERSION = 1;

/** How the text of a value begins that has a table of errors: `[["errors",1],[value, table], …]`. */
const TABLE_START = '[["errors",';

/** The text of a value. Throws {@link UnstorableValueError}, which names the part that cannot be stored, and nothing else. */
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
  const plain = typeof value === "object" ? plainText(value!) : undefined; // null was answered above
  if (plain !== undefined) return plain;
  const survey = new ValueSurvey(value);
  if (survey.refused !== undefined) throw UnstorableValueError.for(survey.refused);
  try {
    return textOf(value, survey);
  } catch (thrown) {
    // It was not the same when it was read again, or there is too much of it for one text.
    throw UnstorableValueError.for({ path: "", what: `something that cannot be written down (${reasonOf(thrown)})` });
  }
}

/** The value of a text. Errors are revived as the classes that are declared, defined with a tag, or built in. */
export function decodeValue(text: string, declared: readonly ErrorClass[] = []): unknown {
  if (isPlainText(text)) return plainValue(text);
  if (!text.startsWith(TABLE_START)) return parse(text, revivers);
  const errors = new Map<number, Error>();
  const [value, table] = parse(text, {
    ...revivers,
    error: (number: number) => {
      const error = errors.get(number) ?? blankError();
      errors.set(number, error);
      return error;
    },
    errors: (pair: unknown) => pair,
  }) as [unknown, readonly unknown[]];
  for (const [number, error] of errors) decodeError(table[number - 1], declared, error);
  return value;
}

const revivers = { bytes: (view: unknown) => view };

// Before the built-in kinds: a view is stored without what else is in its buffer.
const bytes = (given: unknown): unknown => ArrayBuffer.isView(given) && storableBytes(given);

function textOf(value: unknown, { hasViews, errors, numbers }: ValueSurvey): string {
  if (errors.length === 0) return hasViews ? stringify(value, { bytes }) : stringify(value);
  const pair = [value, errors];
  const reducers = {
    errors: (given: unknown) => given === pair && [...pair],
    error: (given: unknown) => numbers.get(given),
  };
  return stringify(pair, hasViews ? { ...reducers, bytes } : reducers);
}
