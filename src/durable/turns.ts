// Which functions a worker's claims gave runs of, and when last.
//
// Owns: the count of its claims. Does not own: what is in memory (worker), whose turn it is (fair-share).
// Called by: worker.
import type { Share } from "./fair-share.ts";
import type { ClaimedRun } from "./store.ts";

export class Turns {
  readonly #lastTurns = new Map<string, number>();
  #turn = 0;

  /** For the next claim, by a worker that has these in memory. */
  shares(atWork: Iterable<{ readonly functionId: string }>): readonly Share[] {
    const counts = new Map<string, number>();
    for (const { functionId } of atWork) counts.set(functionId, (counts.get(functionId) ?? 0) + 1);
    return [...this.#lastTurns].map(([functionId, lastTurn]) => ({
      functionId,
      atWork: counts.get(functionId) ?? 0,
      lastTurn,
    }));
  }

  took(claimed: readonly ClaimedRun[]): void {
    this.#turn++;
    for (const { run } of claimed) this.#lastTurns.set(run.functionId, this.#turn);
  }
}
