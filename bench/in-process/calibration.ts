// How fast this machine is right now: the same arithmetic takes longer when somebody else is on the core.

const ITERATIONS = 4_000_000;
const TRIES = 3;

/** Where the arithmetic ends, so that it is not optimized away. */
export const lastState = { value: 0 };

/** Milliseconds of a fixed loop that touches no memory: the best of three. */
export function calibrate(): number {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const startedMs = performance.now();
    let state = 1;
    for (let i = 0; i < ITERATIONS; i++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    lastState.value = state;
    bestMs = Math.min(bestMs, performance.now() - startedMs);
  }
  return bestMs;
}
