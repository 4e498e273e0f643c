// Apps whose time a test moves: everything that waits for no timer runs, then time jumps to the next one.
import { createAppWith } from "../../src/app/create-app.ts";
import type { AppOptions } from "../../src/app/app-types.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { Store } from "../../src/durable/store.ts";
import { turnsWithoutCalls } from "../../src/testing/calls-under-way.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";

const NO_JITTER = { ...systemRandomness, fraction: () => 0.5 };
/** A run of these tests takes at most a few hundred jumps; one that never ends is a failure. */
const MOST_JUMPS = 600;

/** An app on a store, in virtual time. */
export function virtualApp(store: Store, clock: ManualClock, options: Partial<AppOptions<[], undefined>> = {}) {
  return createAppWith(
    { name: "properties", store: durableStore(store), observers: [], ...options },
    { clock, random: NO_JITTER },
  );
}
export type VirtualApp = ReturnType<typeof virtualApp>;

/** Lets everything run that waits for no timer. */
export async function quiet(turns = 30): Promise<void> {
  await turnsWithoutCalls(turns);
}

/** Lets time pass until `isDone`. */
export async function passUntil(clock: ManualClock, isDone: () => boolean): Promise<void> {
  for (let jumps = 0; jumps < MOST_JUMPS; jumps++) {
    await quiet();
    if (isDone()) return;
    if (clock.nextMs === undefined) throw new RangeError("nothing is set to happen, and it is not done");
    await clock.advance(clock.nextMs - clock.now());
  }
  throw new RangeError(`not done after ${MOST_JUMPS} jumps in time`);
}

/** Lets time pass until the promise settles, and gives how. */
export async function passUntilSettled<Value>(
  clock: ManualClock,
  promise: PromiseLike<Value>,
): Promise<{ readonly value?: Value; readonly error?: unknown }> {
  let end: { readonly value?: Value; readonly error?: unknown } | undefined;
  promise.then(
    (value) => (end = { value }),
    (error: unknown) => (end = { error }),
  );
  await passUntil(clock, () => end !== undefined);
  return end!;
}

/** Lets time pass until the store says so of the run. */
export async function passUntilStatus(
  app: VirtualApp,
  clock: ManualClock,
  runId: string,
  status: string,
): Promise<void> {
  let last: string | undefined;
  const look = async (): Promise<void> => {
    last = (await app.runs.get(runId))?.status;
  };
  await passUntil(clock, () => {
    if (last === status) return true;
    void look();
    return false;
  });
}
