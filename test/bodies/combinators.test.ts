// `all`, `map` and `race`: numbers, order, the first failure, the losers, and nothing at all.
import { describe, expect, it } from "vitest";
import { CancelledError, InvalidStepError, TaggedError, UnexpectedError, type StepTools } from "../../src/index.ts";
import { settled } from "../../src/testing/manual-clock.ts";
import { Performance, PLACES, WAYS, play } from "./stage.ts";

class Declined extends TaggedError("Declined")<{ readonly code: string }> {}

function told(step: StepTools): Promise<void> {
  return new Promise((resolve) => step.signal.addEventListener("abort", () => resolve(), { once: true }));
}

function numberOf(step: StepTools): string {
  return step.number;
}

describe.each(WAYS)("%s", (_way, playIn) => {
  it("gives values in the order written, and numbers below its own, whoever is faster", async () => {
    const { end } = await playIn(function* (step) {
      const list = yield* step.all([
        async (own) => {
          await Promise.resolve();
          return own.number;
        },
        numberOf,
        step.run("Third", numberOf),
      ]);
      const record = yield* step.all("Named", { left: numberOf, right: step.run("Right", numberOf) });
      const mapped = yield* step.map(["a", "b"], (item, own, index) => `${item}${index} ${own.number}`);
      const raced = yield* step.race({ only: numberOf });
      return { list, record, mapped, raced };
    });
    expect(end).toEqual({
      ok: true,
      value: {
        list: ["1.1", "1.2", "1.3"],
        record: { left: "2.1", right: "2.2" },
        mapped: ["a0 3.1", "b1 3.2"],
        raced: "4.1",
      },
    });
  });

  it("a step that had started before it became a branch keeps its own number", async () => {
    const { end } = await playIn(async (step) => {
      const early = step.run("Early", numberOf);
      await step.run("Other", numberOf);
      return await step.all([early, numberOf]);
    });
    expect(end).toEqual({ ok: true, value: ["1", "3.1"] });
  });

  it("nothing: all and map give nothing, and race refuses, because nothing could win", async () => {
    const { end } = await playIn(function* (step) {
      const nothing = [yield* step.all([]), yield* step.all({}), yield* step.map([], () => 1)];
      try {
        void step.race([]);
      } catch (error) {
        return [...nothing, error instanceof InvalidStepError && error.message];
      }
      return "raced";
    });
    expect(end).toEqual({ ok: true, value: [[], {}, [], "step.race was given no branch, and would never end"] });
  });

  it("the first failure leaves typed, and the others leave no outcome", async () => {
    const { end } = await playIn(function* (step) {
      return yield* step
        .all({
          fails: step
            .run("Charge", () => {
              throw new Declined({ code: "05" });
            })
            .possibleError(Declined),
          waits: step.run("Wait", () => told(step)),
        })
        .onError(Declined, () => {})
        .next((error) => error.code);
    });
    expect(end).toEqual({ ok: true, value: "05" });
  });

  it("two branches that use the same names never exchange results", async () => {
    const { end } = await playIn(function* (step) {
      return yield* step.map([3, 1, 2], function* (item, own) {
        const first = yield* own.run("Ask", () => item);
        const second = yield* own.run("Ask", () => item * 10);
        return [first, second];
      });
    });
    expect(end).toEqual({
      ok: true,
      value: [
        [3, 30],
        [1, 10],
        [2, 20],
      ],
    });
  });
});

describe.each(PLACES)("%s", (place) => {
  it("all fails after the other branches were told by signal, and have ended", async () => {
    const performance = await Performance.begin(place, async (step, { code }) => {
      try {
        await step.all({
          fails: () => {
            throw new Error("no");
          },
          cleansUp: async (own) => {
            await told(own);
            code.push(own.signal.reason instanceof CancelledError ? "told" : "told something else");
            await Promise.resolve();
            code.push("ended");
          },
        });
      } catch (error) {
        code.push(`failed: ${(error as Error).message}`);
      }
    });
    await performance.pass(100);
    expect(performance.notes.code).toEqual(["told", "ended", "failed: no"]);
    expect(performance.told).toEqual(["1.1 fails failed", "1.2 cleansUp cancelled", "1 all failed"]);
  });

  it("a branch that ignores its signal is waited for at most 5 s", async () => {
    const performance = await Performance.begin(place, (step) =>
      step.all([
        () => {
          throw new Error("no");
        },
        () => new Promise(() => {}),
      ]),
    );
    await performance.pass(4_900);
    expect(performance.end).toBe("under way");
    await performance.pass(200);
    expect(performance.end).toMatchObject({ ok: false, error: { message: "no" } });
  });

  it("a sibling's retry wait, sleep and handler end with the failure, and nothing is tried again", async () => {
    const performance = await Performance.begin(place, (step, { effects, code }) =>
      step.all([
        async () => {
          await settled();
          throw new Error("no");
        },
        step
          .run({ name: "Retried", retries: { retries: 3, backoff: "fixed", initial: "10m", jitter: false } }, () => {
            effects.push("attempt");
            throw new Error("down");
          })
          .onError(() => void code.push("onError")),
        step.sleep("10m"),
        step.run("Fails", failing).onError(async (_error, own) => {
          await told(own);
          code.push("handler told");
        }),
      ]),
    );
    await performance.pass(1_000);
    expect(performance.end).toMatchObject({ ok: false, error: { message: "no" } });
    expect(performance.notes).toEqual({ code: ["handler told"], effects: ["attempt"] });
  });

  it("the losers of a race are cancelled, and the body around it waits for them", async () => {
    let release = (): void => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const performance = await Performance.begin(place, async (step, { code }) => {
      const first = await step.race({
        fast: () => "fast",
        slow: async (own) => {
          await told(own);
          code.push("told");
          await slow;
          code.push("ended");
        },
        asleep: (own) => own.sleep("30m"),
      });
      code.push(first as string);
      return first;
    });
    await performance.pass(1_000);
    expect(performance.notes.code).toEqual(["told", "fast"]);
    expect(performance.end).toBe("under way");
    release();
    await settled();
    await performance.pass(100);
    expect(performance.end).toEqual({ ok: true, value: "fast" });
    expect(performance.notes.code).toEqual(["told", "fast", "ended"]);
  });

  it("a race inside a race: the inner losers are waited for as well", async () => {
    let release = (): void => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const performance = await Performance.begin(place, (step, { code }) =>
      step.race([
        (own) =>
          own.race([
            () => "fast",
            async () => {
              await slow;
              code.push("inner loser ended");
            },
          ]),
        (own) => own.sleep("1h"),
      ]),
    );
    await performance.pass(1_000);
    expect(performance.end).toBe("under way");
    release();
    await settled();
    await performance.pass(100);
    expect(performance.notes.code).toEqual(["inner loser ended"]);
    expect(performance.end).toEqual({ ok: true, value: "fast" });
  });

  it("a race gives the first end, also if it is a failure", async () => {
    const { end } = await play(place, (step) => step.race([failing, (own) => own.sleep("1h")]));
    expect((end as { readonly error: unknown }).error).toBeInstanceOf(UnexpectedError);
    expect(end).toMatchObject({ ok: false, error: { message: "no" } });
  });

  it("map runs at most as many items at once as it was told, in the order of the items", async () => {
    let running = 0;
    let most = 0;
    const { end, effects } = await play(place, (step, notes) =>
      step.map(
        [1, 2, 3, 4, 5, 6, 7],
        async (item) => {
          notes.effects.push(String(item));
          most = Math.max(most, ++running);
          await settled();
          running--;
          return item * 2;
        },
        { concurrency: 3 },
      ),
    );
    expect(end).toEqual({ ok: true, value: [2, 4, 6, 8, 10, 12, 14] });
    expect(effects).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    expect(most).toBe(3);
  });

  it("map starts no further item once one has failed", async () => {
    const { end, effects } = await play(place, (step, notes) =>
      step.map(
        [1, 2, 3, 4],
        (item) => {
          notes.effects.push(String(item));
          if (item === 2) throw new Error("no");
          return item;
        },
        { concurrency: 1 },
      ),
    );
    expect(end).toMatchObject({ ok: false, error: { message: "no" } });
    expect(effects).toEqual(["1", "2"]);
  });

  it("map knows its items by key, and refuses one that is no text before anything runs", async () => {
    const keyed = await play(place, (step) =>
      step.map("Lines", ["a", "b"], (_item, own) => own.path, { key: (item) => `line ${item}` }),
    );
    expect(keyed.end).toEqual({ ok: true, value: ["Lines/line a", "Lines/line b"] });
    const refused = await play(place, (step, { effects }) =>
      step.map([1, 2], (item) => effects.push(String(item)), {
        concurrency: 1,
        key: ((item: number) => item) as never,
      }),
    );
    expect(refused.end).toMatchObject({ ok: false, error: { message: expect.stringContaining("key of step.map") } });
    expect(refused.effects).toEqual([]);
  });
});

function failing(): never {
  throw new Error("no");
}
