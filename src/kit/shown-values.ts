// Values of users, compared and put into words.
import { inspect, isDeepStrictEqual } from "node:util";

/** Errors are the same by class, message, fields and cause. */
export function isSame(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(left, right);
}

/** In one line where it fits. An error without its stack. */
export function shown(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return inspect(value, { depth: 6, breakLength: 100, compact: 4, sorted: true });
}
