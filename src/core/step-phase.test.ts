import { describe, expect, it } from "vitest";
import { isLastPhase, mayAttemptMove, mayStepMove, type AttemptPhase, type StepPhase } from "./step-phase.ts";

const STEP_PHASES: readonly StepPhase[] = [
  "created",
  "adopted",
  "running",
  "sleeping",
  "retrying",
  "completed",
  "recovered",
  "failed",
  "cancelled",
];
const ATTEMPT_PHASES: readonly AttemptPhase[] = ["open", "cancelled", "cleaning", "ended"];

describe("a step", () => {
  it("starts by running, and by nothing else", () => {
    for (const phase of ["sleeping", "retrying", "completed", "recovered", "failed"] as const) {
      expect(["created", phase, mayStepMove("created", phase)]).toEqual(["created", phase, false]);
      expect(["adopted", phase, mayStepMove("adopted", phase)]).toEqual(["adopted", phase, false]);
    }
    expect(mayStepMove("created", "running")).toBe(true);
    expect(mayStepMove("adopted", "running")).toBe(true);
  });

  it("can be cancelled until it has ended, and moves nowhere after that", () => {
    for (const phase of STEP_PHASES) {
      const hasEnded = ["completed", "recovered", "failed", "cancelled"].includes(phase);
      expect([phase, isLastPhase(phase)]).toEqual([phase, hasEnded]);
      expect([phase, "cancelled", mayStepMove(phase, "cancelled")]).toEqual([phase, "cancelled", !hasEnded]);
    }
    for (const phase of ["completed", "recovered", "failed", "cancelled"] as const) {
      for (const next of STEP_PHASES) expect([phase, next, mayStepMove(phase, next)]).toEqual([phase, next, false]);
    }
  });

  it("is tried again by running, not by ending", () => {
    expect(mayStepMove("retrying", "running")).toBe(true);
    for (const phase of ["completed", "recovered", "failed"] as const)
      expect(["retrying", phase, mayStepMove("retrying", phase)]).toEqual(["retrying", phase, false]);
  });
});

describe("an attempt", () => {
  it("cleans up only after it was cancelled", () => {
    expect(mayAttemptMove("cancelled", "cleaning")).toBe(true);
    for (const phase of ["open", "cleaning", "ended"] as const)
      expect([phase, mayAttemptMove(phase, "cleaning")]).toEqual([phase, false]);
  });

  it("ends from everywhere once, and opens never again", () => {
    for (const phase of ATTEMPT_PHASES) {
      expect([phase, mayAttemptMove(phase, "ended")]).toEqual([phase, phase !== "ended"]);
      expect([phase, mayAttemptMove(phase, "open")]).toEqual([phase, false]);
    }
  });
});
