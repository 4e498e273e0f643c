// The versions of an app's functions, as a worker shows them. Pure.
import type { FunctionDefinition } from "../core/function.ts";

/** By key; none of a function that has none. */
export function versionsOf(functions: readonly FunctionDefinition[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    functions.flatMap(({ key, options: { version } }) => (version === undefined ? [] : [[key, version]])),
  );
}
