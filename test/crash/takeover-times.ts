// How soon the runs of a worker that was killed or stopped are others'.
import type { PairHistory } from "./pair-campaign.ts";

export interface TakeoverTime {
  readonly kind: "kill" | "stop";
  /** Until another worker took its runs from it: from the death or the stop, or from when somebody was there who lived to see it. */
  readonly takenMs: number;
  /** And until one of them was claimed again. Undefined: it had only suspects, or what it had ended with it, as what is cancelled does. */
  readonly claimedMs: number | undefined;
}

/** Of each blow to a worker that had runs. */
export function takeoverTimes(history: Pick<PairHistory, "blows" | "looks" | "diary" | "lives">): TakeoverTime[] {
  const { blows, looks, diary } = history;
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
    const sinceMs = Math.max(atMs, witnessedMs(history, look.life, burial.atMs));
    return [{ kind, takenMs: burial.atMs - sinceMs, claimedMs }];
  });
}

/** Since when there was some other worker that lived until then. Whoever starts needs its time, and two of two may die in a row. */
function witnessedMs({ diary, lives }: Pick<PairHistory, "diary" | "lives">, ofLife: number, untilMs: number): number {
  const entered = diary.flatMap((entry) => {
    const isOther = entry.kind === "entered" && entry.life !== ofLife && entry.atMs <= untilMs;
    const hasLived = lives.some(({ number, endedMs }) => number === entry.life && endedMs >= untilMs);
    return isOther && hasLived ? [entry.atMs] : [];
  });
  return Math.min(...entered);
}
