// Retries, timeouts and what stays the same over them: substeps' outcomes, numbers, idempotency keys, tags.
import { describe, expect, it } from "vitest";
import {
  NonRetriableError,
  RetryAfterError,
  StepTimeoutError,
  TaggedError,
  type RetryPolicy,
  type StepTools,
} from "../../src/index.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { Performance, PLACES, WAYS, play } from "./stage.ts";

class Final extends TaggedError("Final", { retry: false }) {}
class Passing extends TaggedError("Passing") {}

/** When each attempt of a step that always fails begins, in seconds from the first. */
async function beginnings(retries: number | RetryPolicy, fail: (attempt: number) => unknown): Promise<number[]> {
  const clock = new ManualClock();
  const times: number[] = [];
  const performance = await Performance.begin(
    "in process",
    (step) =>
      step
        .run({ name: "Ask", retries }, () => {
          times.push(clock.now());
          throw fail(step.attempt);
        })
        .next(),
    { clock },
  );
  await performance.toTheEnd();
  return times.map((ms) => (ms - times[0]!) / 1_000);
}

const FIXED: RetryPolicy = { retries: 3, backoff: "fixed", initial: "10s", jitter: false };

describe.each(WAYS)("%s", (_way, playIn) => {
  it("a composite step that is tried again keeps the outcomes of its substeps, failures included", async () => {
    const { end, effects } = await playIn(async (step, notes) =>
      step.run({ name: "Composite", retries: FIXED }, async (own) => {
        const value = await own.run("Charge", () => (notes.effects.push("charged"), 42));
        const caught = await own
          .run({ name: "Notify", retries: 0 }, () => {
            notes.effects.push("notified");
            throw new Error("smtp");
          })
          .catch((error: Error) => error.message);
        notes.effects.push(`attempt ${own.attempt}`);
        if (own.attempt < 3) throw new Error("flaky");
        return [value, caught, await own.run("Last", (last) => last.number)];
      }),
    );
    expect(end).toEqual({ ok: true, value: [42, "smtp", "1.3"] });
    expect(effects).toEqual(["charged", "notified", "attempt 1", "attempt 2", "attempt 3"]);
  });

  it("the function's own attempts keep the outcomes of its steps, and its attempt counts from 0", async () => {
    const { end, effects } = await playIn(
      async (step, notes) => {
        await step.run("Charge", () => void notes.effects.push("charged"));
        if (step.attempt < 2) throw new Error("flaky");
        return step.attempt;
      },
      { options: { retries: FIXED } },
    );
    expect(end).toEqual({ ok: true, value: 2 });
    expect(effects).toEqual(["charged"]);
  });

  it("the idempotency key is the same for each attempt, and another for each step", async () => {
    const keys: string[] = [];
    const { end } = await playIn(async (step) => {
      await step.run({ name: "Ask", retries: FIXED }, () => {
        keys.push(step.idempotencyKey);
        if (step.attempt < 3) throw new Error("flaky");
      });
      const [first, second] = [step.run("Ask", keyOf), step.run("Other", keyOf)];
      return [await first, await second, step.idempotencyKey];
    });
    expect(new Set(keys).size).toBe(1);
    const others = (end as { readonly value: string[] }).value;
    expect(new Set([...keys, ...others]).size).toBe(4);
    for (const key of others) expect(key).toMatch(/^[ -~]{1,255}$/);
  });

  it("tags are inherited, without repetition", async () => {
    const tagsByNumber: Record<string, readonly string[]> = {};
    await playIn(
      (step) =>
        step.run({ name: "Outer", tags: ["money", "slow"] }, (outer) =>
          outer.run({ name: "Inner", tags: ["slow", "card"] }, (inner) => inner.run("Leaf", () => {})),
        ),
      {
        options: { tags: ["billing"] },
        observers: [{ onStepEnd: ({ number, tags }) => void (tagsByNumber[number] = tags) }],
      },
    );
    expect(tagsByNumber).toEqual({
      "1": ["billing", "money", "slow"],
      "1.1": ["billing", "money", "slow", "card"],
      "1.1.1": ["billing", "money", "slow", "card"],
    });
  });

  it("steps of a handler are numbered behind the body's, over several handlers", async () => {
    const { end, effects } = await playIn((step, notes) =>
      step
        .run("Composite", async (own) => {
          await own.run("First", () => {});
          await own.run("Second", () => {});
          throw new Error("no");
        })
        .onError(async (_error, own) => {
          notes.effects.push(await own.run("Third", (third) => third.number));
        })
        .onError(async (_error, own) => {
          notes.effects.push(await own.run("Fourth", (fourth) => fourth.number));
          notes.effects.push(await own.run("Third", (again) => again.path));
        })
        .next("recovered"),
    );
    expect(end).toEqual({ ok: true, value: "recovered" });
    expect(effects).toEqual(["1.3", "1.4", "Composite/~onError/Third#2"]);
  });
});

describe.each(PLACES)("%s", (place) => {
  it("a timeout aborts the signal, each attempt's own, and is retried", async () => {
    const signals: boolean[] = [];
    const { end } = await play(place, (step) =>
      step
        .run({ name: "Slow", timeout: "2s", retries: { ...FIXED, retries: 1 } }, async () => {
          const { signal, attempt } = step;
          signals.push(signal.aborted);
          await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
          signals.push(signal.aborted && signal.reason instanceof StepTimeoutError);
          return `ignored by attempt ${attempt}`;
        })
        .onError(StepTimeoutError, () => {})
        .next((error) => error.message),
    );
    expect(signals).toEqual([false, true, false, true]);
    expect(end).toEqual({
      ok: true,
      value: expect.stringMatching(/^step 1 "Slow" \(Program, run_\w+\) took longer than 2000 ms$/),
    });
  });

  it("a body that ignores its signal does not keep the step from its timeout, and what it does then counts for nothing", async () => {
    let goOn = (): void => {};
    const performance = await Performance.begin(place, (step, { code }) =>
      step
        .run({ name: "Deaf", timeout: "2s" }, async (own) => {
          await new Promise<void>((resolve) => {
            goOn = resolve;
          });
          await own.run("Late", () => void code.push("late")).catch((error: Error) => code.push(error.name));
          return "too late";
        })
        .onError(StepTimeoutError, () => {})
        .next("timed out"),
    );
    await performance.pass(2_100);
    expect(performance.end).toEqual({ ok: true, value: "timed out" });
    goOn();
    await performance.pass(100);
    expect(performance.notes.code).toEqual(["ParentEndedError"]);
  });

  it("a generator that times out ends by return(), and a timeout in time changes nothing", async () => {
    const { end, code } = await play(place, function* (step, notes) {
      const inTime = yield* step.run({ name: "Quick", timeout: "2s" }, () => "quick");
      const timedOut = yield* step
        .run({ name: "Slow", timeout: "2s" }, function* (own) {
          try {
            yield* own.sleep("1m");
          } catch {
            notes.code.push("catch");
          } finally {
            yield* own.run("Close", () => void notes.code.push("closed"));
          }
        })
        .result();
      return [inTime, timedOut.ok, !timedOut.ok && timedOut.error instanceof StepTimeoutError];
    });
    expect(end).toEqual({ ok: true, value: ["quick", false, true] });
    expect(code).toEqual(["closed"]);
  });

  it("step.attempt counts from 1, of the step that is running", async () => {
    const { end } = await play(place, (step) =>
      step.run({ name: "Outer", retries: { ...FIXED, retries: 1 } }, async (outer) => {
        const inner = await outer.run("Inner", () => step.attempt);
        if (outer.attempt === 1) throw new Error("flaky");
        return [outer.attempt, inner];
      }),
    );
    expect(end).toEqual({ ok: true, value: [2, 1] });
  });

  it.each<[string, () => unknown]>([
    ["a NonRetriableError", () => new NonRetriableError("final")],
    ["a class with retry: false", () => new Final()],
  ])("%s is not retried", async (_what, make) => {
    const { effects } = await play(place, (step, notes) =>
      step
        .run({ name: "Ask", retries: FIXED }, () => {
          notes.effects.push("attempt");
          throw make();
        })
        .next(),
    );
    expect(effects).toEqual(["attempt"]);
  });

  it("what was raised is the step's answer: it is not retried, nor is what came out of a substep", async () => {
    const { effects } = await play(place, function* (step, notes) {
      yield* step
        .run({ name: "Raises", retries: FIXED }, function* () {
          notes.effects.push("raises");
          throw yield* new Passing();
        })
        .next();
      yield* step
        .run({ name: "Wraps", retries: FIXED }, async (own) => {
          notes.effects.push("wraps");
          await own.run({ name: "Fails", retries: 0 }, failing).catch((error: Error) => {
            throw new Error("wrapped", { cause: error });
          });
        })
        .next();
    });
    expect(effects).toEqual(["raises", "wraps"]);
  });

  it("a foreign error is translated before the policy looks", async () => {
    const { effects } = await play(place, (step, notes) =>
      step
        .run({ name: "Ask", retries: FIXED }, () => {
          notes.effects.push("attempt");
          throw new Error("declined");
        })
        .possibleError(Final, () => new Final())
        .next(),
    );
    expect(effects).toEqual(["attempt"]);
  });
});

describe("when the next attempt is", () => {
  it.each<[string, number | RetryPolicy, (attempt: number) => unknown, number[]]>([
    ["fixed", { retries: 2, backoff: "fixed", initial: "10s", jitter: false }, plain, [0, 10, 20]],
    ["exponential", { retries: 4, initial: "1s", jitter: false }, plain, [0, 1, 3, 7, 15]],
    ["exponential, up to max", { retries: 4, initial: "1s", max: "3s", jitter: false }, plain, [0, 1, 3, 6, 9]],
    ["a function of the attempt", { retries: 3, backoff: (attempt) => `${attempt}m` }, plain, [0, 60, 180, 360]],
    ["what retryIf says", { retries: 3, retryIf: () => "30s" }, plain, [0, 30, 60, 90]],
    ["never, where retryIf says no", { retries: 3, retryIf: () => false }, plain, [0]],
    ["after what the error asks for", 2, () => new RetryAfterError("busy", "45s"), [0, 45, 90]],
    ["after the milliseconds it asks for", 1, () => new RetryAfterError("busy", 1_500), [0, 1.5]],
    ["at the date it asks for", 1, () => new RetryAfterError("busy", new Date(Date.UTC(2026, 0, 1, 0, 5))), [0, 300]],
    ["not at all", 0, plain, [0]],
  ])("%s", async (_form, retries, fail, expected) => {
    expect(await beginnings(retries, fail)).toEqual(expected);
  });

  it("jitter draws each wait between nothing and its length", async () => {
    const times = await beginnings({ retries: 20, backoff: "fixed", initial: "10s" }, plain);
    const waits = times.slice(1).map((time, place) => time - times[place]!);
    expect(Math.max(...waits)).toBeLessThan(10);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });
});

function keyOf(step: StepTools): string {
  return step.idempotencyKey;
}
function failing(): never {
  throw new Error("no");
}
function plain(): Error {
  return new Error("down");
}
