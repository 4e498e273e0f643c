// What happens to one of two workers next, and when.
import type { SeededRandom } from "./seeded-random.ts";

export interface PairPlan {
  /** `stop`: it stands still past its lease, and goes on then. */
  readonly blow: "kill" | "stop";
  readonly moment:
    | { readonly kind: "whileStarting"; readonly afterLoadedMs: number }
    | { readonly kind: "atRandom"; readonly afterMs: number }
    /** Of the worker that had the effect, before its journal can know of it. */
    | { readonly kind: "afterEffect"; readonly effects: number; readonly afterMs: number };
}

/** One of so many is a stop: a tenth, and not only on average. */
const STOP_EVERY = 10;

/** The plans of so many cycles. */
export function pairPlans(random: SeededRandom, cycles: number): PairPlan[] {
  const stopAt = random.between(0, STOP_EVERY - 1);
  return Array.from({ length: cycles }, (_, place) => {
    if (place % STOP_EVERY === stopAt) return { blow: "stop", moment: nextMoment(random, 0) };
    return { blow: "kill", moment: nextMoment(random, 1) };
  });
}

/** One that has not begun its work cannot lose it: a worker is not stopped while it starts. */
function nextMoment(random: SeededRandom, startingWeight: 0 | 1): PairPlan["moment"] {
  const kind = random.pick([
    [startingWeight, "whileStarting"],
    [4, "atRandom"],
    [5, "afterEffect"],
  ] as const);
  switch (kind) {
    case "whileStarting":
      return { kind, afterLoadedMs: random.between(0, 8) };
    case "atRandom":
      return { kind, afterMs: random.between(0, 600) };
    case "afterEffect":
      return { kind, effects: random.between(1, 12), afterMs: random.between(0, 2) };
  }
}
