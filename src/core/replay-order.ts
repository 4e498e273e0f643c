// In which order recorded outcomes are handed out again. Pure: replay.ts acts on what is decided here.

/** Where a replay stands. */
export interface ReplayStanding {
  /** The first outcome that this pass through the code has to come by, as its sequence number. */
  readonly firstRequired: number | undefined;
  /** The first outcome that the code waits for. */
  readonly firstAsked: number | undefined;
  /** Whether the code has not asked yet for something that had begun, and has no outcome. */
  readonly isLacking: boolean;
  /** Whether the code also waits to begin something that was not recorded. */
  readonly hasHeld: boolean;
  /** Whether the code can do nothing until it is given something. */
  readonly isAtRest: boolean;
  /** The same, as far as it can be known: not merely because it has asked for nothing in a while. */
  readonly isSurelyAtRest: boolean;
  /** Whether what the code is at is to be told when all has been handed out: it is known when it is at rest, or begins something. */
  readonly isNews: boolean;
}

export type ReplayMove =
  /** Hand out this outcome; everything else waits for what the code makes of it. */
  | { readonly kind: "deliver"; readonly sequence: number }
  /** All has been handed out: begin what is new. */
  | { readonly kind: "begin" }
  /** The code can no longer come by what was recorded, and wants something new or nothing more: it is not the code that recorded it. */
  | { readonly kind: "mismatch" }
  /** All has been handed out, and nothing new is wanted yet. */
  | { readonly kind: "over" }
  /** The code will ask for more. */
  | { readonly kind: "wait" }
  /** Nothing can be said until the code is known to be at rest. */
  | { readonly kind: "waitForRest" };

/** Decides the next move. */
export function nextReplayMove(standing: ReplayStanding): ReplayMove {
  const { firstRequired, firstAsked, isLacking, hasHeld, isAtRest, isSurelyAtRest, isNews } = standing;
  // An outcome that the code has not asked for yet holds back the later ones: its asker may come before theirs.
  if (firstAsked !== undefined && (firstRequired === undefined || firstAsked <= firstRequired || isAtRest)) {
    return { kind: "deliver", sequence: firstAsked };
  }
  if (firstAsked !== undefined) return { kind: "waitForRest" };
  const isCaughtUp = firstRequired === undefined && !isLacking;
  if (isCaughtUp && hasHeld) return { kind: "begin" };
  if (isCaughtUp) return isNews && !isAtRest ? { kind: "waitForRest" } : { kind: "over" };
  // Code that waits for nothing but what had begun beside it will not come to ask.
  if (!hasHeld) return firstRequired === undefined && isSurelyAtRest ? { kind: "mismatch" } : { kind: "wait" };
  return isAtRest ? { kind: "mismatch" } : { kind: "waitForRest" };
}
