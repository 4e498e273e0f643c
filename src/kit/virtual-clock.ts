// The clock of an app under test: time stands still until the kit moves it on.
//
// Owns: the time, and who waits for it. Does not own: when it moves (stage.ts); turns of the event loop, which are the platform's.
// Called by: stage.ts, and whatever the app under test is made of.
//   V1. A timer that was set while nothing happened only looks again for news, as a worker does each second: no time is moved for it.
//       It is called when time has moved past it for another reason. A week without news then takes one jump, and no 600,000 looks.
import { systemClock, type Clock } from "../core/clock.ts";

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly call: () => void;
  /** V1 */
  isLook: boolean;
}

export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  #isStopped = false;
  readonly #timers = new Set<Timer>();
  /** Turns of the event loop that were asked for, and have not come. */
  pendingTurns = 0;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }
  elapsed(): number {
    return this.#nowMs;
  }
  timer(delayMs: number, call: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, call, isLook: false };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
  alarm(atMs: number, call: () => void): () => void {
    return this.timer(atMs - this.now(), call);
  }
  turn(call: () => void): void {
    this.pendingTurns++;
    systemClock.turn(() => {
      this.pendingTurns--;
      if (!this.#isStopped) call();
    });
  }

  /** When the next timer is due that is no mere look. */
  get nextMs(): number | undefined {
    return this.#earliest((timer) => !timer.isLook)?.atMs;
  }
  /** When the next timer is due, of whatever kind. */
  get nextOfAnyMs(): number | undefined {
    return this.#earliest(() => true)?.atMs;
  }
  /** Time is this from now on; it never goes back. Calls nobody. */
  moveTo(timeMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, timeMs);
  }
  /** What all timers that are set later come behind. */
  get mark(): number {
    return this.#order;
  }
  /** Calls the first timer that is due and was set before `mark`. False: there is none. */
  callNext(mark: number): boolean {
    const next = this.#earliest(({ atMs, order }) => atMs <= this.#nowMs && order < mark);
    if (next === undefined) return false;
    this.#timers.delete(next);
    next.call();
    return true;
  }
  /** V1: nothing happened since `mark`. */
  noteLooks(mark: number): void {
    for (const timer of this.#timers) if (timer.order >= mark) timer.isLook = true;
  }
  /** Calls nobody any more: its process is gone. */
  stop(): void {
    this.#isStopped = true;
    this.#timers.clear();
  }

  #earliest(isWanted: (timer: Timer) => boolean): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      const isEarlier =
        earliest === undefined ||
        timer.atMs < earliest.atMs ||
        (timer.atMs === earliest.atMs && timer.order < earliest.order);
      if (isEarlier && isWanted(timer)) earliest = timer;
    }
    return earliest;
  }
}
