// What goes into the journal: encoded, within its limit, and with an error that says where if it cannot.
import { PayloadTooLargeError, UnstorableValueError } from "../core/errors.ts";
import { encodeValue } from "../core/value-codec.ts";

/** The text of a value. `place` says whose value it is, for the error: few are asked. */
export function encodePayload(value: unknown, mostBytes: number, place: () => string): string {
  let text: string;
  try {
    text = encodeValue(value);
  } catch (error) {
    throw error instanceof UnstorableValueError ? UnstorableValueError.for(error, place()) : error;
  }
  // A character takes at most three bytes: a short text needs no count.
  if (text.length * 3 <= mostBytes) return text;
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > mostBytes) throw PayloadTooLargeError.for(bytes, mostBytes, place());
  return text;
}
