// PORT Clock: nothing else in this package reads the time or sets a timer.

/** Time as the engine sees it. Replaced as a whole in tests and by the simulator. */
export interface Clock {
  /** Milliseconds since 1970, by the wall. For due times. */
  now(): number;
  /** Milliseconds that only ever grow, with fractions. For durations. */
  elapsed(): number;
  /** Calls once, not before `delayMs` have passed; any length. Returns what cancels it. */
  timer(delayMs: number, call: () => void, options?: { readonly keepsAlive?: boolean }): () => void;
  /** Calls once, when `now()` is there: also where the wall is set meanwhile, or the machine was asleep. Returns what cancels it. */
  alarm(atMs: number, call: () => void): () => void;
  /** Calls in a later turn of the event loop, when all that is pending in this one has run. */
  turn(call: () => void): void;
}

/** What `setTimeout` can hold: beyond it, it fires at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** After how long an alarm looks at the wall again: its timers know nothing of a clock that is set, and stand still while a machine sleeps. */
const LONGEST_TRUST_MS = 60_000;

// Where there is one: it takes two thirds of the time that `performance.now()` does, and each step reads it.
const hrtime = globalThis.process?.hrtime;

function millisecondsOf(time: readonly [seconds: number, nanoseconds: number]): number {
  return time[0] * 1_000 + time[1] / 1_000_000;
}

/** The platform's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: hrtime === undefined ? () => performance.now() : () => millisecondsOf(hrtime()),
  timer(delayMs, call, { keepsAlive = true } = {}) {
    let handle: ReturnType<typeof setTimeout>;
    const wait = (leftMs: number): void => {
      const chunkMs = Math.min(leftMs, LONGEST_TIMEOUT_MS);
      handle = setTimeout(() => (leftMs > chunkMs ? wait(leftMs - chunkMs) : call()), chunkMs);
      if (!keepsAlive) (handle as { unref?: () => void }).unref?.();
    };
    wait(Math.max(0, delayMs));
    return () => clearTimeout(handle);
  },
  alarm(atMs, call) {
    let stop = (): void => {};
    const wait = (): void => {
      const leftMs = Math.max(0, atMs - this.now());
      stop = this.timer(Math.min(leftMs, LONGEST_TRUST_MS), () => (this.now() < atMs ? wait() : call()));
    };
    wait();
    return () => stop();
  },
  turn: typeof setImmediate === "function" ? (call) => void setImmediate(call) : (call) => void setTimeout(call, 0),
};
