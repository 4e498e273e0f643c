// At which moment the next life is to end.
import type { SeededRandom } from "./seeded-random.ts";

export type KillPlan =
  /** Before it has started: while it loads, opens, migrates, claims. */
  | { readonly kind: "whileStarting"; readonly afterLoadedMs: number }
  /** While it sends an event: it does not hear whether that was accepted. */
  | { readonly kind: "whileSending"; readonly afterMs: number }
  /** At some moment. */
  | { readonly kind: "atRandom"; readonly afterStartedMs: number }
  /** Right after an effect was written to the ledger, before the journal can know of it. */
  | { readonly kind: "afterEffect"; readonly effects: number; readonly afterMs: number };

export function nextKill(random: SeededRandom): KillPlan {
  const kind = random.pick([
    [2, "whileStarting"],
    [1, "whileSending"],
    [3, "atRandom"],
    [5, "afterEffect"],
  ] as const);
  switch (kind) {
    case "whileStarting":
      return { kind, afterLoadedMs: random.between(0, 8) };
    case "whileSending":
      return { kind, afterMs: random.between(0, 1) };
    case "atRandom":
      return { kind, afterStartedMs: random.between(0, 1_200) };
    case "afterEffect":
      return { kind, effects: random.between(1, 25), afterMs: random.between(0, 2) };
  }
}
