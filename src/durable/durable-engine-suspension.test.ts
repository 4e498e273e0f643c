// When durable/durable-engine lets a run leave memory, and how a cancellation takes its turn.
import { describe, expect, it } from "vitest";
import { planBody, planSleep } from "../core/step-plan.ts";
import type { Attempt, StepNode } from "../core/step-tree.ts";
import { EngineStage, enterAttempt } from "../testing/engine-case.ts";
import { sampleStep } from "../testing/journal-samples.ts";
import { settled } from "../testing/manual-clock.ts";
import { RunOwner } from "../testing/run-owner.ts";
import { CANCEL_KEY, type StepRecord } from "./journal.ts";

const CHARGE = planBody("Charge", () => undefined);
const CHARGED = { status: "completed", value: "charged" } as const;
const MINUTE_MS = 60_000;

function newRun(records: readonly StepRecord[] = []) {
  const owner = new RunOwner(records);
  const stage = new EngineStage(owner.newEngine);
  return { owner, stage, nowMs: stage.clock.now(), suspension: (active = 0) => owner.engine.suspension(active) };
}
/** Has a step sleep, or wait for its next attempt. */
async function waitIn(
  stage: EngineStage,
  phase: "sleeping" | "retrying",
  ms: number,
  home?: Attempt,
): Promise<StepNode> {
  const node = stage.begin(phase === "sleeping" ? planSleep(["1h"]) : CHARGE, { home });
  node.moveTo(phase);
  void (phase === "sleeping"
    ? stage.engine.sleep(node, stage.clock.now() + ms)
    : stage.engine.waitForRetry(node, { error: new Error("no"), nextAttempt: 2, delayMs: ms }));
  await settled();
  return node;
}

describe("a run may leave memory", () => {
  it("not before something waits", () => {
    expect(newRun().suspension()).toBeUndefined();
  });

  it("until its sleep is over", async () => {
    const { stage, suspension, nowMs } = newRun();
    await waitIn(stage, "sleeping", MINUTE_MS);
    expect(suspension()).toEqual({ status: "sleeping", dueMs: nowMs + MINUTE_MS });
  });

  it("until its next attempt", async () => {
    const { stage, suspension, nowMs } = newRun();
    await waitIn(stage, "retrying", MINUTE_MS);
    expect(suspension()).toEqual({ status: "retrying", dueMs: nowMs + MINUTE_MS });
  });

  it("until the first of several, and it sleeps where one of them does", async () => {
    const { stage, suspension, nowMs } = newRun();
    await waitIn(stage, "sleeping", 3 * MINUTE_MS);
    await waitIn(stage, "retrying", MINUTE_MS);
    await waitIn(stage, "sleeping", 2 * MINUTE_MS);
    expect(suspension()).toEqual({ status: "sleeping", dueMs: nowMs + MINUTE_MS });
  });
});

describe("a run that may leave memory is due", () => {
  it("no later than the time of an attempt around it is over, which is kept beside the wait", async () => {
    const { owner, stage, suspension, nowMs } = newRun();
    const outer = stage.begin(planBody("Outer", () => undefined));
    const stop = stage.engine.limit(outer, MINUTE_MS, () => {});
    await waitIn(stage, "sleeping", 3 * MINUTE_MS, outer.attempt);
    expect(suspension()).toEqual({ status: "sleeping", dueMs: nowMs + MINUTE_MS });
    expect(owner.saved).toEqual(["Outer/sleep sleeping", "Outer limited"]);
    expect(owner.records.find(({ key }) => key === "Outer")).toMatchObject({ dueMs: nowMs + MINUTE_MS, attempts: 1 });
    stop();
    expect(suspension()).toEqual({ status: "sleeping", dueMs: nowMs + 3 * MINUTE_MS });
  });

  it("the time of an attempt is kept once, and anew for the next attempt", async () => {
    const { owner, stage } = newRun();
    const outer = stage.begin(planBody("Outer", () => undefined));
    const stop = stage.engine.limit(outer, MINUTE_MS, () => {});
    for (let place = 0; place < 2; place++) await waitIn(stage, "sleeping", 3 * MINUTE_MS, outer.attempt);
    stop();
    stage.engine.limit(outer, MINUTE_MS, () => {});
    const home = enterAttempt(outer);
    await waitIn(stage, "retrying", 3 * MINUTE_MS, home);
    expect(owner.saved.filter((saved) => saved === "Outer limited")).toHaveLength(2);
  });
});

describe("a run may not leave memory any more", () => {
  it("once its wait is over, or once the step was cancelled; its owner is told of each change", async () => {
    const { owner, stage, suspension } = newRun();
    await waitIn(stage, "sleeping", MINUTE_MS);
    const cancelled = await waitIn(stage, "sleeping", 5 * MINUTE_MS);
    expect(owner.waits).toBe(2);
    await stage.clock.advance(MINUTE_MS);
    expect([owner.waits, suspension()?.dueMs]).toEqual([3, stage.clock.now() + 4 * MINUTE_MS]);
    cancelled.cancel({ reason: new Error("told to end"), graceMs: 0 });
    await settled();
    expect([owner.waits, suspension()]).toEqual([4, undefined]);
  });

  it("for a sleep that nobody needs any more, also when that is known as soon as it has begun", async () => {
    const { stage, suspension } = newRun();
    const node = stage.begin(planSleep(["1h"]));
    node.moveTo("sleeping");
    void stage.engine.sleep(node, stage.clock.now() + MINUTE_MS);
    node.discard();
    await settled();
    expect(suspension()).toBeUndefined();
  });
});

describe("a run stays in memory", () => {
  it("while a step is at work", async () => {
    const { stage, suspension } = newRun();
    await waitIn(stage, "sleeping", MINUTE_MS);
    expect(suspension(1)).toBeUndefined();
  });

  it("while a save is on its way", async () => {
    const { owner, stage, suspension } = newRun();
    await waitIn(stage, "sleeping", MINUTE_MS);
    owner.held = [];
    stage.engine.noteCancelled(stage.begin(CHARGE));
    expect(suspension()).toBeUndefined();
    owner.letGo();
    await settled();
    expect(suspension()?.status).toBe("sleeping");
  });

  it("while an outcome waits for its turn", async () => {
    const { stage, suspension } = newRun();
    await waitIn(stage, "sleeping", MINUTE_MS);
    const node = stage.begin(CHARGE);
    await stage.engine.record(node, CHARGED);
    const turn = stage.engine.turnOf(node);
    expect(suspension()).toBeUndefined();
    await turn;
    expect(suspension()?.status).toBe("sleeping");
  });

  it("while something recorded is still to be handed out", async () => {
    const sleeping = sampleStep({ key: "sleep", kind: "sleep", state: "sleeping", dueMs: 0, sequence: null });
    const { owner, stage, suspension } = newRun([sleeping, sampleStep()]);
    owner.isAlwaysBusy = true;
    const node = stage.start(planSleep(["1h"]));
    stage.engine.recall(node);
    node.moveTo("sleeping");
    void stage.engine.resume(node, stage.clock.now() + MINUTE_MS);
    await settled();
    expect(suspension()).toBeUndefined();
    stage.engine.recall(stage.start(CHARGE));
    await settled();
    expect(suspension()?.status).toBe("sleeping");
  });

  it("while a cancellation is on its way", async () => {
    const { owner, stage, suspension } = newRun();
    await waitIn(stage, "sleeping", MINUTE_MS);
    const cancelled = owner.engine.cancel();
    expect(suspension()).toBeUndefined();
    await cancelled;
    expect(suspension()).toBeUndefined();
  });
});

describe("a run that was taken over", () => {
  it("stays in memory until that is told, and its owner hears when it may leave", async () => {
    const { owner, stage, suspension } = newRun([
      sampleStep({ key: "sleep", kind: "sleep", state: "sleeping", dueMs: 0, sequence: null }),
    ]);
    owner.isTakeover = true;
    owner.isAlwaysBusy = true;
    const taken = new EngineStage(owner.newEngine, { clock: stage.clock });
    const node = taken.start(planSleep(["1h"]));
    taken.engine.recall(node);
    node.moveTo("sleeping");
    void taken.engine.resume(node, stage.clock.now() + MINUTE_MS);
    await settled();
    const waits = owner.waits;
    expect(suspension()).toBeUndefined();
    await stage.clock.advance(1_000);
    expect([suspension()?.status, owner.waits]).toEqual(["sleeping", waits + 1]);
  });
});

describe("a run that is being drained", () => {
  it("leaves until its waits are over, although a cancellation is on its way", async () => {
    const { owner, stage, suspension, nowMs } = newRun();
    await waitIn(stage, "sleeping", MINUTE_MS);
    void owner.engine.cancel();
    await settled();
    owner.engine.drain();
    expect(suspension()).toEqual({ status: "sleeping", dueMs: nowMs + MINUTE_MS });
  });

  it("is due at once where something has been recorded that code has not seen", async () => {
    const { owner, stage, suspension, nowMs } = newRun();
    await waitIn(stage, "sleeping", MINUTE_MS);
    const node = stage.begin(CHARGE);
    await stage.engine.record(node, CHARGED);
    owner.engine.drain();
    void stage.engine.turnOf(node);
    expect(suspension(1)).toEqual({ status: "queued", dueMs: nowMs });
    expect(suspension(2)).toBeUndefined();
    await settled();
    expect(suspension(1)?.status).toBe("queued");
  });

  it("stays while a step is at work beside those that wait for their turn, however many these are", async () => {
    const { owner, stage } = newRun();
    const suspension = () => owner.engine.suspension(stage.run.activeSteps);
    const [first, second, atWork] = [stage.begin(CHARGE), stage.begin(CHARGE), stage.begin(CHARGE)];
    owner.engine.drain();
    for (const node of [first, second]) {
      await stage.engine.record(node, CHARGED);
      node.moveTo("completed");
      void stage.engine.turnOf(node);
    }
    expect(suspension()).toBeUndefined();
    await stage.engine.record(atWork, CHARGED);
    atWork.moveTo("completed");
    void stage.engine.turnOf(atWork);
    expect(suspension()?.status).toBe("queued");
  });

  it("begins nothing more, and records what was at work", async () => {
    const { owner, stage, suspension } = newRun();
    const atWork = stage.begin(CHARGE);
    owner.engine.drain();
    expect(owner.engine.isDraining).toBe(true);
    expect(stage.engine.recall(stage.start(CHARGE))?.kind).toBe("held");
    expect(suspension(2)).toBeUndefined();
    expect(await stage.engine.record(atWork, CHARGED)).toEqual(CHARGED);
    expect(owner.saved).toEqual(["Charge ended"]);
  });
});

describe("a cancellation", () => {
  const recorded = (sequence: number) =>
    sampleStep({ key: CANCEL_KEY, kind: "cancel", number: "", name: "cancel", sequence, value: null });

  it("is kept once, however often it is asked for, and its turn comes once", async () => {
    const { owner } = newRun();
    await Promise.all([owner.engine.cancel(), owner.engine.cancel()]);
    await owner.engine.cancel();
    await settled();
    expect([owner.saved, owner.cancellationsDue]).toEqual([[`${CANCEL_KEY} ended`], 1]);
  });

  it("has its place among the outcomes, and its turn when it has been kept", async () => {
    const { owner, stage } = newRun();
    await stage.engine.record(stage.begin(CHARGE), CHARGED);
    owner.held = [];
    void owner.engine.cancel();
    await settled();
    expect(owner.cancellationsDue).toBe(0);
    owner.letGo();
    await settled();
    expect([owner.cancellationsDue, owner.records.map(({ sequence }) => sequence)]).toEqual([1, [1, 2]]);
  });

  it("that was recorded is not kept again, and comes in its turn among the recorded outcomes", async () => {
    const records = [sampleStep({ key: "First", sequence: 1 }), recorded(2), sampleStep({ key: "Last", sequence: 3 })];
    const { owner, stage } = newRun(records);
    owner.isAlwaysBusy = true;
    await owner.engine.cancel();
    await settled();
    expect(owner.cancellationsDue).toBe(0);
    stage.engine.recall(stage.start(planBody("First", () => undefined)));
    await settled();
    expect([owner.cancellationsDue, owner.saved]).toEqual([1, []]);
  });

  it("waits until all that was recorded has been handed out", async () => {
    const { owner, stage } = newRun([sampleStep()]);
    owner.isAlwaysBusy = true;
    void owner.engine.cancel();
    await settled();
    expect(owner.saved).toEqual([]);
    stage.engine.recall(stage.start(CHARGE));
    await settled();
    expect([owner.saved, owner.cancellationsDue]).toEqual([[`${CANCEL_KEY} ended`], 1]);
  });
});

it("code is taken to be at rest a second after the last question of a busy body, else at once", async () => {
  const { owner, stage } = newRun();
  expect(owner.engine.restInMs()).toBe(0);
  owner.isAlwaysBusy = true;
  await stage.clock.advance(5_000);
  stage.engine.recall(stage.start(CHARGE));
  await stage.clock.advance(400);
  expect(owner.engine.restInMs()).toBe(600);
  const node = stage.begin(CHARGE);
  await stage.engine.record(node, CHARGED);
  await stage.clock.advance(400);
  expect(owner.engine.restInMs()).toBe(600);
  await stage.engine.turnOf(node);
  expect(owner.engine.restInMs()).toBe(1_000);
});

it("open steps are those that have started and have no outcome, without the function itself", async () => {
  const { owner, stage } = newRun();
  stage.engine.recall(stage.body.node);
  const [first, second] = [stage.begin(CHARGE), stage.begin(CHARGE)];
  expect(owner.engine.openSteps()).toEqual([first, second]);
  await stage.engine.record(first, CHARGED);
  expect(owner.engine.openSteps()).toEqual([second]);
});
