// Plays a canonical function on a store, in virtual time, until its runs have ended.
import { createAppWith } from "../../src/app/create-app.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import { systemRandomness, type Randomness } from "../../src/core/ids.ts";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { RunRecord } from "../../src/durable/journal.ts";
import type { Store } from "../../src/durable/store.ts";
import type { ManualClock } from "../../src/testing/manual-clock.ts";
import { passUntilSettled, quiet, type VirtualApp } from "../properties/virtual-time.ts";
import { START_MS, type CanonicalFunction, type Trace } from "./canonical.ts";

export const START_ID = "start";
const MOST_JUMPS = 600;
const MOST_RUNS = 100;

export interface Play {
  readonly canonical: CanonicalFunction;
  /** The app's. */
  readonly store: Store;
  /** The same journal, for looks that are not part of the play. Open once the app's is. */
  readonly lookedAt: Store;
  readonly clock: ManualClock;
  readonly trace: Trace;
  readonly random?: Randomness;
  readonly observers?: readonly Instrument[];
  /** Told before time jumps. */
  readonly onJump?: (nowMs: number) => void;
}

/** One life of a process, in which everything ends. What an earlier life has done is gone on with. */
export async function play(options: Play): Promise<void> {
  const { canonical, store, lookedAt, clock, trace, random = systemRandomness, observers = [] } = options;
  const app: VirtualApp = createAppWith(
    { name: "canonical", store: durableStore(store), observers },
    { clock, random },
  );
  const event = `canonical/${canonical.name}`;
  canonical.define(app, trace, event);
  await app.start();
  await app.send({ id: START_ID, name: event, data: null, ts: START_MS });
  const runId = (await runsIn(lookedAt)).find(({ eventId }) => eventId === START_ID)!.id;
  for (const { afterMs, happen } of canonical.happenings ?? [])
    clock.timer(afterMs, () => void happen(app, runId).catch(() => {})); // once the app has stopped there is no store
  await passUntilAllHaveEnded(options);
  await passUntilSettled(clock, app.stop());
}

export async function runsIn(store: Store): Promise<readonly RunRecord[]> {
  return (await store.runs({ limit: MOST_RUNS })).map(({ run }) => run);
}

async function passUntilAllHaveEnded({ canonical, lookedAt, clock, onJump }: Play): Promise<void> {
  for (let jumps = 0; jumps < MOST_JUMPS; jumps++) {
    await quiet();
    if ((await runsIn(lookedAt)).every(({ endedMs }) => endedMs !== null)) return;
    if (clock.nextMs === undefined) throw new RangeError(`${canonical.name}: nothing is set to happen, and it goes on`);
    onJump?.(clock.nextMs);
    await clock.advance(clock.nextMs - clock.now());
  }
  const runs = (await runsIn(lookedAt)).map(({ id, status, note }) => `${id} ${status} ${note ?? ""}`.trim());
  throw new RangeError(`${canonical.name} has not ended after ${MOST_JUMPS} jumps in time: ${runs.join(", ")}`);
}
