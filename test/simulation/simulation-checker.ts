// All checks of a simulation, and its story for whoever has to find out what went wrong.
import type { Violation } from "../crash/violation.ts";
import { checkRunsOfEvents, checkWaits } from "./checks-of-arrivals.ts";
import { checkLimits } from "./checks-of-limits.ts";
import { checkCommittedIsSeen, checkSameErrors, checkSameSights } from "./checks-of-sights.ts";
import { checkEverythingEnded, checkOtherCode } from "./checks-of-versions.ts";
import {
  checkAsKilled,
  checkEffects,
  checkNothingLeftAtWork,
  checkOneEntering,
  checkRecordedNotRunAgain,
  checkTakeoversTold,
} from "./checks-of-work.ts";
import { checkClaims, checkEnds, checkOneOutcome, checkOwners, checkTimers } from "./checks-of-writes.ts";
import type { SimulationHistory, Timed } from "./simulation-history.ts";

const CHECKS: readonly ((history: SimulationHistory) => Violation[])[] = [
  checkOneOutcome,
  checkCommittedIsSeen,
  checkOwners,
  checkLimits,
  checkClaims,
  checkEnds,
  checkRunsOfEvents,
  checkEffects,
  checkOneEntering,
  checkNothingLeftAtWork,
  checkRecordedNotRunAgain,
  checkTakeoversTold,
  checkAsKilled,
  checkTimers,
  checkWaits,
  checkSameSights,
  checkSameErrors,
  checkOtherCode,
  checkEverythingEnded,
];

export function checkSimulation(history: SimulationHistory): Violation[] {
  return CHECKS.flatMap((check) => check(history));
}

const LONGEST_TEXT = 300;

/** The violations, and everything that happened, in order. */
export function storyOf(history: SimulationHistory, violations: readonly Violation[]): string {
  return [
    `seed ${history.seed}: ${violations.length} violations (npm run simulate -- --seed ${history.seed})`,
    ...history.entries.map((entry) => `${entry.atMs.toFixed(0).padStart(7)} ${lineOf(entry).slice(0, LONGEST_TEXT)}`),
    ...history.runs.map(
      ({ run }) => `  ${run.id} of ${run.functionId} for ${run.eventId}: ${run.status} ${run.note ?? ""}`,
    ),
    ...violations.map(({ rule, run, text }) => `- ${rule}: ${run ?? ""} ${text}`),
  ].join("\n");
}

function lineOf(entry: Timed): string {
  switch (entry.kind) {
    case "sending":
    case "acked":
      return `client: ${entry.kind} ${entry.eventId}`;
    case "accepted":
      return `store: ${entry.event.name} ${entry.event.id} ${entry.result}, due ${entry.event.dueMs}`;
    case "claimed":
      return `store: ${entry.incarnation} claimed ${entry.run} with token ${entry.token}`;
    case "freed":
      return `store: ${entry.incarnation} was ${entry.how}`;
    case "written": {
      const { runId, token, records, change } = entry.write;
      const states = records.map(({ key, number, state, status, sequence, dueMs }) =>
        [
          number,
          `"${key}"`,
          state,
          status,
          sequence === null ? "" : `place ${sequence}`,
          dueMs === null ? "" : `due ${dueMs}`,
        ].join(" "),
      );
      return `store: ${entry.result} ${runId} token ${token} by ${entry.incarnation}: ${[...states, ...(change === null ? [] : [JSON.stringify(change)])].join("; ")}`;
    }
    case "entered":
      return `${entry.life}: ${entry.run} entered ${entry.number} "${entry.path}" attempt ${entry.attempt} at ${entry.place}, token ${entry.token}`;
    case "effect":
      return `${entry.life}: ${entry.run} effect of "${entry.path}" attempt ${entry.attempt}: ${entry.ends} ${entry.text}`;
    case "saw":
      return `${entry.life}: ${entry.run} saw at ${entry.trail} ${entry.what} ${entry.text}`;
    case "cancel":
      return `store: ${entry.run} is to be cancelled: ${entry.answer}`;
    case "fault":
      return `FAULT ${entry.name}: ${entry.text}`;
    case "life":
      return `${entry.life} ${entry.text}`;
  }
}
