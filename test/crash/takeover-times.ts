// How soon another worker goes on with the runs of one that was killed or stopped.
import type { PairHistory } from "./pair-campaign.ts";

export interface TakeoverTime {
  readonly kind: "kill" | "stop";
  /** From the death or the stop until another worker first wrote to one of its runs: the claim. */
  readonly afterMs: number;
}

/** Of each blow to a worker that had runs. A run that ended with its worker, as one does that was cancelled, is taken by nobody. */
export function takeoverTimes({ blows, looks, diary }: Pick<PairHistory, "blows" | "looks" | "diary">): TakeoverTime[] {
  return blows.flatMap(({ look: number, kind, atMs }) => {
    const look = looks.find((one) => one.number === number);
    if (kind === "held" || look === undefined || look.owned.size === 0) return [];
    const claim = diary.find(
      (entry) =>
        entry.kind === "claimed" &&
        entry.life !== look.life &&
        entry.fromMs >= atMs &&
        entry.runs.some((run) => look.owned.has(run)),
    );
    return claim === undefined ? [] : [{ kind, afterMs: claim.atMs - atMs }];
  });
}
