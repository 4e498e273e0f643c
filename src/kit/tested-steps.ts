// The steps of a run as a test compares them: without times and ids. Pure.
import type { StepDetails } from "../core/run-details.ts";
import type { TestedStep } from "./test-app-types.ts";

export function testedSteps(steps: readonly StepDetails[]): readonly TestedStep[] {
  return steps.map((step) => ({
    number: step.number,
    name: step.name,
    status: step.status,
    ...(step.attempts > 1 ? { attempts: step.attempts } : {}),
    ...(step.output === undefined ? {} : { output: step.output }),
    ...(step.error === undefined ? {} : { error: errorName(step.error) }),
    ...(step.steps.length === 0 ? {} : { steps: testedSteps(step.steps) }),
  }));
}

/** The tag, or else the name. */
export function errorName(error: unknown): string {
  const { _tag: tag, name } = Object(error) as { readonly _tag?: unknown; readonly name?: unknown };
  return String(tag ?? name ?? error);
}
