// A clock whose wall jumps, as when it is set, while what only grows goes on growing.
import { systemClock } from "../../src/core/clock.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";

export class JumpingClock extends ManualClock {
  #jumpedMs = 0;

  override now(): number {
    return super.now() + this.#jumpedMs;
  }

  /** The platform's own way, by this wall and these timers. */
  override alarm(atMs: number, call: () => void): () => void {
    return systemClock.alarm.call(this, atMs, call);
  }

  jump(ms: number): void {
    this.#jumpedMs += ms;
  }
}
