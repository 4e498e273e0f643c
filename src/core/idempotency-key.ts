// The key that a step hands to services that honour idempotency keys. Pure.
import { digest128 } from "./digest.ts";

const LONGEST_KEY = 200;

/** Printable ASCII of at most 255 characters, and the same for each attempt at one step of one run. */
export function idempotencyKey(runId: string, stepKey: string): string {
  const text = stepKey.replace(/[^ -~]/g, (character) => `~u${character.charCodeAt(0).toString(16)}`);
  const short = text.length <= LONGEST_KEY ? text : `${text.slice(0, LONGEST_KEY - 33)}~${digest128(text)}`;
  return `${runId}:${short}`;
}
