import { describe, expect, it } from "vitest";
import type { Clock } from "../core/clock.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { StoreClock } from "./store-clock.ts";

const START_MS = Date.UTC(2026, 0, 1);
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** A process whose wall can be set, and a store that answers after as long as it is said to take. */
class Process {
  readonly time = new ManualClock(START_MS);
  /** How far the store's clock is ahead of the time. */
  storeAheadMs = 0;
  wallAheadMs = 0;
  isAway = false;
  asked = 0;
  readonly #wall: Clock = {
    now: () => this.time.now() + this.wallAheadMs,
    elapsed: () => this.time.elapsed() - START_MS,
    timer: (delayMs, call) => this.time.timer(delayMs, call),
    alarm: () => () => {},
    turn: (call) => this.time.turn(call),
  };
  readonly clock: StoreClock;

  constructor(wallAheadMs = 0) {
    this.wallAheadMs = wallAheadMs;
    this.clock = new StoreClock(this.#wall, async () => {
      this.asked++;
      if (this.isAway) throw new Error("away");
      return this.storeMs;
    });
  }

  get storeMs(): number {
    return this.time.now() + this.storeAheadMs;
  }
  /** How far this process is ahead of the store. */
  get aheadMs(): number {
    return this.clock.now() - this.storeMs;
  }
  /** A question that takes so long to get there, and its answer that takes so long to get back. */
  async look(thereMs: number, backMs: number): Promise<void> {
    const askedMs = this.clock.elapsed();
    await this.time.advance(thereMs);
    const { storeMs } = this;
    await this.time.advance(backMs);
    this.clock.told(storeMs, askedMs);
  }
}

describe("time by the store's clock", () => {
  it.each([MINUTE_MS, -MINUTE_MS])(
    "is the store's with the first answer, where the wall is %i ms ahead",
    async (ms) => {
      const process = new Process(ms);
      expect(process.aheadMs).toBe(ms);
      await process.clock.check();
      expect(process.aheadMs).toBe(0);
      await process.time.advance(SECOND_MS);
      expect(process.aheadMs).toBe(0);
    },
  );

  it("is never ahead of the store's after a correction, however slow the answer, and behind by its way back at most", async () => {
    const process = new Process(MINUTE_MS);
    await process.look(3_000, 40);
    expect(process.aheadMs).toBe(-40);
    await process.look(10, 2);
    expect(process.aheadMs).toBe(-2);
  });

  it("is left alone by an answer that it may be right by", async () => {
    const process = new Process();
    await process.look(3, 5);
    await process.look(800, 0);
    await process.look(0, 800);
    expect(process.aheadMs).toBe(0);
    process.storeAheadMs = 20;
    await process.look(0, 800);
    expect(process.aheadMs).toBe(-20);
    await process.look(3, 5);
    expect(process.aheadMs).toBe(-5);
  });

  it("goes back with a store whose clock was set back, by just as much, and on from there", async () => {
    const process = new Process();
    await process.look(0, 0);
    const beforeMs = process.clock.now();
    process.storeAheadMs = -90;
    await process.look(0, 0);
    expect(process.clock.now() - beforeMs).toBe(-90);
    await process.time.advance(30);
    expect(process.clock.now() - beforeMs).toBe(-60);
  });
});

describe("time by the store's clock, on a machine whose wall is set", () => {
  it("is not moved by a wall that is set, also while an answer is on its way", async () => {
    const process = new Process();
    await process.clock.check();
    process.wallAheadMs = 60 * MINUTE_MS;
    expect(process.aheadMs).toBe(0);
    const askedMs = process.clock.elapsed();
    process.wallAheadMs = -60 * MINUTE_MS;
    process.clock.told(process.storeMs, askedMs);
    expect(process.aheadMs).toBe(0);
  });

  it("holds whole milliseconds", async () => {
    const process = new Process(MINUTE_MS);
    process.storeAheadMs = 0.75;
    await process.clock.check();
    expect(process.clock.now()).toBe(START_MS);
  });
});

describe("the store is asked", () => {
  it("again after a minute, and when the wall was set or the machine slept, by all who want to know together", async () => {
    const process = new Process();
    await Promise.all([process.clock.check(), process.clock.check()]);
    await process.time.advance(MINUTE_MS);
    await process.clock.check();
    expect(process.asked).toBe(1);
    await process.time.advance(1);
    await process.clock.check();
    expect(process.asked).toBe(2);
    process.wallAheadMs += 8 * 60 * MINUTE_MS;
    process.storeAheadMs += 8 * 60 * MINUTE_MS; // slept
    await process.clock.check();
    expect([process.asked, process.aheadMs]).toEqual([3, 0]);
    process.wallAheadMs -= SECOND_MS;
    await process.clock.check();
    expect(process.asked).toBe(3);
  });

  it("not by who is told by looks, and anew by the next one where it did not answer", async () => {
    const process = new Process();
    process.isAway = true;
    await expect(process.clock.check()).rejects.toThrow("away");
    process.isAway = false;
    await process.clock.check();
    expect(process.asked).toBe(2);
    for (let second = 0; second < 120; second++) {
      await process.time.advance(SECOND_MS);
      await process.look(0, 0);
      await process.clock.check();
    }
    expect(process.asked).toBe(2);
  });
});

describe("an alarm by the store's clock", () => {
  it("rings when the store is there, not when the wall is", async () => {
    const process = new Process(MINUTE_MS);
    await process.clock.check();
    const rung: number[] = [];
    process.clock.alarm(process.storeMs + 2 * MINUTE_MS, () => rung.push(process.aheadMs));
    const stop = process.clock.alarm(process.storeMs + MINUTE_MS, () => rung.push(Number.NaN));
    stop();
    await process.time.advance(2 * MINUTE_MS - 1);
    expect(rung).toEqual([]);
    await process.time.advance(1);
    expect(rung).toEqual([0]);
  });

  it("waits on where the store's clock was set back meanwhile", async () => {
    const process = new Process();
    let hasRung = false;
    process.clock.alarm(process.storeMs + SECOND_MS, () => (hasRung = true));
    process.storeAheadMs = -SECOND_MS;
    await process.look(0, 0);
    await process.time.advance(SECOND_MS);
    expect(hasRung).toBe(false);
    await process.time.advance(SECOND_MS);
    expect(hasRung).toBe(true);
  });
});
