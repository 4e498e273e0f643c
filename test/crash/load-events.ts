// The events of a mixed load: the same seed gives the same ones.
import { seededRandom } from "./seeded-random.ts";

/** What every function of the load is given. */
export interface LoadData {
  readonly order: number;
  /** How often a flaky body fails before it does not. */
  readonly failures: number;
  /** A sleep that stays in memory. */
  readonly shortMs: number;
  /** A wait that leaves memory. */
  readonly longMs: number;
}

export interface LoadEvent {
  readonly id: string;
  readonly name: LoadEventName;
  readonly data: LoadData;
}

export type LoadEventName =
  | "load/order"
  | "load/nested"
  | "load/account"
  | "load/trouble"
  | "load/values"
  | "load/once"
  | "load/patient"
  | "load/cancelled";

/** The ids of the functions that each event starts. */
export const FUNCTIONS_OF_EVENT: Readonly<Record<LoadEventName, readonly string[]>> = {
  "load/order": ["ship-order", "check-order"],
  "load/nested": ["nested"],
  "load/account": ["open-account"],
  "load/trouble": ["lose-order", "moody"],
  "load/values": ["keep-values"],
  "load/once": ["pay-once"],
  "load/patient": ["patient"],
  "load/cancelled": ["hold-stock", "hold-seat"],
};

const WEIGHTS: readonly (readonly [number, LoadEventName])[] = [
  [4, "load/order"],
  [3, "load/nested"],
  [3, "load/account"],
  [3, "load/trouble"],
  [2, "load/values"],
  [3, "load/once"],
  [2, "load/patient"],
  [2, "load/cancelled"],
];

export function loadEvents(seed: string, count: number): LoadEvent[] {
  const random = seededRandom(`events ${seed}`);
  return Array.from({ length: count }, (_, place) => ({
    id: `event-${place}`,
    name: random.pick(WEIGHTS),
    data: {
      order: place,
      failures: random.between(0, 3),
      shortMs: random.between(20, 900),
      longMs: random.between(5_200, 6_200),
    },
  }));
}
