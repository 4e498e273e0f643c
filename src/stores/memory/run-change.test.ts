// run-change.ts: how a run stands after what its owner wrote.
import { describe, expect, it } from "vitest";
import { sampleRun } from "../../testing/journal-samples.ts";
import { changed } from "./run-change.ts";

const ASLEEP = { kind: "suspend", status: "sleeping", dueMs: 5, waits: [] } as const;
const MISFIT = { kind: "pause", note: "recorded: 2 Charge", atMs: 7 } as const;
const END = { kind: "end", status: "completed", output: "[1]", error: null, atMs: 9 } as const;

describe("a run that leaves memory", () => {
  it("has no owner, and is due when its owner said", () => {
    expect(changed(sampleRun({ deaths: 2 }), ASLEEP, false)).toMatchObject({
      owner: null,
      status: "sleeping",
      dueMs: 5,
      deaths: 0,
    });
  });

  it("does what it was asked to instead: to end goes before to stand still", () => {
    const asked = { isPauseRequested: true };
    expect(changed(sampleRun(asked), ASLEEP, false)).toMatchObject({ status: "paused", dueMs: null });
    const both = { ...asked, isCancelRequested: true };
    for (const change of [ASLEEP, MISFIT])
      expect(changed(sampleRun(both), change, true)).toMatchObject({ status: "queued", dueMs: 0, owner: null });
  });

  it("goes to another worker where it did not fit, or stands still", () => {
    expect(changed(sampleRun(), MISFIT, true)).toMatchObject({ status: "queued", dueMs: 7, note: MISFIT.note });
    expect(changed(sampleRun(), MISFIT, false)).toMatchObject({ status: "paused", dueMs: null, note: MISFIT.note });
    expect(changed(sampleRun({ isPauseRequested: true }), MISFIT, true)).toMatchObject({ status: "paused" });
  });
});

it("a run that ends has its outcome; a takeover that was written down is forgotten", () => {
  expect(changed(sampleRun(), END, true)).toMatchObject({
    status: "completed",
    output: "[1]",
    endedMs: 9,
    owner: null,
  });
  const left = sampleRun({ leftBy: [{ from: "process 7", atMs: 1 }] });
  expect(changed(left, { kind: "acknowledge" }, false)).toEqual({ ...left, leftBy: [] });
});
