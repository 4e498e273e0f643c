// What few of the steps of a run have. Finished steps stay in memory as long as their run, so that each field of theirs counts.
//
// Owns: these fields. Does not own: when they change (step-tree). Called by: step-tree.

/** What few steps need: those that are waited for by a promise, that sleep, branch, are cancelled or replayed. */
export class StepExtras<Tree extends { readonly step: unknown; readonly run: unknown }> {
  /** Of the function itself: its run. */
  run: Tree["run"] | undefined;
  /** Settles when the step has ended. */
  promise: Promise<unknown> | undefined;
  /** Until it starts: what settles the promise that somebody waits for already. */
  settleLater: ((outcome: Promise<unknown>) => void) | undefined;
  /** The steps that it took over as its branches, before it started. */
  adopted: readonly Tree["step"][] | undefined;
  /** The branches of `all`, `map` or `race`, in the order written. */
  branches: readonly Tree["step"][] | undefined;
  /** Whether it was the first of its race to end. */
  isWinner = false;
  /** The event, or the run, that its outcome came from. */
  source: string | undefined;
  /** When a sleep ends, or a wait at the latest. */
  dueMs: number | undefined;
  stopWaiting: (() => void) | undefined;
  cancelReason: unknown;
  /** A sleep that its parent did not need any more when it ended. */
  isDiscarded = false;
  /** Whether its outcome was recorded before this instance of the run asked for it. */
  isReplayed = false;
  /** Stands in for a function where there is none: nobody waits for it. */
  isOutside = false;
  /** Whether it is counted among the steps at work. */
  isActive = false;
  /** Whether its body is counted among the busy ones by the quick lane. */
  isBusy = false;
}

/** Of a step that needs none. */
export const NO_EXTRAS: Readonly<StepExtras<{ readonly step: never; readonly run: never }>> = Object.freeze(
  new StepExtras<{ readonly step: never; readonly run: never }>(),
);
