import { describe, expect, it } from "vitest";
import { planBody } from "../core/step-plan.ts";
import { EngineStage, enterAttempt } from "../testing/engine-case.ts";
import { RunOwner } from "../testing/run-owner.ts";
import { BegunSteps } from "./begun-steps.ts";

const NO_LIMIT = () => false;

/** A function that has asked for the step Outer, which is under way. */
function stageWithOuter() {
  const stage = new EngineStage(new RunOwner().newEngine);
  const root = stage.body.node;
  const outer = stage.begin(planBody("Outer", () => undefined));
  return { root, outer, open: [root, outer] };
}

describe("what had begun", () => {
  it("is to be asked for, until it is", () => {
    const { open } = stageWithOuter();
    const begun = new BegunSteps(["Charge", "Outer/Inner"]);
    expect(begun.unasked(open, NO_LIMIT)).toEqual(["Charge", "Outer/Inner"]);
    begun.asked("Charge", false);
    expect([begun.unasked(open, NO_LIMIT), begun.isEmpty]).toEqual([["Outer/Inner"], false]);
    begun.asked("Outer/Inner", false);
    expect([begun.unasked(open, NO_LIMIT), begun.isEmpty]).toEqual([[], true]);
  });

  it("is ahead of the code and not waited for, where it merely waits", () => {
    const begun = new BegunSteps(["Night", "Charge"], (key) => key === "Night");
    expect([begun.unasked(stageWithOuter().open, NO_LIMIT), begun.isEmpty]).toEqual([["Charge"], false]);
    begun.asked("Charge", false);
    expect([begun.unasked(stageWithOuter().open, NO_LIMIT), begun.hasWaitAhead]).toEqual([[], true]);
    begun.asked("Note", true);
    expect([begun.hasWaitAhead, begun.isEmpty]).toEqual([false, true]);
  });

  it("is told of by the outermost step that is not asked for", () => {
    const begun = new BegunSteps(["Other/Inner", "Other", "Other/Inner/Innermost"]);
    expect(begun.unasked(stageWithOuter().open, NO_LIMIT)).toEqual(["Other"]);
  });

  it("is not waited for below a step that was told to end, at whatever depth", () => {
    const { root, outer, open } = stageWithOuter();
    const begun = new BegunSteps(["Outer/Inner", "Outer/Middle/Inner", "Charge"]);
    outer.cancel({ reason: new Error("told to end"), graceMs: 0 });
    expect(begun.unasked(open, NO_LIMIT)).toEqual(["Charge"]);
    root.cancel({ reason: new Error("told to end"), graceMs: 0 });
    expect(begun.unasked(open, NO_LIMIT)).toEqual([]);
  });

  it("is not waited for in a body with a time limit, nor below one that failed", () => {
    const { outer, open } = stageWithOuter();
    enterAttempt(outer);
    const begun = new BegunSteps(["Outer/Inner", "Outer", "Outer card"]);
    begun.asked("Outer", false);
    expect(begun.unasked(open, (node) => node === outer)).toEqual(["Outer card"]);
    begun.forgetBelow("Outer");
    expect(begun.unasked(open, NO_LIMIT)).toEqual(["Outer card"]);
    begun.forgetBelow("");
    expect(begun.isEmpty).toBe(true);
  });
});
