import { describe, expect, it } from "vitest";
import { VirtualClock } from "./virtual-clock.ts";

describe("the clock of an app under test", () => {
  it("calls what is due, the first set first, and only what was set before the mark", () => {
    const clock = new VirtualClock(0);
    const called: string[] = [];
    clock.timer(10, () => called.push("ten"));
    clock.timer(5, () => {
      called.push("five");
      clock.timer(0, () => called.push("again"));
    });
    clock.timer(10, () => called.push("ten, too"));
    const { mark } = clock;
    clock.moveTo(10);
    while (clock.callNext(mark)) {}
    expect(called).toEqual(["five", "ten", "ten, too"]);
    expect(clock.callNext(clock.mark)).toBe(true);
    expect(called.at(-1)).toBe("again");
  });

  it("moves no time for a timer that only looks for news (V1)", () => {
    const clock = new VirtualClock(0);
    const { mark } = clock;
    clock.timer(1_000, () => {});
    clock.noteLooks(mark);
    expect([clock.nextMs, clock.nextOfAnyMs]).toEqual([undefined, 1_000]);
    clock.timer(60_000, () => {});
    expect(clock.nextMs).toBe(60_000);
  });

  it("never goes back, and calls nobody once it is stopped", async () => {
    const clock = new VirtualClock(50);
    clock.moveTo(10);
    expect(clock.now()).toBe(50);
    let isCalled = false;
    clock.turn(() => (isCalled = true));
    const stop = clock.timer(0, () => (isCalled = true));
    stop();
    expect(clock.callNext(clock.mark)).toBe(false);
    clock.timer(0, () => (isCalled = true));
    clock.stop();
    while (clock.pendingTurns > 0) await new Promise((resolve) => setImmediate(resolve));
    expect([isCalled, clock.callNext(clock.mark)]).toEqual([false, false]);
  });
});
