// Checks of runs that meet other code than the one that they began with (H10), and that everything comes to an end (H12).
import { ancestorKeys } from "../../src/core/step-key.ts";
import { CANCEL_KEY, type StepRecord } from "../../src/durable/journal.ts";
import { violationsOf, type Violation } from "../crash/violation.ts";
import { claimKey, claimsOf, entered } from "./checks-of-work.ts";
import { keptWrites } from "./checks-of-writes.ts";
import type { SimulationHistory } from "./simulation-history.ts";

export function checkOtherCode(history: SimulationHistory): Violation[] {
  return violationsOf("H10 code that does not fit what was recorded pauses the run before anything runs", (report) => {
    const { onlyIn, versions } = history;
    const claims = claimsOf(history);
    const kept = keptWrites(history);
    /** A function that is tried again may go another way: what it recorded before binds it no more. */
    const retried = new Set(
      kept.flatMap(({ write }) =>
        write.records.flatMap(({ key, state }) => (key === "" && state === "retrying" ? [write.runId] : [])),
      ),
    );
    for (const one of entered(history)) {
      const version = versions.get(one.life)!;
      const others = [...onlyIn].flatMap(([of, names]) => (of === version ? [] : names));
      if (others.length === 0 || retried.has(one.run)) continue;
      const claimOrder = claims.get(claimKey(one))?.order ?? -1;
      const known = new Map<string, StepRecord>();
      for (const { write, order } of kept)
        if (order < claimOrder && write.runId === one.run)
          for (const record of write.records) known.set(record.key, record);
      const bound = boundTo(known, others);
      if (bound !== undefined)
        report(one.run, `${one.life} entered "${one.path}" with code ${version}, and "${bound}" is in the journal`);
    }
    const canFit = [...onlyIn.values()].every((names) => names.length === 0);
    for (const { write } of kept)
      if (write.change?.kind === "pause" && (canFit || !write.change.note.startsWith("recorded:")))
        report(write.runId, `it was paused: ${write.change.note}`);
  });
}

/** The key of a step that the run has come to, whether it has an outcome or not, and that only other code has. A mere wait is done anew. */
function boundTo(known: ReadonlyMap<string, StepRecord>, others: readonly string[]): string | undefined {
  const isCancelled = known.has(CANCEL_KEY);
  return [...known.values()].find(({ key, kind, state, sequence }) => {
    if (state === "ended") return sequence !== null && others.includes(key); // without a place: that it is to go on as before
    const around = ancestorKeys(key);
    const isMereWait = state === "sleeping" || (state === "waiting" && kind !== "invoke");
    const isOpen = !isCancelled && !isMereWait && state !== "cancelled" && !around.some((outer) => known.has(outer));
    return isOpen && others.includes(around.at(-1) ?? key);
  })?.key;
}

export function checkEverythingEnded({ unfinished }: SimulationHistory): Violation[] {
  return violationsOf("H12 everything ends once the faults do", (report) => {
    if (unfinished !== undefined) report(undefined, unfinished);
  });
}
