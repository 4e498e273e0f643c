// What is said of a run that was awaited and cannot end. Pure.
import type { RunDetails, StepDetails } from "../core/run-details.ts";

const OPEN: ReadonlySet<string> = new Set(["running", "sleeping", "waiting", "retrying"]);

export function stuckText(runId: string, run: RunDetails | undefined): string {
  if (run === undefined) return `there is no run ${runId}`;
  const subject = `"${run.function.name}" (${runId})`;
  if (run.note !== undefined) return `${subject} is paused: ${run.note}`;
  const open = openSteps(run.steps).map(({ number, name, status }) => `  ${number}  ${name}: ${status}`);
  return [
    `${subject} is ${run.status}, and nothing is set to happen that could end it.`,
    ...(open.length === 0 ? [] : ["It is at", ...open]),
    "Send what it waits for before the run is awaited: t.send(event), or t.signal(token).",
  ].join("\n");
}

/** Those that wait themselves, and not for their substeps. */
function openSteps(steps: readonly StepDetails[]): readonly StepDetails[] {
  return steps
    .filter(({ status }) => OPEN.has(status))
    .flatMap((step) => {
      const inside = openSteps(step.steps);
      return inside.length === 0 ? [step] : inside;
    });
}
