// The engine's contract: a composite step that is tried again, and what it finds. Part of engine-contract.ts.
import assert from "node:assert/strict";
import { ParentEndedError, StepInterruptedError } from "../core/errors.ts";
import type { RetryPolicy } from "../core/retry.ts";
import type { StepTools } from "../core/step-types.ts";
import {
  Declined,
  EngineStage,
  Flaky,
  ONCE_MORE,
  SmtpDown,
  TWICE_MORE,
  assertSameError,
  passed,
  toldToEnd,
  type EngineCase,
  type Program,
} from "./engine-case.ts";

/** A composite step of this body, which is handed the number of its attempt. */
function composite(
  retries: RetryPolicy,
  body: (own: StepTools, attempt: number, stage: EngineStage) => unknown,
  timeout?: string,
): Program {
  return (step, stage) =>
    step.run({ name: "Outer", retries, timeout: timeout as "2s" | undefined }, (own) => body(own, own.attempt, stage));
}
/** A leaf that says that it was run. */
function leaf<Value>(own: StepTools, { effects }: EngineStage, name: string, value: Value) {
  return own.run(name, () => {
    effects.push(name);
    return value;
  });
}
/** Fails until the last of so many attempts. */
function failUntil(last: number, attempt: number): void {
  if (attempt < last) throw new Flaky();
}

const foundCases: readonly EngineCase[] = [
  {
    name: "a composite that is tried again finds the values of its substeps, and runs none of them again",
    async check(newEngine) {
      const value = { at: new Date(0), lines: new Map([["a", [1, undefined]]]) };
      const stage = await EngineStage.play(
        newEngine,
        composite(TWICE_MORE, async (own, attempt, playing) => {
          const first = await leaf(own, playing, "First", value);
          const second = await leaf(own, playing, "Second", attempt);
          failUntil(3, attempt);
          return [first, second, await own.run("Third", ({ number }) => number)];
        }),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: [value, 1, "1.3"] });
      assert.deepEqual(stage.effects, ["First", "Second"]);
      assert.deepEqual(stage.told, [
        "1.1 First completed",
        "1.2 Second completed",
        "1.3 Third completed",
        "1 Outer completed",
      ]);
    },
  },
  {
    name: "a failure that was caught is found as its class, with its fields, message and cause",
    async check(newEngine) {
      const make = () => new Declined({ code: "05", message: "no", cause: new SmtpDown("no route") });
      const found: unknown[] = [];
      const stage = await EngineStage.play(
        newEngine,
        composite(TWICE_MORE, async (own, attempt, { effects }) => {
          const failing = own
            .run({ name: "Charge", retries: 0 }, () => {
              effects.push("Charge");
              throw make();
            })
            .possibleError(Declined, SmtpDown);
          found.push(await failing.catch((error: unknown) => error));
          failUntil(3, attempt);
        }),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: undefined });
      assert.deepEqual(stage.effects, ["Charge"]);
      assert.equal(found.length, 3);
      for (const error of found) assertSameError(error, make());
    },
  },
  {
    name: "a recovered substep is found with its value: neither its body nor its handlers run again",
    async check(newEngine) {
      const stage = await EngineStage.play(
        newEngine,
        composite(ONCE_MORE, async (own, attempt, playing) => {
          const value = await own
            .run("Charge", async (inner) => {
              await leaf(inner, playing, "Ask", 1);
              throw new Declined({ code: "05" });
            })
            .possibleError(Declined)
            .onError(({ message }, handler) => leaf(handler, playing, `Note ${message}`, 1))
            .next(() => "recovered");
          failUntil(2, attempt);
          return value;
        }),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: "recovered" });
      assert.deepEqual(stage.effects, ["Ask", "Note "]);
      assert.deepEqual(stage.told, [
        "1.1.1 Ask completed",
        "1.1.2 Note  completed",
        "1.1 Charge recovered",
        "1 Outer completed",
      ]);
    },
  },
  {
    name: "a combinator is found as its value, and its branches do not run again",
    async check(newEngine) {
      const stage = await EngineStage.play(
        newEngine,
        composite(ONCE_MORE, async (own, attempt, playing) => {
          const values = [
            await own.all([(branch) => leaf(branch, playing, "One", 1), (branch) => leaf(branch, playing, "Two", 2)]),
            await own.all({ left: (branch) => leaf(branch, playing, "Left", 3) }),
            await own.map([4, 5], (item, branch) => leaf(branch, playing, `Item ${item}`, item)),
            await own.race([(branch) => leaf(branch, playing, "Fast", 6), (branch) => branch.sleep("1h")]),
          ];
          failUntil(2, attempt);
          return values;
        }),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: [[1, 2], { left: 3 }, [4, 5], 6] });
      assert.deepEqual(stage.effects, ["One", "Two", "Left", "Item 4", "Item 5", "Fast"]);
    },
  },
  {
    name: "a sleep that is over is not slept again",
    async check(newEngine) {
      const stage = await EngineStage.play(
        newEngine,
        composite(ONCE_MORE, async (own, attempt, { clock }) => {
          await own.sleep("1h");
          failUntil(2, attempt);
          return clock.now();
        }),
      );
      const beganMs = stage.clock.now();
      assert.deepEqual(await stage.toTheEnd(), { value: beganMs + 3_601_000 });
    },
  },
];

const orderCases: readonly EngineCase[] = [
  {
    name: "outcomes are found in the order of their record, and code has made something of each before the next is there",
    async check(newEngine) {
      const seen: string[] = [];
      const stage = await EngineStage.play(
        newEngine,
        composite(ONCE_MORE, async (own, attempt, playing) => {
          seen.length = 0;
          const branch = async (name: string, ms: number): Promise<void> => {
            await own
              .run({ name, retries: 0 }, async () => {
                await passed(playing, ms);
                if (name === "Fails") throw new Declined({ code: "05" });
              })
              .catch(() => {});
            seen.push(name);
            for (let turn = 0; turn < 20; turn++) await Promise.resolve();
            seen.push(`${name}, later`);
          };
          await Promise.all([branch("Slow", 30), branch("Fast", 10), branch("Fails", 20)]);
          failUntil(2, attempt);
        }),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: undefined });
      assert.deepEqual(seen, ["Fast", "Fast, later", "Fails", "Fails, later", "Slow", "Slow, later"]);
    },
  },
  {
    name: "an attempt may go another way: what it does not ask for is left alone, and what is new runs",
    async check(newEngine) {
      const stage = await EngineStage.play(
        newEngine,
        composite(TWICE_MORE, async (own, attempt, playing) => {
          const names = [
            ["A", "B", "C"],
            ["C", "New"],
            ["Newer", "B", "New", "A"],
          ][attempt - 1]!;
          const values = await Promise.all(names.map((name) => leaf(own, playing, name, `${name} of ${attempt}`)));
          failUntil(3, attempt);
          return values;
        }),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: ["Newer of 3", "B of 1", "New of 2", "A of 1"] });
      assert.deepEqual(stage.effects, ["A", "B", "C", "New", "Newer"]);
    },
  },
  {
    name: "what a composite inside of another recorded is found, whichever of the two is tried again",
    async check(newEngine) {
      const stage = await EngineStage.play(
        newEngine,
        composite(ONCE_MORE, async (own, attempt, playing) => {
          const inner = own.run({ name: "Inner", retries: ONCE_MORE }, async (deep) => {
            const innerAttempt = deep.attempt;
            const value = await leaf(deep, playing, "Deep", `deep of ${innerAttempt}`);
            failUntil(2, innerAttempt);
            return value;
          });
          const value = await inner;
          failUntil(2, attempt);
          return value;
        }),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: "deep of 1" });
      assert.deepEqual(stage.effects, ["Deep"]);
    },
  },
  {
    name: "the function's own attempts find the outcomes of its steps",
    async check(newEngine) {
      let attempts = 0;
      const stage = await EngineStage.play(
        newEngine,
        async (step, playing) => {
          const value = await leaf(step, playing, "Charge", `charged in ${++attempts}`);
          failUntil(3, attempts);
          return value;
        },
        { retries: TWICE_MORE },
      );
      assert.deepEqual(await stage.toTheEnd(), { value: "charged in 1" });
      assert.deepEqual(stage.effects, ["Charge"]);
    },
  },
];

/** Two steps of one name in each of two branches of one name; the branches are told to end before they have. */
const twins = composite(
  ONCE_MORE,
  async (own, attempt, playing) => {
    const branch = (side: string, ms: number) =>
      own.run("branch", async (inner) => {
        const saved: string[] = [];
        for (const place of [1, 2]) {
          saved.push(
            await inner.run("save", async () => {
              await passed(playing, ms);
              playing.effects.push(`${side} ${place}`);
              return `${side} ${place}`;
            }),
          );
        }
        if (attempt === 1) await inner.run("wait", (wait) => toldToEnd(wait));
        return saved;
      });
    // The one that was slower is created first both times; in the second attempt it would be the faster one.
    return Promise.all([branch("left", attempt === 1 ? 30 : 1), branch("right", attempt === 1 ? 10 : 100)]);
  },
  "2s",
);

const openCases: readonly EngineCase[] = [
  {
    name: "steps of one name in parallel branches of one name get their own outcomes, and no others",
    async check(newEngine) {
      const stage = await EngineStage.play(newEngine, twins);
      assert.deepEqual(await stage.toTheEnd(), {
        value: [
          ["left 1", "left 2"],
          ["right 1", "right 2"],
        ],
      });
      assert.deepEqual(stage.effects, ["right 1", "right 2", "left 1", "left 2"]);
    },
  },
  {
    name: "substeps that were open when their attempt ended, or were told to end, run anew; those that had ended do not",
    async check(newEngine) {
      const stage = await EngineStage.play(
        newEngine,
        composite(
          ONCE_MORE,
          async (own, attempt, playing) => {
            const { effects } = playing;
            await leaf(own, playing, "Quick", 1);
            const working = (name: string, work: (inner: StepTools) => unknown) =>
              own.run(name, async (inner) => {
                effects.push(`${name} in ${attempt}`);
                if (attempt === 1) await work(inner);
                return attempt;
              });
            return Promise.all([
              working("Told", toldToEnd),
              working("Deaf", () => new Promise(() => {})),
              working("Composite", (inner) => inner.sleep("1h")),
            ]);
          },
          "2s",
        ),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: [2, 2, 2] });
      assert.deepEqual(stage.effects, [
        "Quick",
        ...["Told in 1", "Deaf in 1", "Composite in 1"],
        ...["Told in 2", "Deaf in 2", "Composite in 2"],
      ]);
    },
  },
  {
    name: "an attempt that is over records nothing more: what it left behind ends in vain, and its late steps are refused",
    async check(newEngine) {
      let release = (): void => {};
      const late: unknown[] = [];
      const stage = await EngineStage.play(
        newEngine,
        composite(
          TWICE_MORE,
          async (own, attempt, playing) => {
            const value = await own.run("Deaf", async (deaf) => {
              if (attempt > 1) return `Deaf of ${attempt}`;
              await new Promise<void>((resolve) => {
                release = resolve;
              });
              late.push(await leaf(deaf, playing, "Late", 1).catch((error: unknown) => error));
              return "Deaf of 1";
            });
            if (attempt === 2) {
              release();
              await passed(playing, 100);
            }
            failUntil(3, attempt);
            return value;
          },
          "2s",
        ),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: "Deaf of 2" });
      assert.deepEqual(stage.effects, []);
      assert.ok(late[0] instanceof ParentEndedError, "the late step was refused");
      assert.deepEqual(stage.told, ["1.1 Deaf cancelled", "1.1 Deaf completed", "1 Outer completed"]);
    },
  },
  {
    name: "a body that runs at most once is not entered by another attempt around it, once it was entered by one",
    async check(newEngine) {
      const stage = await EngineStage.play(
        newEngine,
        composite(
          ONCE_MORE,
          (own, attempt, { effects }) =>
            own
              .run({ name: "Pay", atMostOnce: true }, async (pay) => {
                effects.push(`paid in ${attempt}`);
                await toldToEnd(pay);
              })
              .onError(StepInterruptedError, () => {})
              .next("look whether it was paid"),
          "2s",
        ),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: "look whether it was paid" });
      assert.deepEqual(stage.effects, ["paid in 1"]);
    },
  },
  {
    name: "a body that runs at most once, and is known to have failed, is tried again by its own policy all the same",
    async check(newEngine) {
      const stage = await EngineStage.play(
        newEngine,
        composite(
          ONCE_MORE,
          (own, attempt, { effects }) =>
            own.run({ name: "Pay", atMostOnce: true, retries: { ...ONCE_MORE, initial: "3s" } }, () => {
              effects.push(`asked in ${attempt}`);
              failUntil(2, attempt);
              return "paid";
            }),
          "2s",
        ),
      );
      assert.deepEqual(await stage.toTheEnd(), { value: "paid" });
      assert.deepEqual(stage.effects, ["asked in 1", "asked in 2"]);
    },
  },
];

export const retryCases: readonly EngineCase[] = [...foundCases, ...orderCases, ...openCases];
