// When a run is taken to be what its processes die of, and how it stands when nobody has it any more. Pure.
import type { RunRecord } from "./journal.ts";

/** After so many deaths a run is carried out alone, so that it takes no others along. */
const SUSPECT_DEATHS = 2;
/** After so many it is put aside. */
const MOST_DEATHS = 5;

/** Whether a run is to have its process for itself. */
export function isSuspect({ deaths }: Pick<RunRecord, "deaths">): boolean {
  return deaths >= SUSPECT_DEATHS;
}

export type LeftRun = Pick<RunRecord, "deaths" | "note" | "isCancelRequested" | "isPauseRequested"> & {
  /** Whether it came to any outcome since it was claimed. */
  readonly hasProgress: boolean;
};

/**
 * How a run stands whose owner has left, or is gone (`isLost`): before what has not begun, unless it is to stand still. One that
 * was to end, and that too many processes died of, has ended: its cleanup may be what they died of.
 */
export function afterOwner(run: LeftRun, isLost: boolean): Pick<RunRecord, "status" | "dueMs" | "deaths" | "note"> {
  const { note, isCancelRequested, isPauseRequested } = run;
  const deaths = !isLost ? run.deaths : run.hasProgress ? 0 : run.deaths + 1;
  if (isLost && deaths >= MOST_DEATHS) {
    const reason = `its process was gone ${deaths} times before it came to any outcome: look at what it does, then resume or cancel it`;
    return { status: isCancelRequested ? "cancelled" : "quarantined", dueMs: null, deaths, note: reason };
  }
  if (isPauseRequested && !isCancelRequested) return { status: "paused", dueMs: null, deaths, note };
  return { status: "queued", dueMs: 0, deaths, note };
}
