// Which functions a worker's claims gave runs of, and when last.
//
// Owns: the count of its claims, and of what is in memory. Does not own: the runs there (worker), whose turn it is (fair-share).
// Called by: worker.
import type { Share } from "./fair-share.ts";
import type { ClaimedRun } from "./store.ts";

export class Turns {
  readonly #lastTurns = new Map<string, number>();
  readonly #atWork = new Map<string, number>();
  #turn = 0;

  /** For the next claim. */
  shares(): readonly Share[] {
    return [...this.#lastTurns].map(([functionId, lastTurn]) => ({
      functionId,
      atWork: this.#atWork.get(functionId) ?? 0,
      lastTurn,
    }));
  }
  /** A run has come into memory, or left it. */
  began({ functionId }: { readonly functionId: string }): void {
    this.#atWork.set(functionId, (this.#atWork.get(functionId) ?? 0) + 1);
  }
  left({ functionId }: { readonly functionId: string }): void {
    this.#atWork.set(functionId, (this.#atWork.get(functionId) ?? 0) - 1);
  }

  took(claimed: readonly ClaimedRun[]): void {
    this.#turn++;
    for (const { run } of claimed) this.#lastTurns.set(run.functionId, this.#turn);
  }
}
