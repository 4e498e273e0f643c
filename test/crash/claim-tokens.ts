// Under which token each run was claimed last by the workers of a process: it orders what they do by the journal's own count, whatever any clock says.
//
// Owns: the tokens. Does not own: the claims (the store), who writes them down (load-effects).
// Called by: the programs of the campaigns' workers.
import type { ClaimedRun, Store } from "../../src/durable/store.ts";
import { wrappedStore } from "./wrapped-store.ts";

export class ClaimTokens {
  readonly #tokens = new Map<string, number>();

  /** 0: the run was not claimed here. */
  of(runId: string): number {
    return this.#tokens.get(runId) ?? 0;
  }

  /** A wrapped Store port, whose claims are noted before anybody hears of them. */
  over(store: Store): Store {
    const noted = (claimed: readonly ClaimedRun[]): void => {
      for (const { run } of claimed) this.#tokens.set(run.id, run.token);
    };
    return wrappedStore(store, {
      look: async (look) => {
        const seen = await store.look!(look);
        noted(seen.claimed);
        return seen;
      },
      claim: async (claim) => {
        const claimed = await store.claim(claim);
        noted(claimed);
        return claimed;
      },
    });
  }
}
