// What the cases of the store's contract have in common. Needs no test runner.
import assert from "node:assert/strict";
import type { RunRecord } from "../durable/journal.ts";
import type { ClaimedRun, RunChange, RunWrite, Store, WriteResult } from "../durable/store.ts";
import { SAMPLE_MS, sampleEvent, sampleWorker, sampleWrite } from "./journal-samples.ts";

/**
 * Gives an opened store. Asked again in one case: another one on the same place, as another process would have it; a store that
 * has no place gives itself. Each case is given an empty place.
 */
export type OpenStore = () => Promise<Store>;

/** One promise of the port, and how it is checked. `check` rejects with an `AssertionError` where it is not kept. */
export interface StoreCase {
  readonly name: string;
  readonly check: (openStore: OpenStore) => Promise<void>;
}

export const FUNCTION_ID = "app/charge";
export const OTHER_FUNCTION_ID = "app/notify";

/** Accepts one event for each id, for the one function. The runs have the ids of their events. */
export async function acceptRuns(
  store: Store,
  ids: readonly string[],
  { acceptedMs = SAMPLE_MS, functionId = FUNCTION_ID } = {},
): Promise<void> {
  await store.accept({
    events: ids.map((id) => sampleEvent({ id, acceptedMs })),
    functionId,
    runId: ({ id }) => id,
  });
}

export async function enter(store: Store, incarnation: string): Promise<void> {
  await store.enterWorker(sampleWorker({ incarnation, functionIds: [FUNCTION_ID, OTHER_FUNCTION_ID] }));
}

export function claim(
  store: Store,
  incarnation: string,
  { nowMs = SAMPLE_MS, limit = 100, functionIds = [FUNCTION_ID, OTHER_FUNCTION_ID] } = {},
): Promise<readonly ClaimedRun[]> {
  return store.claim({ incarnation, functionIds, limit, nowMs });
}

/** Runs that `worker-1` has just claimed for the first time. */
export async function claimedRuns(store: Store, ids: readonly string[]): Promise<readonly ClaimedRun[]> {
  await acceptRuns(store, ids);
  await enter(store, "worker-1");
  const claimed = await claim(store, "worker-1");
  assert.equal(claimed.length, ids.length);
  return claimed;
}

/** One write of `worker-1`, unless another is named. */
export async function write(
  store: Store,
  fields: Partial<RunWrite>,
  incarnation = "worker-1",
): Promise<WriteResult | undefined> {
  return (await store.commit({ incarnation, writes: [sampleWrite(fields)] }))[0];
}
/** A write that has to be kept. */
export async function keep(store: Store, fields: Partial<RunWrite>, incarnation = "worker-1"): Promise<void> {
  assert.equal(await write(store, fields, incarnation), "kept");
}

export async function runOf(store: Store, id: string): Promise<RunRecord> {
  const found = await store.run({ id });
  assert.ok(found, `there is a run ${id}`);
  return found.run;
}
export async function keysOf(store: Store, id: string): Promise<string[]> {
  return (await store.records({ id })).map(({ key }) => key).toSorted();
}
export function idsOf(claimed: readonly ClaimedRun[]): string[] {
  return claimed.map(({ run }) => run.id);
}

/** Checks some fields of a run. */
export async function assertRun(store: Store, id: string, fields: Partial<RunRecord>): Promise<void> {
  const run = await runOf(store, id);
  const found = Object.fromEntries(Object.keys(fields).map((field) => [field, run[field as keyof RunRecord]]));
  assert.deepEqual(found, fields);
}

export const COMPLETED = {
  kind: "end",
  status: "completed",
  output: "[1]",
  error: null,
  atMs: SAMPLE_MS + 9,
} satisfies RunChange;
export const CANCELLED = {
  kind: "end",
  status: "cancelled",
  output: null,
  error: null,
  atMs: SAMPLE_MS + 9,
} satisfies RunChange;
export const ASLEEP = { kind: "suspend", status: "sleeping", dueMs: SAMPLE_MS + 60_000, waits: [] } satisfies RunChange;
export const PAUSED = { kind: "pause", note: "recorded: 2 Charge", atMs: SAMPLE_MS + 9 } satisfies RunChange;
