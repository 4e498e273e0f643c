import { describe, expect, it } from "vitest";
import type { StepDetails } from "../core/run-details.ts";
import { encodeValue } from "../core/value-codec.ts";
import { SAMPLE_MS, sampleEvent, sampleRun, sampleStep } from "../testing/journal-samples.ts";
import { CANCEL_KEY, TAKEOVER_KEY, type RunRecord, type StepRecord } from "./journal.ts";
import { runDetails, runSummary, type OpenStep } from "./run-tree.ts";

function detailsOf(
  records: readonly StepRecord[],
  { run = {}, open = [] }: { run?: Partial<RunRecord>; open?: OpenStep[] } = {},
) {
  return runDetails(runSummary(sampleRun(run), sampleEvent(), "Charge"), records, open);
}
/** `1.1 Inner completed`, indented by depth. */
function outline(steps: readonly StepDetails[], indent = ""): string[] {
  return steps.flatMap(({ number, name, status, steps: substeps }) => [
    `${indent}${number} ${name} ${status}`,
    ...outline(substeps, `${indent}  `),
  ]);
}
function step(key: string, number: string, fields: Partial<StepRecord> = {}): StepRecord {
  return sampleStep({ key, number, name: key.split("/").at(-1)!, ...fields });
}
function openStep(key: string, number: string, fields: Partial<OpenStep> = {}): OpenStep {
  const name = key.split("/").at(-1)!;
  return { key, number, name, kind: "run", status: "running", attempts: 1, tags: [], startedMs: SAMPLE_MS, ...fields };
}

describe("runSummary", () => {
  it("decodes what the journal keeps", () => {
    const event = sampleEvent({ data: encodeValue({ at: new Date(0) }), user: encodeValue({ id: "ada" }) });
    const run = sampleRun({ status: "completed", output: encodeValue(new Set([1])), endedMs: SAMPLE_MS + 5 });
    expect(runSummary(run, event, "Charge cards")).toEqual({
      id: "run_1",
      function: { id: "charge", name: "Charge cards" },
      event: { id: "event-1", name: "sample", data: { at: new Date(0) }, user: { id: "ada" }, ts: SAMPLE_MS },
      status: "completed",
      output: new Set([1]),
      createdAt: new Date(SAMPLE_MS),
      startedAt: new Date(SAMPLE_MS),
      endedAt: new Date(SAMPLE_MS + 5),
    });
  });

  it("has no more than there is, and a note only while it is paused", () => {
    const summary = runSummary(sampleRun({ startedMs: null, note: "recorded: 2 Charge" }), sampleEvent(), undefined);
    expect(Object.keys(summary).toSorted()).toEqual(["createdAt", "event", "function", "id", "status"]);
    expect(summary.function).toEqual({ id: "charge", name: "app/charge" });
    expect(runSummary(sampleRun({ status: "paused", note: "recorded: 2 Charge" }), sampleEvent(), "F").note).toBe(
      "recorded: 2 Charge",
    );
  });
});

describe("the tree of a run", () => {
  it("has substeps below their steps, as people count", () => {
    const records = [
      step("B", "10"),
      step("A", "2"),
      step("A/Y", "2.10"),
      step("A/X", "2.9"),
      step("A/X/Leaf", "2.9.1"),
    ];
    expect(outline(detailsOf(records).steps)).toEqual([
      "2 A completed",
      "  2.9 X completed",
      "    2.9.1 Leaf completed",
      "  2.10 Y completed",
      "10 B completed",
    ]);
  });

  it("has the steps of handlers behind those of the body", () => {
    const records = [
      step("A", "1", { status: "recovered", error: encodeValue(new Error("no")), steps: 1 }),
      step("A/~onError/Note", "1.2"),
      step("A/Inner", "1.1"),
      step("~onError/Tell", "2"),
    ];
    expect(outline(detailsOf(records).steps)).toEqual([
      "1 A recovered",
      "  1.1 Inner completed",
      "  1.2 Note completed",
      "2 Tell completed",
    ]);
  });

  it("knows a composite step that has no record yet from its substeps, by its own name", () => {
    const records = [step("Handle~1Pay/Step~22#3/Inner", "1.2.1")];
    expect(outline(detailsOf(records).steps)).toEqual([
      "1 Handle/Pay running",
      "  1.2 Step#2 running",
      "    1.2.1 Inner completed",
    ]);
  });
});

describe("an outcome in the tree", () => {
  it("says what an outcome is: output, error, attempts, times, tags", () => {
    const [completed, failed] = detailsOf([
      step("A", "1", { value: encodeValue(42), attempts: 2, notes: { tags: ["money"] } }),
      step("B", "2", { status: "failed", value: null, error: encodeValue(new TypeError("no")) }),
    ]).steps;
    expect(completed).toEqual({
      number: "1",
      name: "A",
      path: "A",
      kind: "run",
      status: "completed",
      attempts: 2,
      output: 42,
      tags: ["money"],
      startedAt: new Date(SAMPLE_MS),
      endedAt: new Date(SAMPLE_MS + 5),
      steps: [],
    });
    expect(failed!.error).toBeInstanceOf(TypeError);
    expect(failed).not.toHaveProperty("output");
  });

  it("puts the value of a combinator together from its branches", () => {
    const records = [
      step("all/a", "1.1", { value: encodeValue(1) }),
      step("all/b", "1.2", { value: encodeValue(2) }),
      step("all", "1", {
        kind: "all",
        value: null,
        refs: {
          kind: "record",
          entries: [
            ["left", "all/a"],
            ["right", "all/b"],
          ],
        },
      }),
      step("race", "2", { kind: "race", value: null, refs: { kind: "one", key: "all/b" } }),
      step("map", "3", { kind: "map", value: null, refs: { kind: "list", keys: ["all/b", "all/a"] } }),
    ];
    const { steps } = detailsOf(records);
    expect(steps.map(({ output }) => output)).toEqual([{ left: 1, right: 2 }, 2, [2, 1]]);
  });
});

describe("steps without an outcome", () => {
  const records = [
    step("Asleep", "1", { state: "sleeping", kind: "sleep", dueMs: SAMPLE_MS + 60_000 }),
    step("Again", "2", { state: "retrying", attempts: 3, dueMs: SAMPLE_MS + 5, error: encodeValue(new Error("down")) }),
    step("Once", "3", { state: "started" }),
    step("Told", "4", { state: "cancelled", endedMs: SAMPLE_MS }),
  ];

  it("sleep, wait for their next attempt, or run, while the run goes on", () => {
    const { steps } = detailsOf(records);
    expect(outline(steps)).toEqual(["1 Asleep sleeping", "2 Again retrying", "3 Once running", "4 Told cancelled"]);
    expect(steps[0]!.dueAt).toEqual(new Date(SAMPLE_MS + 60_000));
    expect([steps[1]!.attempts, (steps[1]!.error as Error).message]).toEqual([2, "down"]);
  });

  it("are cancelled once the run has ended, or a step around them has", () => {
    const ended = detailsOf(records, { run: { status: "failed", endedMs: SAMPLE_MS + 9 } });
    expect(new Set(ended.steps.map(({ status }) => status))).toEqual(new Set(["cancelled"]));
    const around = detailsOf([
      step("A", "1", { status: "failed", error: encodeValue("no"), value: null }),
      step("A/B", "1.1", { state: "sleeping" }),
    ]);
    expect(outline(around.steps)).toEqual(["1 A failed", "  1.1 B cancelled"]);
  });

  it("that are in memory are known, unless they have their outcome by now", () => {
    const open = [openStep("A", "1"), openStep("A/B", "1.1", { status: "retrying", attempts: 2 }), openStep("C", "2")];
    expect(outline(detailsOf([step("C", "2")], { open }).steps)).toEqual([
      "1 A running",
      "  1.1 B retrying",
      "2 C completed",
    ]);
  });
});

describe("takeovers", () => {
  it("are listed, and are no steps; nor is a cancellation, or the function's own record", () => {
    const details = detailsOf([
      sampleStep({
        key: `${TAKEOVER_KEY}/2`,
        kind: "takeover",
        name: "process 7 on web-1",
        number: "",
        value: encodeValue([{ number: "1", name: "Charge" }]),
      }),
      sampleStep({ key: CANCEL_KEY, kind: "cancel", name: "cancel", number: "" }),
      sampleStep({ key: "", kind: "function", number: "", state: "settled" }),
    ]);
    expect(details.steps).toEqual([]);
    expect(details.takeovers).toEqual([
      { at: new Date(SAMPLE_MS), from: "process 7 on web-1", openSteps: [{ number: "1", name: "Charge" }] },
    ]);
  });
  it("are listed in the order in which they were, also where the wall was set back in between", () => {
    const takeover = (id: string, startedMs: number): StepRecord =>
      sampleStep({ key: `${TAKEOVER_KEY}/${id}`, kind: "takeover", name: id, startedMs, value: encodeValue([]) });
    const details = detailsOf([takeover("12.0", 100), takeover("12.1", 90), takeover("4.0", 200)]);
    expect(details.takeovers.map(({ from }) => from)).toEqual(["4.0", "12.0", "12.1"]);
  });
});
