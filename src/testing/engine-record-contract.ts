// The engine's contract: what is kept of a step, and how code is given it. Part of engine-contract.ts.
import assert from "node:assert/strict";
import { StepTimeoutError, UnexpectedError } from "../core/errors.ts";
import { possibleErrorLinks } from "../core/step-chain.ts";
import { planBody, planBranches, planMap, planSleep, planSleepUntil } from "../core/step-plan.ts";
import {
  Declined,
  EngineStage,
  ONCE_MORE,
  SmtpDown,
  assertSameError,
  enterAttempt,
  passed,
  watch,
  type EngineCase,
  type NewEngine,
} from "./engine-case.ts";
import { settled } from "./manual-clock.ts";

const CHARGE = planBody("Charge", () => undefined);
const OUTER = planBody("Outer", () => undefined);

const VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  -0,
  Number.NaN,
  1.5,
  10n ** 30n,
  "",
  "a lone \ud83d, a whole 😀, \u0000 and __proto__",
  new Date(Date.UTC(2026, 0, 1)),
  [1, [undefined, "two"], []],
  { amount: 1, lines: [{ price: 2 }], nothing: undefined },
  new Map([["a", new Set([1, 2])]]),
  new Uint8Array([1, 2, 255]),
];

/** Made anew for each case: an error that went through one engine is not another's to find. */
function failures(): readonly unknown[] {
  const declined = new Declined({ code: "05", message: "the bank said no" });
  return [
    declined,
    new Declined({ code: "14", message: "no such card", cause: new SmtpDown("no route", { cause: declined }) }),
    new SmtpDown("no route"),
    UnexpectedError.from(new TypeError("amount is not a number")),
    UnexpectedError.from("a text was thrown"),
    new StepTimeoutError({ number: "1", step: "Charge", timeoutMs: 5, message: "too long" }),
    "raised, and no error",
    null,
  ];
}
const DECLARING = { chain: possibleErrorLinks([Declined, SmtpDown]) };

const outcomeCases: readonly EngineCase[] = [
  {
    name: "a step that was never heard of is recalled as unknown, whatever it is and wherever it stands",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      const outer = stage.begin(OUTER);
      for (const plan of [
        CHARGE,
        CHARGE,
        planSleep(["1h"]),
        planSleepUntil([0]),
        planBranches("all", [[() => 1]]),
        planBranches("race", [[() => 1]]),
        planMap([[1], () => 1]),
      ]) {
        for (const home of [stage.body, outer.attempt!]) {
          assert.equal(stage.engine.recall(stage.start(plan, { home })), undefined, plan.kind);
        }
      }
    },
  },
  {
    name: "plain data is admitted, and its record is given as a value that equals it",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      for (const value of VALUES) {
        const node = stage.begin(CHARGE);
        assert.equal(stage.engine.admit(node, value), undefined);
        assert.deepEqual(await stage.engine.record(node, { status: "completed", value }), {
          status: "completed",
          value,
        });
      }
    },
  },
  {
    name: "a value that the chain made behind the one that was admitted is recorded in its place",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      const node = stage.begin(CHARGE);
      stage.engine.admit(node, [1]);
      const result = { status: "completed", value: { ok: true, value: [1] } } as const;
      assert.deepEqual(await stage.engine.record(node, result), result);
    },
  },
  {
    name: "a failure is given as its class, with its fields, its message and its cause",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      for (const error of failures()) {
        const given = await stage.engine.record(stage.begin(CHARGE, DECLARING), { status: "failed", error });
        assert.ok(given.status === "failed");
        assertSameError(given.error, error);
      }
    },
  },
  {
    name: "a recovered step is given with its value, and with the error that it recovered from",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      for (const error of failures()) {
        const value = { instead: [1] };
        const given = await stage.engine.record(stage.begin(CHARGE, DECLARING), { status: "recovered", value, error });
        assert.ok(given.status === "recovered");
        assert.deepEqual(given.value, value);
        assertSameError(given.error, error);
      }
    },
  },
  {
    name: "a failure that is settled is given to its handlers as its class, and its step can still end in any way",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      for (const error of failures()) {
        for (const status of ["failed", "recovered"] as const) {
          const node = stage.begin(CHARGE, DECLARING);
          assertSameError(await stage.engine.settle(node, error), error);
          const given = await stage.engine.record(node, { status, error, value: 1 });
          assert.equal(given.status, status);
        }
      }
    },
  },
];

const lifeCases: readonly EngineCase[] = [
  {
    name: "what ends in an attempt that is over is given as cancelled, and the next attempt does not find it",
    async check(newEngine) {
      const { stage, outer } = beginComposite(newEngine);
      const late = stage.begin(CHARGE, { home: outer.attempt! });
      outer.attempt!.end();
      const given = await stage.engine.record(late, { status: "completed", value: "late" });
      assert.deepEqual(given, { status: "cancelled" });
      const anew = stage.start(CHARGE, { home: enterAttempt(outer) });
      assert.equal(anew.key, late.key);
      assert.equal(stage.engine.recall(anew), undefined);
    },
  },
  {
    name: "a note that a step was cancelled is no outcome: another attempt carries it out and records it",
    async check(newEngine) {
      const { stage, outer } = beginComposite(newEngine);
      const told = stage.begin(CHARGE, { home: outer.attempt! });
      stage.engine.noteCancelled(told);
      await settled();
      outer.attempt!.end();
      const anew = stage.start(CHARGE, { home: enterAttempt(outer) });
      assert.equal(stage.engine.recall(anew), undefined);
      enterAttempt(anew);
      const charged = { status: "completed", value: "charged" } as const;
      assert.deepEqual(await stage.engine.record(anew, charged), charged);
    },
  },
  {
    name: "that a body is about to be entered is kept before each of its attempts, and harms no outcome",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      const node = stage.begin({ ...CHARGE, options: { atMostOnce: true } });
      await stage.engine.markStarted(node);
      const wait = watch(stage.engine.waitForRetry(node, { error: new Error("no"), nextAttempt: 2, delayMs: 5 }));
      await stage.clock.advance(5);
      assert.equal(wait.end, "done");
      enterAttempt(node);
      await stage.engine.markStarted(node);
      const charged = { status: "completed", value: "charged" } as const;
      assert.deepEqual(await stage.engine.record(node, charged), charged);
    },
  },
  {
    name: "the turn of each recorded outcome comes without time passing, in whatever order it is asked for",
    async check(newEngine) {
      const stage = new EngineStage(newEngine);
      const nodes = Array.from({ length: 8 }, () => stage.begin(CHARGE));
      for (const [place, node] of nodes.entries()) {
        const outcome = place % 2 === 0 ? ({ status: "completed", value: place } as const) : undefined;
        await stage.engine.record(node, outcome ?? { status: "failed", error: new Error("no") });
      }
      const turns = nodes
        .toReversed()
        .map((node) => watch(Promise.resolve(stage.engine.turnOf(node)).then(() => "came")));
      await settled();
      assert.deepEqual(
        turns.map(({ end }) => end),
        nodes.map(() => "came"),
      );
      assert.equal(stage.clock.pending, 0);
    },
  },
];

const runCases: readonly EngineCase[] = [
  {
    name: "code sees what was recorded: values that are equal, failures of their classes, and what was recovered from",
    async check(newEngine) {
      const stage = await EngineStage.play(newEngine, async (step) => {
        const values = [];
        for (const value of VALUES) values.push(await step.run("Value", () => value));
        const errors = [];
        for (const error of failures()) {
          const failing = step.run("Failure", (own) => own.fail(error)).possibleError(Declined, SmtpDown);
          errors.push(await failing.then(undefined, (failure: unknown) => failure));
        }
        return { values, errors };
      });
      const end = (await stage.toTheEnd()) as { readonly value: Record<"values" | "errors", readonly unknown[]> };
      assert.deepEqual(end.value.values, VALUES);
      for (const [place, error] of failures().entries()) assertSameError(end.value.errors[place], error);
    },
  },
  {
    name: "handlers see the failure as its class, and their steps are numbered behind the body's",
    async check(newEngine) {
      const seen: unknown[] = [];
      const stage = await EngineStage.play(newEngine, (step) =>
        step
          .run("Pay", async (own) => {
            await own.run("Ask", () => {});
            throw new Declined({ code: "05", message: "the bank said no" });
          })
          .possibleError(Declined)
          .onError(async (error, own) => {
            seen.push(error instanceof Declined && error.code);
            await own.run("Note", (note) => void seen.push(note.number, note.path));
          })
          .onError(async (_error, own) => {
            await own.run("Note", (note) => void seen.push(note.number, note.path));
          })
          .next(({ message }) => message),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: "the bank said no" });
      assert.deepEqual(seen, ["05", "1.2", "Pay/~onError/Note", "1.3", "Pay/~onError/Note#2"]);
      assert.deepEqual(stage.told, [
        "1.1 Ask completed",
        "1.2 Note completed",
        "1.3 Note completed",
        "1 Pay recovered",
      ]);
    },
  },
  {
    name: "no run is left hanging: many steps at once that end in every way, some of them at the same time",
    async check(newEngine) {
      const stage = await EngineStage.play(newEngine, async (step, playing) => {
        const ends = await Promise.all(
          Array.from({ length: 40 }, (_nothing, place) =>
            step
              .run("Work", async (own) => {
                if (place % 4 === 1) await passed(playing, place % 3);
                if (place % 4 === 2) throw new Declined({ code: String(place) });
                if (place % 4 === 3) return own.run("Inner", () => place);
                return place;
              })
              .next("recovered"),
          ),
        );
        return ends.length;
      });
      assert.deepEqual(await stage.toTheEnd(), { value: 40 });
    },
  },
];

/** A composite step that may be tried again, in its first attempt. */
function beginComposite(newEngine: NewEngine) {
  const stage = new EngineStage(newEngine);
  const outer = stage.begin({ ...OUTER, options: { retries: ONCE_MORE } });
  outer.retries = ONCE_MORE.retries;
  return { stage, outer };
}

export const recordCases: readonly EngineCase[] = [...outcomeCases, ...lifeCases, ...runCases];
