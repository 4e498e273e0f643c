// What kit/tested-steps and kit/stuck-text make of what a store knows of a run.
import { describe, expect, it } from "vitest";
import type { StepDetails } from "../core/run-details.ts";
import { TaggedError } from "../core/tagged-error.ts";
import { stuckText } from "./stuck-text.ts";
import { errorName, testedSteps } from "./tested-steps.ts";

class Declined extends TaggedError("TestedStepsDeclined")<{ readonly code: string }> {}

function details(given: Partial<StepDetails>): StepDetails {
  return {
    number: "1",
    name: "Charge",
    path: "Charge",
    kind: "run",
    status: "completed",
    attempts: 1,
    tags: [],
    startedAt: new Date(0),
    steps: [],
    ...given,
  };
}

describe("the steps of a run under test", () => {
  it("are shown without times, paths and what goes without saying", () => {
    const steps = [
      details({ output: { id: "ch_1" }, endedAt: new Date(1), attempts: 2 }),
      details({
        number: "2",
        status: "failed",
        error: new Declined({ code: "x" }),
        steps: [details({ number: "2.1" })],
      }),
    ];
    expect(testedSteps(steps)).toEqual([
      { number: "1", name: "Charge", status: "completed", attempts: 2, output: { id: "ch_1" } },
      {
        number: "2",
        name: "Charge",
        status: "failed",
        error: "TestedStepsDeclined",
        steps: [{ number: "2.1", name: "Charge", status: "completed" }],
      },
    ]);
  });
  it("name an error by its tag, else by its name, else as it is", () => {
    expect([new Declined({ code: "x" }), new RangeError("no"), "gone", undefined].map(errorName)).toEqual([
      "TestedStepsDeclined",
      "RangeError",
      "gone",
      "undefined",
    ]);
  });
});

describe("a run that cannot end", () => {
  const run = {
    id: "run_1",
    function: { id: "f", name: "Handle payments" },
    event: { id: "evt_1", name: "a", data: 1, user: undefined, ts: 0 },
    status: "waiting" as const,
    createdAt: new Date(0),
    takeovers: [],
    steps: [
      details({}),
      details({
        number: "2",
        name: "Ask",
        status: "running",
        steps: [details({ number: "2.1", name: "Approval", status: "waiting" })],
      }),
    ],
  };
  it("is told with the step that waits", () => {
    expect(stuckText("run_1", run)).toBe(
      [
        '"Handle payments" (run_1) is waiting, and nothing is set to happen that could end it.',
        "It is at",
        "  2.1  Approval: waiting",
        "Send what it waits for before the run is awaited: t.send(event), or t.signal(token).",
      ].join("\n"),
    );
  });
  it("is told with why it is paused, or that it is not there", () => {
    expect(stuckText("run_1", { ...run, status: "paused", note: "no such step" })).toContain("is paused: no such step");
    expect(stuckText("run_2", undefined)).toBe("there is no run run_2");
  });
});
