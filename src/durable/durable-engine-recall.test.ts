// What durable/durable-engine makes of each record when its step starts again, and of code that does not fit its records.
import { describe, expect, it } from "vitest";
import { UnexpectedError } from "../core/errors.ts";
import type { Recalled } from "../core/engine.ts";
import { possibleErrorLinks } from "../core/step-chain.ts";
import { planBody, planRun, planSleep, type StepPlan } from "../core/step-plan.ts";
import { TaggedError } from "../core/tagged-error.ts";
import { encodeValue } from "../core/value-codec.ts";
import { Declined, EngineStage, SmtpDown, assertSameError, enterAttempt, watch } from "../testing/engine-case.ts";
import { SAMPLE_MS, sampleStep } from "../testing/journal-samples.ts";
import { settled } from "../testing/manual-clock.ts";
import { RunOwner } from "../testing/run-owner.ts";
import { CANCEL_KEY, type StepRecord } from "./journal.ts";

const CHARGE = planBody("Charge", () => undefined);
const DECLARING = { chain: possibleErrorLinks([Declined, SmtpDown]) };
const DECLINED = new Declined({ code: "05", message: "no", cause: new SmtpDown("no route") });
const DUE_MS = SAMPLE_MS + 60_000;

/** An outcome that a replay has to come by first. */
const before = sampleStep({ key: "Before", name: "Before", number: "9", sequence: 9 });

/** Recalls one step of a run that has recorded this. */
function recallOf(
  records: readonly StepRecord[],
  plan: StepPlan = CHARGE,
  where?: Parameters<EngineStage["start"]>[1],
) {
  const owner = new RunOwner(records);
  owner.isAlwaysBusy = true;
  const stage = new EngineStage(owner.newEngine);
  const node = stage.start(plan, where);
  return { owner, stage, node, recalled: stage.engine.recall(node) };
}
/** Has the outcome handed out that is in the way. */
async function comeBy({ stage }: { readonly stage: EngineStage }): Promise<void> {
  stage.engine.recall(stage.start(planBody("Before", () => undefined)));
  await settled();
}

describe("a step that has ended", () => {
  it.each<[string, Partial<StepRecord>, object]>([
    ["completed", { value: encodeValue({ lines: [1] }) }, { status: "completed", value: { lines: [1] } }],
    [
      "recovered",
      { status: "recovered", value: encodeValue(1), error: encodeValue(new Error("no")) },
      { status: "recovered", value: 1, error: expect.objectContaining({ message: "no" }) },
    ],
  ])("%s is recalled with its outcome", async (_status, fields, outcome) => {
    const { recalled } = recallOf([sampleStep(fields)]);
    expect(recalled?.kind).toBe("ended");
    expect(await (recalled as Recalled & { kind: "ended" }).outcome).toEqual(outcome);
  });

  it("failed is recalled with its failure, as its class", async () => {
    const record = sampleStep({ status: "failed", value: null, error: encodeValue(DECLINED) });
    const { recalled } = recallOf([record], CHARGE, DECLARING);
    const outcome = await (recalled as Recalled & { kind: "ended" }).outcome;
    expect(outcome.status).toBe("failed");
    assertSameError("error" in outcome && outcome.error, DECLINED);
  });

  it("is recalled with a value that is made of its branches', where it is a combinator's", async () => {
    const branch = (key: string, sequence: number, value: unknown) =>
      sampleStep({ key, sequence, value: encodeValue(value) });
    const all = sampleStep({
      key: "all",
      kind: "all",
      sequence: 3,
      value: null,
      refs: { kind: "list", keys: ["all/a", "all/b"] },
    });
    const plan = { kind: "all", name: "all", options: {}, branches: [], isRecord: false } as const;
    const { recalled } = recallOf([branch("all/a", 2, "a"), branch("all/b", 1, "b"), all], plan);
    const outcome = await (recalled as Recalled & { kind: "ended" }).outcome;
    expect(outcome).toEqual({ status: "completed", value: ["a", "b"] });
  });

  it("is handed out in the order of the records, whoever asks first", async () => {
    const records = [1, 2, 3].map((sequence) =>
      sampleStep({ key: `Step ${sequence}`, sequence, value: encodeValue(sequence) }),
    );
    const owner = new RunOwner(records);
    const stage = new EngineStage(owner.newEngine);
    const given: unknown[] = [];
    for (const sequence of [3, 1, 2]) {
      const recalled = stage.engine.recall(stage.start(planBody(`Step ${sequence}`, () => undefined)));
      if (recalled?.kind === "ended") void recalled.outcome.then((outcome) => given.push(outcome));
    }
    await settled();
    expect(given).toEqual([1, 2, 3].map((value) => ({ status: "completed", value })));
  });
});

describe("a step that has failed with a class that nobody has named in this process", () => {
  class NamedLater extends Error {}
  const failed = sampleStep({ status: "failed", value: null, error: encodeValue(new NamedLater("no")), sequence: 2 });
  const inner = sampleStep({ key: "Charge/Inner", number: "1.1", name: "Inner" });

  it("is recalled as it is where its body was never entered: nothing in there could name it", () => {
    expect(recallOf([failed]).recalled?.kind).toBe("ended");
  });
  it("is recalled as it is where the error itself has a tag", () => {
    const error = encodeValue(new UnexpectedError({ cause: new NamedLater("no") }));
    expect(recallOf([inner, { ...failed, error }]).recalled?.kind).toBe("ended");
  });

  it("is walked where its body was entered, until something in it was not recorded", async () => {
    const { stage, node, recalled } = recallOf([inner, failed]);
    const walk = recalled as Recalled & { kind: "walked" };
    expect(walk.kind).toBe("walked");
    const stopped = watch(walk.stopped.then(() => true));
    const home = enterAttempt(node);
    expect(
      stage.engine.recall(
        stage.start(
          planBody("Inner", () => undefined),
          { home },
        ),
      )?.kind,
    ).toBe("ended");
    await settled();
    expect(stopped.end).toBeUndefined();
    const fresh = stage.engine.recall(
      stage.start(
        planBody("New", () => undefined),
        { home },
      ),
    );
    const turn = watch((fresh as Recalled & { kind: "held" }).turn);
    await stage.clock.advance(60_000);
    expect([stopped.end, fresh?.kind, turn.end]).toEqual([true, "held", undefined]);
    expect(await walk.outcome()).toMatchObject({ status: "failed", error: { message: "no" } });
  });
});

describe("a step whose handlers have not come to their end", () => {
  it("settled goes on with its handlers, behind the body's steps", async () => {
    const record = sampleStep({ state: "settled", attempts: 3, steps: 2, error: encodeValue(DECLINED) });
    const { recalled } = recallOf([record], CHARGE, DECLARING);
    expect(recalled).toMatchObject({ kind: "settled", attempts: 3, steps: 2 });
    assertSameError((recalled as Recalled & { kind: "settled" }).error, DECLINED);
    expect(await (recalled as Recalled & { kind: "settled" }).turn).toBe("done");
  });

  it("settled waits for its turn, unless its handlers had begun already", async () => {
    const record = sampleStep({ state: "settled", steps: 0, error: encodeValue(new Error("no")) });
    const inner = sampleStep({ key: "Charge/Inner", number: "1.1", sequence: 8 });
    const waiting = recallOf([record, inner, before]);
    const turn = watch((waiting.recalled as Recalled & { kind: "settled" }).turn!);
    await settled();
    expect(turn.end).toBeUndefined();
    await comeBy(waiting);
    expect(turn.end).toBe("done");
    const noted = sampleStep({ key: "Charge/~onError/Note", number: "1.1", sequence: 10 });
    expect(recallOf([record, before, noted]).recalled).not.toHaveProperty("turn");
  });

  it("settled is kept once: to settle it again gives the failure as it is, and saves nothing", async () => {
    const { owner, stage, node, recalled } = recallOf([
      sampleStep({ state: "settled", steps: 0, error: encodeValue(new Error("no")) }),
    ]);
    const { error } = recalled as Recalled & { kind: "settled" };
    expect(await stage.engine.settle(node, error)).toBe(error);
    expect(owner.saved).toEqual([]);
  });
});

describe("a step whose body has not come to its end", () => {
  const retrying = sampleStep({ state: "retrying", attempts: 2, dueMs: DUE_MS, sequence: 3 });
  it("retrying waits on, and its next attempt is next", () => {
    expect(recallOf([retrying]).recalled).toEqual({ kind: "retrying", attempt: 2, dueMs: DUE_MS });
  });
  it("retrying has its next attempt under way where that had come to an outcome", () => {
    const inner = (sequence: number) => sampleStep({ key: "Charge/Inner", number: "1.1", sequence });
    expect(recallOf([retrying, inner(4)]).recalled).toEqual({ kind: "entered", attempt: 2 });
    expect(recallOf([retrying, inner(2)]).recalled?.kind).toBe("retrying");
  });
  it("sleeping sleeps on", () => {
    const record = sampleStep({ kind: "sleep", state: "sleeping", dueMs: DUE_MS });
    const { recalled } = recallOf([record], planSleep(["Charge", "1h"]));
    expect(recalled).toEqual({ kind: "sleeping", dueMs: DUE_MS });
  });
  it("started was interrupted", () => {
    expect(recallOf([sampleStep({ state: "started" })]).recalled).toEqual({ kind: "interrupted" });
  });
  it("cancelled is a note, and nothing is known: not even that it was another kind of step", () => {
    const { owner, recalled } = recallOf([sampleStep({ state: "cancelled", kind: "sleep" })]);
    expect([recalled, owner.mismatches]).toEqual([undefined, []]);
  });
  it("is entered where something is known of a substep", () => {
    const inner = sampleStep({ key: "Charge/Inner", number: "1.1" });
    expect(recallOf([inner]).recalled).toEqual({ kind: "entered", attempt: 1 });
    expect(recallOf([sampleStep({ ...inner, state: "started" })]).recalled).toEqual({ kind: "entered", attempt: 1 });
    expect(recallOf([sampleStep({ ...inner, state: "cancelled" })]).recalled).toBeUndefined();
  });
  it("is held where nothing is known of it, until all that was recorded has been handed out", async () => {
    const waiting = recallOf([before]);
    expect(waiting.recalled?.kind).toBe("held");
    const turn = watch((waiting.recalled as Recalled & { kind: "held" }).turn);
    await settled();
    expect(turn.end).toBeUndefined();
    await comeBy(waiting);
    expect(turn.end).toBe("done");
  });
});

describe("limited", () => {
  const record = sampleStep({ state: "limited", attempts: 2, dueMs: DUE_MS, sequence: 3 });

  it("has its attempt under way, which is over when it was to be", async () => {
    const { stage, node, recalled } = recallOf([record]);
    expect(recalled).toEqual({ kind: "entered", attempt: 2 });
    node.attempts = 2;
    let calls = 0;
    stage.engine.limit(node, 10 * 60_000, () => calls++);
    await stage.clock.advance(59_999);
    expect(calls).toBe(0);
    await stage.clock.advance(1);
    expect(calls).toBe(1);
  });

  it("says nothing of another attempt", async () => {
    const { stage, node } = recallOf([record]);
    node.attempts = 3;
    let calls = 0;
    stage.engine.limit(node, 90_000, () => calls++);
    await stage.clock.advance(89_999);
    expect(calls).toBe(0);
    await stage.clock.advance(1);
    expect(calls).toBe(1);
  });

  it("is not over while recorded outcomes are still to be handed out, and then at once", async () => {
    const waiting = recallOf([{ ...record, dueMs: SAMPLE_MS - 1 }, before]);
    waiting.node.attempts = 2;
    let calls = 0;
    waiting.stage.engine.limit(waiting.node, 90_000, () => calls++);
    await waiting.stage.clock.advance(500);
    expect(calls).toBe(0);
    await comeBy(waiting);
    await waiting.stage.clock.advance(0);
    expect(calls).toBe(1);
  });
});

describe("the function itself", () => {
  const DECLARED = new (class extends TaggedError("RecallTestDeclared") {})();
  function recallRoot(...records: StepRecord[]) {
    const owner = new RunOwner(records);
    owner.isTakeover = true;
    const stage = new EngineStage(owner.newEngine);
    return stage.engine.recall(stage.body.node);
  }
  function ofRoot(fields: Partial<StepRecord>): StepRecord {
    return sampleStep({ key: "", number: "", kind: "function", ...fields });
  }

  it("is entered at once, with what was recorded still to be handed out", () => {
    expect(recallRoot(before)).toEqual({ kind: "entered", attempt: 1 });
  });
  it("is entered at once where its next attempt is due, and where its body has settled", () => {
    const retrying = { state: "retrying", attempts: 2, sequence: 10 } as const;
    expect(recallRoot(ofRoot({ ...retrying, dueMs: SAMPLE_MS }), before)).toEqual({ kind: "entered", attempt: 2 });
    expect(recallRoot(ofRoot({ ...retrying, dueMs: DUE_MS }), before)?.kind).toBe("retrying");
    const settledRoot = ofRoot({ state: "settled", steps: 1, error: encodeValue(DECLARED) });
    for (const records of [[], [before], [sampleStep({ ...before, key: "~onError/Before" })]]) {
      const recalled = recallRoot(settledRoot, ...records);
      expect(recalled?.kind).toBe("settled");
      expect(recalled).not.toHaveProperty("turn");
    }
  });
  it("waits for the turn of its cancellation first, where there is one", () => {
    const cancellation = sampleStep({ key: CANCEL_KEY, kind: "cancel", number: "", name: "cancel", sequence: 11 });
    const retrying = { state: "retrying", attempts: 2, sequence: 10, dueMs: SAMPLE_MS } as const;
    expect(recallRoot(ofRoot(retrying), cancellation)?.kind).toBe("retrying");
    const settledRoot = ofRoot({ state: "settled", steps: 1, error: encodeValue(DECLARED) });
    expect(recallRoot(settledRoot, cancellation)).toHaveProperty("turn");
  });
});

describe("code that does not fit", () => {
  it("a step of another kind, or with other inputs, is told at once and never begins", async () => {
    const bodied = sampleStep({ digest: "of other inputs" });
    for (const [record, plan, difference] of [
      [sampleStep({ kind: "sleep" }), CHARGE, "recorded: 1 Charge (sleep); the code now asks for: 1 Charge (run)"],
      [
        bodied,
        planRun("Charge", () => 1, ["this input"]),
        "recorded: 1 Charge (with other inputs); the code now asks for: 1 Charge (with these inputs)",
      ],
    ] as const) {
      const { owner, stage, recalled } = recallOf([record], plan);
      const turn = watch((recalled as Recalled & { kind: "held" }).turn);
      await stage.clock.advance(60_000);
      expect([owner.mismatches, recalled?.kind, turn.end]).toEqual([[difference], "held", undefined]);
    }
  });

  it("where that is ignored, a step with other inputs is given what was recorded", async () => {
    const owner = new RunOwner([sampleStep({ digest: "of other inputs", sequence: 1 })]);
    owner.goesOn = true;
    const stage = new EngineStage(owner.newEngine);
    const recalled = owner.engine.recall(stage.start(planRun("Charge", () => 1, ["this input"])));
    await stage.clock.advance(0);
    expect([owner.mismatches.length, recalled?.kind]).toEqual([1, "ended"]);
    await expect((recalled as Recalled & { kind: "ended" }).outcome).resolves.toMatchObject({ status: "completed" });
  });

  it.each([false, true])(
    "something new instead of what was recorded is told once the code is at rest; goes on: %s",
    async (goesOn) => {
      const { owner, stage, recalled } = recallOf([before]);
      owner.goesOn = goesOn;
      const turn = watch((recalled as Recalled & { kind: "held" }).turn);
      await stage.clock.advance(999);
      expect(owner.mismatches).toEqual([]);
      await stage.clock.advance(1);
      expect(owner.mismatches).toEqual(["recorded: 9 Before; the code now asks for: 1 Charge"]);
      await stage.clock.advance(1_000);
      expect([owner.mismatches.length, turn.end]).toEqual([1, goesOn ? "done" : undefined]);
    },
  );
});

describe("code that does not ask for what had begun", () => {
  it.each([false, true])(
    "something new where another step had begun is told once the code is at rest; goes on: %s",
    async (goesOn) => {
      const begun = sampleStep({ key: "Print", name: "Print", number: "2", state: "started" });
      const { owner, stage, recalled } = recallOf([begun]);
      owner.goesOn = goesOn;
      const turn = watch((recalled as Recalled & { kind: "held" }).turn);
      await stage.clock.advance(999);
      expect([owner.mismatches, turn.end]).toEqual([[], undefined]);
      await stage.clock.advance(1_001);
      expect(owner.mismatches).toEqual(["recorded: 2 Print (begun); the code now asks for: 1 Charge"]);
      expect(turn.end).toBe(goesOn ? "done" : undefined);
    },
  );

  it("something new goes on once what had begun is asked for, in whichever order", async () => {
    const begun = sampleStep({ key: "Print", name: "Print", number: "2", state: "started" });
    const { owner, stage, recalled } = recallOf([begun]);
    await stage.clock.advance(500);
    expect(stage.engine.recall(stage.start(planBody("Print", () => undefined)))?.kind).toBe("interrupted");
    expect(await (recalled as Recalled & { kind: "held" }).turn).toBe("done");
    expect(owner.mismatches).toEqual([]);
  });
});

describe("a look at what is new", () => {
  const PATCHED: StepPlan = { kind: "patched", name: "check", options: {} };
  const started = sampleStep({ key: "Charge", state: "started" });

  it.each([
    ["an outcome", before],
    ["a step that had begun", started],
  ])("is told at once that %s is ahead, and always from then on", async (_what, ahead) => {
    const { owner, recalled } = recallOf([ahead], PATCHED);
    expect(recalled).toEqual({ kind: "old" });
    await settled();
    expect(owner.saved).toEqual(["check ended"]);
    expect(owner.records.find(({ key }) => key === "check")).toMatchObject({
      sequence: null,
      value: encodeValue(false),
    });
    const again = recallOf(
      owner.records.filter(({ key }) => key === "check"),
      PATCHED,
    );
    expect([again.recalled, again.owner.saved]).toEqual([{ kind: "old" }, []]);
  });

  it("waits to be recorded where nothing is ahead, and nothing new begins yet: after a takeover, and while it drains", async () => {
    const owner = new RunOwner();
    owner.isTakeover = true;
    const taken = new EngineStage(owner.newEngine);
    const node = taken.start(PATCHED);
    expect(taken.engine.recall(node)).toBeUndefined();
    expect(await taken.engine.record(node, { status: "completed", value: true })).toMatchObject({ value: true });
    const draining = new RunOwner();
    const left = new EngineStage(draining.newEngine);
    draining.engine.drain();
    expect(left.engine.recall(left.start(PATCHED))).toBeUndefined();
    await settled();
    expect([owner.saved, draining.saved]).toEqual([["check ended"], []]);
  });
});
