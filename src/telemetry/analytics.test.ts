// Analytics: batches, limits, and receivers that fail, hang or are slow.
import { describe, expect, it } from "vitest";
import { InvalidDefinitionError, createApp, step, type ObservedStepEnd } from "../index.ts";
import { Redactor } from "../core/redaction.ts";
import { ManualClock, settled } from "../testing/manual-clock.ts";
import { analytics, BatchedAnalytics, type AnalyticsEvent, type AnalyticsOptions } from "./analytics.ts";

function collected(options: Partial<AnalyticsOptions> = {}) {
  const clock = new ManualClock();
  const batches: (readonly AnalyticsEvent[])[] = [];
  const deliver = async (batch: readonly AnalyticsEvent[]): Promise<void> => void batches.push(batch);
  const tracked = new BatchedAnalytics({ deliver, ...options }, clock);
  const end = (count = 1): void => {
    for (let number = 1; number <= count; number++) tracked.onStepEnd(stepEnd(String(number)));
  };
  return { clock, batches, tracked, end };
}

function stepEnd(number: string): ObservedStepEnd {
  const context = { eventName: "e" };
  const run = {
    id: "run_1",
    function: { id: "fn", name: "Fn" },
    event: { id: "e", name: "e", ts: 0 },
    context,
    redact: new Redactor().of({ name: "e", data: undefined, user: undefined, context }),
  };
  const place = { run, handle: {}, number, name: "Charge", path: "Charge", tags: [], attributes: {}, context };
  const end = { attempts: 1, error: undefined, duration: 5, isComposite: false, dueAt: undefined, attemptsAllowed: 1 };
  return { ...place, ...end, kind: "run", description: undefined, outcome: "completed" };
}

describe("events", () => {
  it("are plain data of steps and runs, without secrets", async () => {
    const events: AnalyticsEvent[] = [];
    const tracked = analytics({ deliver: async (batch) => events.push(...batch), wait: 0 });
    const app = createApp({ name: "a", observers: [tracked] });
    const fn = app.createFunction({ name: "Pay" }, { event: "paid" }, function* () {
      yield* step
        .run({ name: "Charge", tags: ["money"], attributes: { plan: "pro", token: "abcdefgh" } }, () => {
          throw new RangeError("hunter2!");
        })
        .onError(() => {})
        .next();
    });
    await app.run(fn, { data: { password: "hunter2!" }, context: { userId: "u_42", secret: "s-123456" } });
    await tracked.flush();
    const run = { id: expect.stringMatching(/^run_/), function: "Pay", event: "paid" };
    const context = { userId: "u_42", secret: "[redacted]", eventName: "paid" };
    expect(JSON.parse(JSON.stringify(events))).toEqual([
      {
        ...{ type: "step", at: expect.any(String), run, number: "1", name: "Charge", path: "Charge", kind: "run" },
        ...{
          tags: ["money"],
          attributes: { plan: "pro", token: "[redacted]" },
          duration: expect.any(Number),
          attempts: 1,
        },
        ...{
          outcome: "recovered",
          error: expect.objectContaining({ type: "RangeError", message: "[redacted]" }),
          context,
        },
      },
      { type: "run", at: expect.any(String), run, duration: expect.any(Number), outcome: "completed", context },
    ]);
    expect(tracked.counts).toEqual({ delivered: 2, dropped: 0, waiting: 0 });
  });
});

describe("options that make no sense", () => {
  it.each([
    [undefined, "deliver"],
    [{}, "deliver"],
    [{ deliver: async () => {}, only: "run" }, "only"],
    [{ deliver: async () => {}, batchSize: 0 }, "batchSize"],
    [{ deliver: async () => {}, limit: 1.5 }, "limit"],
    [{ deliver: async () => {}, retries: -1 }, "retries"],
  ])("%j", (options, name) => {
    expect(() => analytics(options as never)).toThrow(InvalidDefinitionError);
    expect(() => analytics(options as never)).toThrow(name);
  });
});

describe("batches", () => {
  it("go out when they are full, or when the first of them has waited long enough", async () => {
    const { clock, batches, end } = collected({ batchSize: 3, wait: "1s" });
    end(7);
    await settled();
    expect(batches.map(({ length }) => length)).toEqual([3, 3]);
    await clock.advance(999);
    expect(batches).toHaveLength(2);
    await clock.advance(1);
    expect(batches.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(clock.pending).toBe(0);
  });
  it("hold what was asked for", async () => {
    const { batches, tracked, end } = collected({ only: ({ type }) => type === "run" });
    end(3);
    await tracked.flush();
    expect(batches).toEqual([]);
  });
});

describe("a receiver", () => {
  it("that fails for a while is tried again, later each time", async () => {
    let left = 2;
    const { clock, tracked, end } = collected({
      wait: 0,
      deliver: async () => {
        if (left-- > 0) throw new TypeError("down");
      },
    });
    end();
    await clock.advance(10_000);
    expect(tracked.counts).toEqual({ delivered: 1, dropped: 0, waiting: 0 });
  });
  it("that throws, rejects or is never there costs its events, and they are counted", async () => {
    for (const deliver of [
      () => {
        throw new TypeError("no");
      },
      () => Promise.reject(new TypeError("no")),
    ]) {
      const { clock, tracked, end } = collected({ deliver, wait: 0, retries: 1 });
      end(2);
      await clock.advance(10_000);
      expect(tracked.counts).toEqual({ delivered: 0, dropped: 2, waiting: 0 });
      expect(clock.pending).toBe(0);
    }
  });
  it("that hangs for a minute keeps no more than the limit in memory, is told to stop, and is gone on from", async () => {
    const signals: { readonly aborted: boolean }[] = [];
    const { clock, tracked, end } = collected({
      ...{ limit: 50, batchSize: 10, timeout: "10s", retries: 0, wait: 0 },
      deliver: (_batch, signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    end(1_000);
    await settled();
    expect(tracked.counts).toEqual({ delivered: 0, dropped: 950, waiting: 50 });
    await clock.advance(60_000);
    expect(tracked.counts).toEqual({ delivered: 0, dropped: 1_000, waiting: 0 });
    expect(signals).toHaveLength(5);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });
});
