// How soon the runs of a worker that was killed or stopped are others'.
import type { PairHistory } from "./pair-campaign.ts";

export interface TakeoverTime {
  readonly kind: "kill" | "stop";
  /** From the death or the stop until another worker took its runs from it. */
  readonly takenMs: number;
  /** And until one of them was claimed again. Undefined: it had only suspects, or what it had ended with it, as what is cancelled does. */
  readonly claimedMs: number | undefined;
}

/** Of each blow to a worker that had runs. */
export function takeoverTimes({ blows, looks, diary }: Pick<PairHistory, "blows" | "looks" | "diary">): TakeoverTime[] {
  return blows.flatMap(({ look: number, kind, atMs, ordinary }) => {
    const look = looks.find((one) => one.number === number);
    if (kind === "held" || look === undefined || look.owned.size === 0) return [];
    const entered = diary.find((entry) => entry.kind === "entered" && entry.life === look.life);
    const burial = diary.find(
      (entry) => entry.kind === "buried" && entered?.kind === "entered" && entry.incarnation === entered.incarnation,
    );
    const claim = diary.find(
      (entry) =>
        entry.kind === "claimed" &&
        entry.life !== look.life &&
        entry.fromMs >= atMs &&
        entry.runs.some((run) => ordinary.has(run)),
    );
    const claimedMs = claim === undefined ? undefined : claim.atMs - atMs;
    if (burial === undefined) return []; // whoever took it was killed before it could write so
    return [{ kind, takenMs: burial.atMs - atMs, claimedMs }];
  });
}
