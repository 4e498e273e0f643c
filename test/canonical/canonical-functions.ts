// All canonical functions.
import { BRANCHING_FUNCTIONS } from "./branching-functions.ts";
import type { CanonicalFunction } from "./canonical.ts";
import { PLAIN_FUNCTIONS } from "./plain-functions.ts";
import { WAITING_FUNCTIONS } from "./waiting-functions.ts";

export const CANONICAL_FUNCTIONS: readonly CanonicalFunction[] = [
  ...PLAIN_FUNCTIONS,
  ...BRANCHING_FUNCTIONS,
  ...WAITING_FUNCTIONS,
];

export function canonicalFunction(name: string): CanonicalFunction {
  const found = CANONICAL_FUNCTIONS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`there is no canonical function "${name}"`);
  return found;
}
