import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "./clock.ts";

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
const DAY_MS = 86_400_000;

describe("a timer", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("calls once, and not before its time", () => {
    const call = vi.fn<() => void>();
    systemClock.timer(1_000, call);
    vi.advanceTimersByTime(999);
    expect(call).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(10_000);
    expect(call).toHaveBeenCalledOnce();
  });

  it.each([LONGEST_TIMEOUT_MS, LONGEST_TIMEOUT_MS + 1, 60 * DAY_MS, 400 * DAY_MS])(
    "is right for %d ms, where setTimeout would fire at once",
    (delayMs) => {
      const call = vi.fn<() => void>();
      systemClock.timer(delayMs, call);
      vi.advanceTimersByTime(delayMs - 1);
      expect(call).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(call).toHaveBeenCalledOnce();
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it("never hands setTimeout more than it can hold", () => {
    const timeouts = vi.spyOn(globalThis, "setTimeout");
    systemClock.timer(100 * DAY_MS, () => {});
    vi.advanceTimersByTime(100 * DAY_MS);
    const delays = timeouts.mock.calls.map(([, delayMs]) => delayMs!);
    expect(Math.max(...delays)).toBe(LONGEST_TIMEOUT_MS);
    expect(delays.reduce((sum, delayMs) => sum + delayMs, 0)).toBe(100 * DAY_MS);
  });

  it("is cancelled in any of its parts", () => {
    const call = vi.fn<() => void>();
    const stops = [systemClock.timer(10, call), systemClock.timer(100 * DAY_MS, call)];
    vi.advanceTimersByTime(5);
    stops[0]!();
    vi.advanceTimersByTime(50 * DAY_MS);
    stops[1]!();
    vi.advanceTimersByTime(100 * DAY_MS);
    expect(call).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("takes a time that has passed as now", () => {
    const call = vi.fn<() => void>();
    systemClock.timer(-5, call);
    vi.advanceTimersByTime(1);
    expect(call).toHaveBeenCalledOnce();
  });
});

describe("an alarm", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("calls once, when the wall is there", () => {
    const call = vi.fn<() => void>();
    systemClock.alarm(Date.now() + 3 * DAY_MS, call);
    vi.advanceTimersByTime(3 * DAY_MS - 1);
    expect(call).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(call).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });
  it("calls within a minute when the wall was set forward past it, and not before it when it was set back", () => {
    const [forward, back] = [vi.fn<() => void>(), vi.fn<() => void>()];
    systemClock.alarm(Date.now() + DAY_MS, forward);
    vi.setSystemTime(Date.now() + 2 * DAY_MS);
    vi.advanceTimersByTime(60_000);
    expect(forward).toHaveBeenCalledOnce();
    systemClock.alarm(Date.now() + 1_000, back);
    vi.setSystemTime(Date.now() - DAY_MS);
    vi.advanceTimersByTime(DAY_MS);
    expect(back).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(back).toHaveBeenCalledOnce();
  });
  it("is cancelled in any of its parts", () => {
    const call = vi.fn<() => void>();
    const stop = systemClock.alarm(Date.now() + DAY_MS, call);
    vi.advanceTimersByTime(100_000);
    stop();
    vi.advanceTimersByTime(2 * DAY_MS);
    expect(call).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("time", () => {
  it("keeps the process alive only where it is asked to", () => {
    const handles: { unref(): unknown }[] = [];
    const unref = vi.fn<() => void>();
    const timeouts = vi.spyOn(globalThis, "setTimeout").mockImplementation((() => {
      const handle = { unref };
      handles.push(handle);
      return handle;
    }) as never);
    systemClock.timer(10, () => {});
    systemClock.timer(10, () => {}, { keepsAlive: false });
    timeouts.mockRestore();
    expect(handles).toHaveLength(2);
    expect(unref).toHaveBeenCalledOnce();
  });

  it("now is the wall's, elapsed only grows", () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
    const [first, second] = [systemClock.elapsed(), systemClock.elapsed()];
    expect(second).toBeGreaterThanOrEqual(first);
  });

  it("a turn comes when all that is pending in this one has run", async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      systemClock.turn(() => {
        order.push("turn");
        resolve();
      });
      void Promise.resolve().then(() => Promise.resolve().then(() => order.push("microtask")));
      process.nextTick(() => order.push("tick"));
    });
    expect(order.toSorted()).toEqual(["microtask", "tick", "turn"]);
    expect(order.at(-1)).toBe("turn");
  });
});
