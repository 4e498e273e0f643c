// When durable/durable-engine knows nothing that a new step could depend on, so that it may take the quick lane, and what is new.
import { describe, expect, it } from "vitest";
import type { Recalled } from "../core/engine.ts";
import { REST_MS } from "../core/replay.ts";
import { planBody, planSleep } from "../core/step-plan.ts";
import { encodeValue } from "../core/value-codec.ts";
import { EngineStage } from "../testing/engine-case.ts";
import { sampleStep } from "../testing/journal-samples.ts";
import { settled } from "../testing/manual-clock.ts";
import { RunOwner } from "../testing/run-owner.ts";
import type { StepRecord } from "./journal.ts";

const CHARGE = planBody("Charge", () => undefined);
const NOTIFY = planBody("Notify", () => undefined);
const HOUR_MS = 3_600_000;

/** A run that has recorded this, and whose code may be at something other than a step. */
function newRun(...records: readonly StepRecord[]) {
  const owner = new RunOwner(records);
  owner.isAlwaysBusy = true;
  const stage = new EngineStage(owner.newEngine);
  return { owner, stage, engine: owner.engine };
}

describe("it is open", () => {
  it("where nothing was recorded, and not while it drains", () => {
    const { engine } = newRun();
    expect(engine.isOpen()).toBe(true);
    engine.drain();
    expect(engine.isOpen()).toBe(false);
  });

  it("once the last recorded outcome was handed out", async () => {
    const { stage, engine } = newRun(sampleStep());
    await settled();
    expect(engine.isOpen()).toBe(false);
    engine.recall(stage.start(CHARGE));
    expect(engine.isOpen()).toBe(false);
    await settled();
    expect(engine.isOpen()).toBe(true);
  });

  it("once the code has come to the wait that was recorded: what is new takes its place behind it", async () => {
    const nap = sampleStep({ key: "Nap", name: "Nap", kind: "sleep", state: "sleeping", dueMs: Date.UTC(2026, 0, 2) });
    const { stage, engine } = newRun(nap);
    await settled();
    expect(engine.isOpen()).toBe(false);
    expect(engine.recall(stage.start(planSleep(["Nap", "1h"])))).toMatchObject({ kind: "sleeping" });
    expect(engine.isOpen()).toBe(true);
  });

  it("once the code has asked for something new instead of the wait", () => {
    const { stage, engine } = newRun(
      sampleStep({ key: "Nap", name: "Nap", kind: "sleep", state: "sleeping", dueMs: 1 }),
    );
    expect(engine.recall(stage.start(CHARGE))).toBeUndefined();
    expect(engine.isOpen()).toBe(true);
  });

  it("never again once a body was walked: nothing in it is entered, whatever has been handed out", async () => {
    class NamedLater extends Error {}
    const failed = sampleStep({ status: "failed", value: null, error: encodeValue(new NamedLater("no")), sequence: 2 });
    const { stage, engine } = newRun(sampleStep({ key: "Charge/Inner", number: "1.1", name: "Inner" }), failed);
    const walk = engine.recall(stage.start(CHARGE)) as Recalled & { kind: "walked" };
    expect(walk.kind).toBe("walked");
    await walk.outcome();
    await settled();
    expect(engine.recall(stage.start(NOTIFY))).toBeUndefined(); // nothing is left to be handed out
    expect(engine.isOpen()).toBe(false);
  });
});

describe("a step begins anew", () => {
  it("where nothing is known of it: it is one of those that are open, and the code is not at rest yet", async () => {
    const { stage, engine } = newRun();
    await stage.clock.advance(HOUR_MS);
    const node = stage.start(CHARGE);
    expect([engine.beginsAnew(node), engine.openSteps()]).toEqual([true, [node]]);
    expect(engine.restInMs()).toBe(REST_MS);
  });

  it.each<[string, Partial<StepRecord>]>([
    ["it has an outcome", {}],
    ["it waits for its next attempt", { state: "retrying", attempts: 2, dueMs: HOUR_MS }],
    ["it was entered: something is known of a step in it", { key: "Charge/Inner", number: "1.1", state: "started" }],
    ["it was cancelled, and a note of that was kept", { state: "cancelled" }],
  ])("not where %s", (_what, fields) => {
    const { stage, engine } = newRun(sampleStep(fields));
    expect([engine.beginsAnew(stage.start(CHARGE)), engine.openSteps()]).toEqual([false, []]);
    expect(engine.beginsAnew(stage.start(NOTIFY))).toBe(true);
  });
});
