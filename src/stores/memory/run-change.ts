// How a run in memory changes with what its owner writes. Pure.
import type { RunRecord } from "../../durable/journal.ts";
import type { RunChange } from "../../durable/store.ts";

/** `hasTaker`: another live worker may have it, whose code it may fit. */
export function changed(run: RunRecord, change: RunChange, hasTaker: boolean): RunRecord {
  switch (change.kind) {
    case "suspend":
      return heeding({ ...run, owner: null, deaths: 0, status: change.status, dueMs: change.dueMs });
    case "pause": {
      const { note, atMs } = change;
      const left = { ...run, owner: null, note };
      return heeding(
        hasTaker ? { ...left, status: "queued", dueMs: atMs } : { ...left, status: "paused", dueMs: null },
      );
    }
    case "acknowledge":
      return { ...run, leftBy: [] };
    case "end": {
      const { status, output, error, atMs: endedMs } = change;
      return { ...run, owner: null, status, dueMs: null, output, error, endedMs };
    }
  }
}

/** A run that has left memory does what it was asked to. */
function heeding(run: RunRecord): RunRecord {
  if (run.isCancelRequested) return { ...run, status: "queued", dueMs: 0 };
  return run.isPauseRequested ? { ...run, status: "paused", dueMs: null } : run;
}
