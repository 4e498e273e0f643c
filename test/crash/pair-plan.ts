// What happens to one of several workers next, and when.
import type { SeededRandom } from "./seeded-random.ts";

export interface PairPlan {
  /** `stop`: it stands still past its lease, and goes on then. */
  readonly blow: "kill" | "stop";
  readonly moment:
    | { readonly kind: "whileStarting"; readonly afterLoadedMs: number }
    | { readonly kind: "atRandom"; readonly afterMs: number }
    /** Of the worker that had the last of so many effects, before its journal can know of it. */
    | {
        readonly kind: "afterEffect";
        readonly restMs: number;
        readonly effects: number;
        readonly afterMs: number;
      };
}

/** One of so many is a stop: a tenth, and not only on average. */
const STOP_EVERY = 10;

/** The plans of so many cycles. */
export function pairPlans(random: SeededRandom, cycles: number): PairPlan[] {
  const stopAt = random.between(0, STOP_EVERY - 1);
  return Array.from({ length: cycles }, (_, place) => onePlan(random, place % STOP_EVERY === stopAt ? "stop" : "kill"));
}
export function onePlan(random: SeededRandom, blow: PairPlan["blow"]): PairPlan {
  return { blow, moment: momentOf(random, blow === "stop" ? STOP_MOMENTS : KILL_MOMENTS) };
}

type Moments = readonly (readonly [weight: number, kind: PairPlan["moment"]["kind"]])[];

const KILL_MOMENTS: Moments = [
  [1, "whileStarting"],
  [4, "atRandom"],
  [5, "afterEffect"],
];
/** One that has just had an effect has something to write when it wakes. One that has not begun its work cannot lose it. */
const STOP_MOMENTS: Moments = [
  [1, "atRandom"],
  [4, "afterEffect"],
];

function momentOf(random: SeededRandom, moments: Moments): PairPlan["moment"] {
  const kind = random.pick(moments);
  switch (kind) {
    case "whileStarting":
      return { kind, afterLoadedMs: random.between(0, 8) };
    case "atRandom":
      return { kind, afterMs: random.between(50, 500) };
    case "afterEffect":
      return { kind, restMs: random.between(50, 300), effects: random.between(1, 12), afterMs: random.between(0, 2) };
  }
}
