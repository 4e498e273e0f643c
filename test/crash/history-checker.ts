// All checks of a history, and the story of a run for whoever has to find out what went wrong.
import { inspect } from "node:util";
import {
  checkAtMostOnce,
  checkEffects,
  checkExtraStarts,
  checkIdempotencyKeys,
  checkRecordedNotRunAgain,
  checkSameInEachLife,
} from "./checks-of-bodies.ts";
import {
  checkCancelled,
  checkEverythingEnded,
  checkNothingLost,
  checkOutcomesNeverChange,
  checkProcesses,
  checkSequences,
} from "./checks-of-runs.ts";
import { checkSameAsUndisturbed } from "./checks-of-sameness.ts";
import { checkOpenStepsTold, checkTakeoversTold, checkTakeoversTrue } from "./checks-of-takeovers.ts";
import { machineMsOf } from "../machine-clock.ts";
import type { History } from "./history.ts";
import { isBodyLine } from "./ledger.ts";
import type { Violation } from "./violation.ts";

const CHECKS: readonly ((history: History) => Violation[])[] = [
  checkProcesses,
  checkNothingLost,
  checkEverythingEnded,
  checkOutcomesNeverChange,
  checkSequences,
  checkCancelled,
  checkRecordedNotRunAgain,
  checkExtraStarts,
  checkEffects,
  checkIdempotencyKeys,
  checkAtMostOnce,
  checkSameInEachLife,
  checkTakeoversTold,
  checkOpenStepsTold,
  checkTakeoversTrue,
  checkSameAsUndisturbed,
];

export function checkHistory(history: History): Violation[] {
  return CHECKS.flatMap((check) => check(history));
}

const MOST_STORIES = 3;

/** The violations, and the stories of the first runs that have some. */
export function reportOf(history: History, violations: readonly Violation[]): string {
  const runs = [...new Set(violations.flatMap(({ run }) => (run === undefined ? [] : [run])))].slice(0, MOST_STORIES);
  return [
    `seed ${history.seed}, ${history.lives.length - 1} kills, ${violations.length} violations`,
    ...violations.map(({ rule, run, text }) => `- ${rule}: ${run ?? ""} ${text}`),
    ...runs.map((run) => storyOf(history, run)),
  ].join("\n");
}

/** What the ledger, the lives and the journal tell of a run, in order. */
export function storyOf({ lines, lives, journal, runs }: History, id: string): string {
  const run = journal.runs.find((row) => row.id === id);
  const told = [
    ...lives.flatMap(({ number, pid, spawnedMs, endedMs, end }) => [
      { atMs: spawnedMs, text: `life ${number} (process ${pid}) begins` },
      { atMs: endedMs, text: `life ${number} is ${end}` },
    ]),
    ...lines
      .filter(isBodyLine)
      .flatMap(({ run: of, atMs, life, kind, role, path, number, attempt, ends }) =>
        of === id
          ? [{ atMs, text: `  life ${life}: ${role} ${number} "${path}" attempt ${attempt} ${kind} ${ends ?? ""}` }]
          : [],
      ),
    ...journal.steps.flatMap((step) =>
      step.run === id
        ? [
            {
              atMs: machineMsOf(step.ended_ms ?? step.started_ms),
              text: `  journal: ${step.number} "${step.key}" ${step.state} ${step.status ?? ""} place ${step.sequence}, attempts ${step.attempts}`,
            },
          ]
        : [],
    ),
  ].toSorted((left, right) => left.atMs - right.atMs);
  return [
    `\n${id}, ${run?.function_id} for ${run?.event_id}: ${run?.status} ${inspect(runs.get(id)?.output ?? runs.get(id)?.error)}`,
    ...told.map(({ atMs, text }) => `${atMs.toFixed(0)} ${text}`),
    `takeovers: ${JSON.stringify(runs.get(id)?.takeovers)}`,
  ].join("\n");
}
