// Checks of runs that meet other code than the one that they began with (H10), and that everything comes to an end (H12).
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
      const bound = kept.find(
        ({ write, order }) =>
          order < claimOrder &&
          write.runId === one.run &&
          write.records.some(({ key, state }) => state === "ended" && others.includes(key)),
      );
      if (bound !== undefined)
        report(one.run, `${one.life} entered "${one.path}" with code ${version}, which the run does not fit`);
    }
    for (const { write } of kept)
      if (write.change?.kind === "pause" && !write.change.note.startsWith("recorded:"))
        report(write.runId, `it was paused: ${write.change.note}`);
  });
}

export function checkEverythingEnded({ unfinished }: SimulationHistory): Violation[] {
  return violationsOf("H12 everything ends once the faults do", (report) => {
    if (unfinished !== undefined) report(undefined, unfinished);
  });
}
