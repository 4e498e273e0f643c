// What an observer failed with: said once, and changing nothing.
import { partOfThrown, textOfThrown } from "../internal/thrown.ts";
import { warnOnce } from "./warning.ts";

export function reportObserver(hook: string, error: unknown): void {
  warnOnce(
    `observer ${hook}`,
    `an observer's ${hook} failed, which changes nothing for the run: ${stackOrText(error)}`,
  );
}

function stackOrText(error: unknown): string {
  const stack = partOfThrown(error, "stack");
  return typeof stack === "string" ? stack : textOfThrown(error);
}
