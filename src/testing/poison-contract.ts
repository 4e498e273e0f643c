// The store's contract: runs that their processes die of, and claims of which nobody heard. Part of store-contract.ts.
import assert from "node:assert/strict";
import type { Store } from "../durable/store.ts";
import { SAMPLE_MS, sampleStep } from "./journal-samples.ts";
import {
  ASLEEP,
  CANCELLED,
  acceptRuns,
  assertRun,
  claim,
  claimedRuns,
  enter,
  idsOf,
  keep,
  runOf,
  write,
  type StoreCase,
} from "./store-case.ts";

const LATER_MS = SAMPLE_MS + 100_000;
const BOTH = ["app/charge", "app/notify"];

/** A worker claims the one run that it is given, and is gone. Gives what it had claimed. */
async function die(store: Store, incarnation: string, recorded = false): Promise<string[]> {
  await enter(store, incarnation);
  const claimed = await claim(store, incarnation, { nowMs: LATER_MS });
  for (const { run } of recorded ? claimed : [])
    await keep(store, { runId: run.id, token: run.token, records: [sampleStep({ key: incarnation })] }, incarnation);
  await store.buryWorker({ incarnation, description: incarnation, nowMs: LATER_MS });
  return idsOf(claimed);
}
async function dieOften(store: Store, times: number): Promise<void> {
  for (let death = 1; death <= times; death++) await die(store, `gone-${death}`);
}

export const poisonCases: readonly StoreCase[] = [
  {
    name: "a run counts the deaths of its owners, and none before an owner that came to an outcome",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a"]);
      await dieOften(store, 3);
      await assertRun(store, "a", { deaths: 3, status: "queued", dueMs: 0 });
      await die(store, "got on", true);
      await assertRun(store, "a", { deaths: 0 });
      await die(store, "got nowhere");
      await assertRun(store, "a", { deaths: 1 });
      const note = sampleStep({ key: "~takeover.1", kind: "takeover", sequence: null });
      await enter(store, "told of it");
      const [claimed] = await claim(store, "told of it", { nowMs: LATER_MS });
      await keep(store, { runId: "a", token: claimed!.run.token, records: [note] }, "told of it");
      await store.buryWorker({ incarnation: "told of it", description: "told of it", nowMs: LATER_MS });
      await assertRun(store, "a", { deaths: 2 });
      await enter(store, "left");
      await claim(store, "left", { nowMs: LATER_MS });
      await store.leaveWorker({ incarnation: "left" });
      await assertRun(store, "a", { deaths: 2, status: "queued" });
    },
  },
  {
    name: "from its second death on a run is claimed alone, before others, and only by a worker that is idle",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a"]);
      await dieOften(store, 2);
      await acceptRuns(store, ["b", "c"], { acceptedMs: SAMPLE_MS - 1 });
      await enter(store, "worker-1");
      const busy = { incarnation: "worker-1", functionIds: BOTH, isIdle: false };
      assert.equal(await store.nextDueMs(busy), SAMPLE_MS - 1);
      assert.equal(await store.nextDueMs({ ...busy, isIdle: true }), 0);
      assert.deepEqual(idsOf(await store.claim({ ...busy, limit: 1, nowMs: LATER_MS })), ["b"]);
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: LATER_MS })), ["a"]);
      assert.deepEqual(idsOf(await store.claim({ ...busy, limit: 9, nowMs: LATER_MS })), ["c"]);
    },
  },
  {
    name: "with its fifth death a run is put aside with its history, and goes on when it is resumed",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a"]);
      await die(store, "got on", true);
      await dieOften(store, 5);
      const run = await runOf(store, "a");
      assert.deepEqual([run.status, run.dueMs, run.deaths, run.leftBy.length], ["quarantined", null, 5, 6]);
      assert.match(run.note ?? "", /gone 5 times/);
      assert.deepEqual(await die(store, "later"), []);
      await store.offerPaused({ functionIds: BOTH, nowMs: LATER_MS });
      await assertRun(store, "a", { status: "quarantined" });
      assert.equal(await store.resume({ runId: "a", nowMs: LATER_MS }), true);
      await assertRun(store, "a", { status: "queued", dueMs: LATER_MS, deaths: 0, note: null });
      assert.equal(await store.resume({ runId: "a", nowMs: LATER_MS }), false);
    },
  },
  {
    name: "a run that was put aside ends at once when it is cancelled, and so does one with its fifth death that was to end",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a"]);
      await dieOften(store, 5);
      assert.equal(await store.requestCancel({ runId: "a", nowMs: LATER_MS }), true);
      await assertRun(store, "a", { status: "cancelled", endedMs: LATER_MS, owner: null });
      await acceptRuns(store, ["b"]);
      await enter(store, "first");
      await claim(store, "first", { nowMs: LATER_MS });
      await store.requestCancel({ runId: "b", nowMs: LATER_MS });
      await store.buryWorker({ incarnation: "first", description: "first", nowMs: LATER_MS });
      for (let death = 2; death <= 5; death++) assert.deepEqual(await die(store, `b-${death}`), ["b"]);
      await assertRun(store, "b", { status: "cancelled", endedMs: LATER_MS, owner: null });
    },
  },
  {
    name: "a run that leaves memory in good order is no suspect any more",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a"]);
      await dieOften(store, 3);
      await enter(store, "worker-1");
      const [claimed] = await claim(store, "worker-1", { nowMs: LATER_MS });
      await keep(store, { runId: "a", token: claimed!.run.token, change: ASLEEP });
      await assertRun(store, "a", { deaths: 0, status: "sleeping" });
    },
  },
  {
    name: "release frees what the worker does not know that it has; nobody wrote to it, and nobody died",
    async check(openStore) {
      const store = await openStore();
      const [first] = await claimedRuns(store, ["a", "b"]);
      await store.release({ incarnation: "worker-1", runIds: ["a"] });
      await assertRun(store, "a", { owner: "worker-1", status: "running" });
      await assertRun(store, "b", { owner: null, status: "queued", dueMs: 0, deaths: 0, leftBy: [] });
      await keep(store, { runId: "a", token: first!.run.token, records: [sampleStep()] });
      assert.equal(await write(store, { runId: "b", token: first!.run.token, change: CANCELLED }), "refused");
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: LATER_MS })), ["b"]);
      await store.release({ incarnation: "worker-2", runIds: [] });
      await assertRun(store, "a", { owner: "worker-1" });
    },
  },
];
