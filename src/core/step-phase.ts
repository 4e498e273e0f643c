// Where steps and attempts are in their lives, and what may follow. Pure.
import type { StepStatus } from "./outcome.ts";

/** Where a step is, from its creation on. */
export type StepPhase = "created" | "adopted" | StepStatus;

const NEXT_PHASES: Readonly<Record<StepPhase, readonly StepPhase[]>> = {
  created: ["running", "adopted", "cancelled"],
  adopted: ["running", "adopted", "cancelled"],
  running: ["completed", "sleeping", "waiting", "retrying", "recovered", "failed", "cancelled"],
  sleeping: ["running", "completed", "failed", "cancelled"],
  waiting: ["running", "completed", "recovered", "failed", "cancelled"],
  retrying: ["running", "cancelled"],
  completed: [],
  recovered: [],
  failed: [],
  cancelled: [],
};

export function mayStepMove(phase: StepPhase, next: StepPhase): boolean {
  return NEXT_PHASES[phase].includes(next);
}
export function isLastPhase(phase: StepPhase): boolean {
  return NEXT_PHASES[phase].length === 0;
}

/** Where an attempt is: its body runs, it was cancelled, its generator cleans up, it is over. */
export type AttemptPhase = "open" | "cancelled" | "cleaning" | "ended";

const NEXT_ATTEMPT_PHASES: Readonly<Record<AttemptPhase, readonly AttemptPhase[]>> = {
  open: ["cancelled", "ended"],
  cancelled: ["cleaning", "ended"],
  cleaning: ["ended"],
  ended: [],
};

export function mayAttemptMove(phase: AttemptPhase, next: AttemptPhase): boolean {
  return NEXT_ATTEMPT_PHASES[phase].includes(next);
}

/** Who has asked for a step: nobody, somebody who chose the links of its chain, or somebody who waits for it, so that its failure is theirs. */
export type StepDemand = "none" | "chosen" | "awaited";

/** Why something is ended before its time, and how long its running bodies have to end after they were told. */
export interface Cancellation {
  readonly reason: unknown;
  readonly graceMs: number;
}
