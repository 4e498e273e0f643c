// Checks of events, runs and outcomes: nothing is lost, nothing is there twice, nothing changes.
import type { History } from "./history.ts";
import { FUNCTIONS_OF_EVENT } from "./load-events.ts";
import { groupBy, violationsOf, type Violation } from "./violation.ts";

const ENDS: ReadonlySet<string> = new Set(["completed", "failed", "cancelled"]);

/** Every accepted event has one run per function. One whose sender was killed has those, or none. */
export function checkNothingLost({ sent, journal }: History): Violation[] {
  return violationsOf("every accepted event has exactly one run per function", (report) => {
    const runsByEvent = groupBy(journal.runs, (run) => run.event_id);
    for (const { event, isAccepted } of sent) {
      const runs = runsByEvent.get(event.id) ?? [];
      runsByEvent.delete(event.id);
      if (runs.length === 0 && !isAccepted) continue;
      const wanted = FUNCTIONS_OF_EVENT[event.name].toSorted().join(", ");
      const found = runs
        .map((run) => run.function_id.slice(run.function_id.indexOf("/") + 1))
        .toSorted()
        .join(", ");
      if (found !== wanted) report(runs[0]?.id, `${event.id} is to have runs of ${wanted}, and has runs of ${found}`);
    }
    for (const [eventId, runs] of runsByEvent) report(runs[0]!.id, `nobody sent ${eventId}, which has runs`);
  });
}

export function checkEverythingEnded({ journal }: History): Violation[] {
  return violationsOf("every run ended, and nobody has it any more", (report) => {
    for (const { id, status, ended_ms: endedMs, owner, due_ms: dueMs } of journal.runs) {
      if (!ENDS.has(status) || endedMs === null) report(id, `it is ${status}`);
      else if (owner !== null || dueMs !== null)
        report(id, `it is ${status}, and owned by ${owner} or due at ${dueMs}`);
    }
  });
}

/** P1 */
export function checkOutcomesNeverChange({ outcomes }: History): Violation[] {
  return violationsOf("an outcome is recorded once and never changes", (report) => {
    for (const text of outcomes.changes) report(text.slice(0, text.indexOf(" ")), text);
  });
}

export function checkSequences({ journal }: History): Violation[] {
  return violationsOf("each outcome has a place of its own among the run's outcomes", (report) => {
    const sequenced = journal.steps.filter(({ sequence }) => sequence !== null);
    for (const [run, steps] of groupBy(sequenced, (step) => step.run)) {
      for (const [sequence, same] of groupBy(steps, (step) => String(step.sequence)))
        if (same.length > 1) report(run, `${same.map(({ key }) => key).join(", ")} all have the place ${sequence}`);
    }
  });
}

export function checkCancelled({ cancelled, runs, journal }: History): Violation[] {
  return violationsOf("a run whose cancellation was accepted ends as cancelled, and cleans up", (report) => {
    for (const [id, isAccepted] of cancelled) {
      const status = runs.get(id)?.status;
      if (isAccepted !== (status === "cancelled"))
        report(id, `cancel answered ${isAccepted}, and the run is ${status}`);
    }
    for (const [run, steps] of groupBy(journal.steps, (step) => step.run)) {
      if (!journal.runs.some(({ id, function_id: name }) => id === run && name.endsWith("/hold-stock"))) continue;
      const stepsByKey = new Map(steps.map((step) => [step.key, step]));
      const cancel = stepsByKey.get("~cancel");
      const hold = stepsByKey.get("Hold");
      const isHeld = cancel !== undefined && hold?.state === "ended" && hold.sequence! < cancel.sequence!;
      if (isHeld && stepsByKey.get("Release")?.status !== "completed") report(run, "its finally did not clean up");
    }
  });
}

export function checkProcesses({ lives, integrity }: History): Violation[] {
  return violationsOf("no worker dies of itself or complains, and the journal is whole", (report) => {
    for (const { number, end, complaints } of lives) {
      if (end === "died") report(undefined, `life ${number} died of itself: ${complaints}`);
      else if (complaints !== "") report(undefined, `life ${number} complained: ${complaints}`);
    }
    if (integrity !== "ok") report(undefined, `the database says: ${integrity}`);
  });
}
