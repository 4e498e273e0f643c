// A clock that a test moves: time passes when the test says so, and in no other way.
//
// Owns: the time, and who waits for it. Does not own: turns of the event loop, which are the platform's.
// Called by: tests.
import type { Clock } from "../core/clock.ts";
import { turnsWithoutCalls } from "./calls-under-way.ts";

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly call: () => void;
}

export class ManualClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }
  elapsed(): number {
    return this.#nowMs;
  }
  timer(delayMs: number, call: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
  alarm(atMs: number, call: () => void): () => void {
    return this.timer(atMs - this.now(), call);
  }
  turn(call: () => void): void {
    setImmediate(call);
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }
  /** When the next timer is due. */
  get nextMs(): number | undefined {
    return this.#next()?.atMs;
  }

  /** Lets time pass: each timer that comes due is called at its time, and what it causes runs before the next. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    for (let timer = this.#next(); timer !== undefined && timer.atMs <= endMs; timer = this.#next()) {
      this.#timers.delete(timer);
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      timer.call();
      await settled();
    }
    this.#nowMs = endMs;
    await settled();
  }

  #next(): Timer | undefined {
    return [...this.#timers].toSorted((left, right) => left.atMs - right.atMs || left.order - right.order)[0];
  }
}

const TURNS = 12;

/** Lets everything run that waits for no timer. */
export async function settled(): Promise<void> {
  await turnsWithoutCalls(TURNS);
}
