// The id of a run. For an event that the sender named, it follows from the event and the function: sending it again means the same run.
import { hash } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import type { Randomness } from "../core/ids.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const CHARACTERS = 26;

export function runIdFor(
  event: { readonly id: string; readonly isNamed: boolean },
  functionId: string,
  random: Randomness,
  clock: Clock,
): string {
  if (!event.isNamed) return random.id("run", clock.now());
  const bytes = hash("sha256", JSON.stringify([event.id, functionId]), "buffer");
  let text = "";
  for (let place = 0; place < CHARACTERS; place++) text += ALPHABET[bytes[place]! % 32];
  return `run_${text}`;
}
