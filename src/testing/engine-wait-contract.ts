// The engine's contract: sleeps, the waits between attempts, and the limits of attempts. Part of engine-contract.ts.
import assert from "node:assert/strict";
import { CancelledError, StepTimeoutError } from "../core/errors.ts";
import { planBody, planSleep } from "../core/step-plan.ts";
import type { StepNode } from "../core/step-tree.ts";
import type { WaitEnd } from "../core/step-wait.ts";
import { AdjustedClock, Declined, EngineStage, ONCE_MORE, watch, type EngineCase } from "./engine-case.ts";
import { settled } from "./manual-clock.ts";

const CHARGE = planBody("Charge", () => undefined);
const HOUR_MS = 3_600_000;
/** The first is below a millisecond, the last beyond what a timer of the platform can hold. */
const LENGTHS: readonly number[] = [0.5, 1, 90_000, 2 ** 31, 60 * 24 * HOUR_MS];

interface Wait {
  readonly what: string;
  /** A step that is about to wait, as carry-out has it then. */
  readonly step: (stage: EngineStage) => StepNode;
  readonly wait: (stage: EngineStage, node: StepNode, ms: number) => Promise<WaitEnd>;
}
const SLEEP: Wait = {
  what: "a sleep",
  step: (stage) => inPhase(stage.begin(planSleep(["1h"])), "sleeping"),
  wait: ({ engine, clock }, node, ms) => engine.sleep(node, clock.now() + ms),
};
const RESUMED_SLEEP: Wait = {
  ...SLEEP,
  what: "a resumed sleep",
  wait: ({ engine, clock }, node, ms) => engine.resume(node, clock.now() + ms),
};
const RETRY: Wait = {
  what: "the wait for another attempt",
  step: (stage) => inPhase(stage.begin(CHARGE), "retrying"),
  wait: ({ engine }, node, ms) =>
    engine.waitForRetry(node, { error: new Declined({ code: "05" }), nextAttempt: 2, delayMs: ms }),
};
const RESUMED_RETRY: Wait = {
  ...RETRY,
  what: "a resumed wait for another attempt",
  wait: ({ engine, clock }, node, ms) => engine.resume(node, clock.now() + ms),
};
const WAITS: readonly Wait[] = [SLEEP, RESUMED_SLEEP, RETRY, RESUMED_RETRY];

function timeCases({ what, step, wait }: Wait): EngineCase[] {
  return [
    {
      name: `${what} is over on time and never before, however long it is`,
      async check(newEngine) {
        for (const ms of LENGTHS) {
          const stage = new EngineStage(newEngine);
          const waiting = watch(wait(stage, step(stage), ms));
          await stage.clock.advance(ms - 0.25);
          assert.equal(waiting.end, undefined, `not before ${ms} ms`);
          await stage.clock.advance(0.25);
          assert.equal(waiting.end, "done", `after ${ms} ms`);
          assert.equal(stage.clock.pending, 0);
        }
      },
    },
    {
      name: `${what} is over at once where its time has come`,
      async check(newEngine) {
        const stage = new EngineStage(newEngine);
        const waiting = watch(wait(stage, step(stage), 0));
        await stage.clock.advance(0);
        assert.equal(waiting.end, "done");
      },
    },
    {
      name: `${what} leaves others alone`,
      async check(newEngine) {
        const stage = new EngineStage(newEngine);
        const waits = [3_000, 1_000, 2_000].map((ms) => watch(wait(stage, step(stage), ms)));
        await stage.clock.advance(1_999);
        assert.deepEqual(
          waits.map(({ end }) => end),
          [undefined, "done", undefined],
        );
        await stage.clock.advance(1_001);
        assert.deepEqual(
          waits.map(({ end }) => end),
          ["done", "done", "done"],
        );
      },
    },
  ];
}

function endCases({ what, step, wait }: Wait): EngineCase[] {
  return [
    {
      name: `${what} ends as cancelled when its step is, early or late, and no timer is left`,
      async check(newEngine) {
        const early = new EngineStage(newEngine);
        const [justBegun, waiting] = [step(early), step(early)];
        const ends = [watch(wait(early, justBegun, HOUR_MS)), watch(wait(early, waiting, HOUR_MS))];
        cancel(justBegun);
        await early.clock.advance(HOUR_MS - 1);
        assert.deepEqual([ends[0]!.end, ends[1]!.end], ["cancelled", undefined]);
        cancel(waiting);
        await settled();
        assert.equal(ends[1]!.end, "cancelled");
        assert.equal(early.clock.pending, 0);
      },
    },
    {
      name: `${what} that begins after its step was cancelled ends as cancelled, without waiting`,
      async check(newEngine) {
        const stage = new EngineStage(newEngine);
        const node = step(stage);
        cancel(node);
        const waiting = watch(wait(stage, node, HOUR_MS));
        await settled();
        assert.equal(waiting.end, "cancelled");
        assert.equal(stage.clock.pending, 0);
      },
    },
  ];
}

const clockCases: readonly EngineCase[] = [SLEEP, RESUMED_SLEEP, RESUMED_RETRY].map(({ what, step, wait }) => ({
  name: `${what} is not over before its time where the clock was set back meanwhile`,
  async check(newEngine) {
    for (const backMs of [0.5, 60_000]) {
      const clock = new AdjustedClock();
      const stage = new EngineStage(newEngine, { clock });
      const waiting = watch(wait(stage, step(stage), HOUR_MS));
      await settled();
      clock.setBack(backMs);
      await clock.advance(HOUR_MS + backMs - 0.25);
      assert.equal(waiting.end, undefined);
      await clock.advance(0.25);
      assert.equal(waiting.end, "done");
    }
  },
}));

const sleepCases: readonly EngineCase[] = [
  ...[SLEEP, RESUMED_SLEEP].map(({ what, step, wait }) => ({
    name: `${what} to a time in the past is over at once`,
    async check(newEngine: Parameters<EngineCase["check"]>[0]) {
      const stage = new EngineStage(newEngine);
      const waiting = watch(wait(stage, step(stage), -HOUR_MS));
      await stage.clock.advance(0);
      assert.equal(waiting.end, "done");
    },
  })),
  ...[SLEEP, RESUMED_SLEEP].map(({ what, step, wait }) => ({
    name: `${what} that nobody needs any more leaves no timer, also when that is known as soon as it has begun`,
    async check(newEngine: Parameters<EngineCase["check"]>[0]) {
      const stage = new EngineStage(newEngine);
      const [justBegun, waiting] = [step(stage), step(stage)];
      void wait(stage, justBegun, HOUR_MS);
      void wait(stage, waiting, HOUR_MS);
      justBegun.discard();
      await settled();
      waiting.discard();
      await settled();
      assert.equal(stage.clock.pending, 0);
    },
  })),
  {
    name: "a step that waits, sleeps and is tried again is carried out in the time that this takes",
    async check(newEngine) {
      const times: number[] = [];
      const stage = await EngineStage.play(newEngine, async (step, { clock }) => {
        const beganMs = clock.now();
        await step.sleep("90s");
        times.push(clock.now() - beganMs);
        await step.run({ name: "Ask", retries: ONCE_MORE }, (ask) => {
          times.push(clock.now() - beganMs);
          if (ask.attempt === 1) throw new Declined({ code: "05" });
        });
        await step.sleepUntil(new Date(0));
        times.push(clock.now() - beganMs);
      });
      assert.deepEqual(await stage.toTheEnd(), { value: undefined });
      assert.deepEqual(times, [90_000, 90_000, 91_000, 91_000]);
    },
  },
];

const limitCases: readonly EngineCase[] = [
  {
    name: "a limit calls once when its time is over, and not before, however long it is",
    async check(newEngine) {
      for (const ms of LENGTHS) {
        const stage = new EngineStage(newEngine);
        let calls = 0;
        stage.engine.limit(stage.begin(CHARGE), ms, () => calls++);
        await stage.clock.advance(ms - 0.25);
        assert.equal(calls, 0, `not before ${ms} ms`);
        await stage.clock.advance(0.25);
        assert.equal(calls, 1, `after ${ms} ms`);
        await stage.clock.advance(10 * ms);
        assert.equal(calls, 1, "no second time");
      }
    },
  },
  {
    name: "a limit that was stopped never calls, and leaves no timer; to stop it once more, or too late, does nothing",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      let calls = 0;
      const stops = [1_000, 2_000].map((ms) => stage.engine.limit(stage.begin(CHARGE), ms, () => calls++));
      stops[0]!();
      stops[0]!();
      await stage.clock.advance(5_000);
      assert.equal(calls, 1);
      stops[1]!();
      assert.equal(stage.clock.pending, 0);
    },
  },
  {
    name: "the limit of an attempt is not that of the attempt before",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      const node = stage.begin(CHARGE);
      const calls: string[] = [];
      const stop = stage.engine.limit(node, 1_000, () => calls.push("first"));
      await stage.clock.advance(900);
      stop();
      node.attempts = 2;
      stage.engine.limit(node, 1_000, () => calls.push("second"));
      await stage.clock.advance(999);
      assert.deepEqual(calls, []);
      await stage.clock.advance(1);
      assert.deepEqual(calls, ["second"]);
    },
  },
  {
    name: "a step whose time is over ends then, although a sleep in it is longer, and the sleep with it",
    async check(newEngine) {
      const stage = await EngineStage.play(newEngine, (step, { clock }) =>
        step
          .run({ name: "Wait for approval", timeout: "1h" }, (own) => own.sleep("3h"))
          .onError(StepTimeoutError, () => {})
          .next(({ timeoutMs }) => [timeoutMs, clock.now()]),
      );
      const beganMs = stage.clock.now();
      await stage.clock.advance(HOUR_MS - 1);
      assert.equal(stage.end, "under way");
      await stage.clock.advance(1);
      assert.deepEqual(stage.end, { value: [HOUR_MS, beganMs + HOUR_MS] });
      assert.deepEqual(stage.told, ["1.1 sleep cancelled", "1 Wait for approval recovered"]);
      assert.equal(stage.clock.pending, 0);
    },
  },
];

function inPhase(node: StepNode, phase: "sleeping" | "retrying"): StepNode {
  node.moveTo(phase);
  return node;
}
function cancel(node: StepNode): void {
  node.cancel({ reason: new CancelledError(), graceMs: 0 });
}

export const waitCases: readonly EngineCase[] = [
  ...WAITS.flatMap(timeCases),
  ...WAITS.flatMap(endCases),
  ...clockCases,
  ...sleepCases,
  ...limitCases,
];
