// Checks against the same load on a worker that nobody killed: same outputs, same steps, same numbers.
import { isDeepStrictEqual, inspect } from "node:util";
import type { RunDetails, StepDetails } from "../../src/index.ts";
import type { History } from "./history.ts";
import { violationsOf, type Violation } from "./violation.ts";

/** Steps of which the load itself says that a crash may change how they end, and what is under them. */
const EITHER = "(either)";
/** A step of a `finally`: its number says how far the run had come when it was cancelled. */
const CLEANUP = "Release";
/** Flaky by call: a call that a kill ended counts too, so that fewer attempts are left to fail. */
const BY_CALL = /^Weigh\/item(#\d+)?\/Ask$/;

export function checkSameAsUndisturbed({ runs, undisturbed }: History): Violation[] {
  return violationsOf("a run ends as it would without a kill", (report) => {
    for (const [id, run] of runs) {
      const wanted = undisturbed.get(id);
      if (wanted === undefined) report(id, "there is no such run without kills");
      else for (const text of differences(run, wanted)) report(id, text);
    }
  });
}

function differences(run: RunDetails, wanted: RunDetails): string[] {
  const found: string[] = [];
  const compare = (what: string, given: unknown, expected: unknown): void => {
    if (!isDeepStrictEqual(given, expected))
      found.push(`${what} is ${inspect(given, { depth: 5 })}, and without kills ${inspect(expected, { depth: 5 })}`);
  };
  compare("its status", run.status, wanted.status);
  compare("its output", run.output, wanted.output);
  compare("its error", run.error, wanted.error);
  const steps = stepsByPath(run.steps);
  const wantedSteps = stepsByPath(wanted.steps);
  for (const path of new Set([...steps.keys(), ...wantedSteps.keys()])) {
    const step = steps.get(path);
    const expected = wantedSteps.get(path);
    if (step !== undefined && expected !== undefined && path !== CLEANUP)
      compare(`the number of "${path}"`, step.number, expected.number);
    if (run.status === "cancelled" || path.includes(EITHER)) continue; // how far it came is a matter of time
    if (step === undefined || expected === undefined) {
      found.push(`"${path}" is ${step === undefined ? "missing" : "there"}, and without kills it is not`);
      continue;
    }
    for (const part of ["name", "kind", "status", "output", "error"] as const)
      compare(`the ${part} of "${path}"`, step[part], expected[part]);
    if (!BY_CALL.test(path)) compare(`the attempts of "${path}"`, step.attempts, expected.attempts);
    else if (step.attempts > expected.attempts)
      found.push(`"${path}" took ${step.attempts} attempts, not ${expected.attempts}`);
  }
  return found;
}

function stepsByPath(steps: readonly StepDetails[], found = new Map<string, StepDetails>()): Map<string, StepDetails> {
  for (const step of steps) {
    found.set(step.path, step);
    stepsByPath(step.steps, found);
  }
  return found;
}
