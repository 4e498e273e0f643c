// The store's contract: runs that are asked to end. Part of store-contract.ts.
import assert from "node:assert/strict";
import { SAMPLE_MS, sampleStep } from "./journal-samples.ts";
import {
  ASLEEP,
  CANCELLED,
  COMPLETED,
  PAUSED,
  acceptRuns,
  assertRun,
  claim,
  claimedRuns,
  enter,
  idsOf,
  keep,
  keysOf,
  write,
  type StoreCase,
} from "./store-case.ts";

const LATER_MS = SAMPLE_MS + 77;

export const cancelCases: readonly StoreCase[] = [
  {
    name: "a run that no worker has had ends as cancelled at once, and never begins",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a"]);
      assert.equal(await store.requestCancel({ runId: "a", nowMs: LATER_MS }), true);
      await assertRun(store, "a", { status: "cancelled", endedMs: LATER_MS, dueMs: null, startedMs: null });
      await enter(store, "worker-1");
      assert.deepEqual(await claim(store, "worker-1", { nowMs: SAMPLE_MS * 2 }), []);
      assert.equal(await store.requestCancel({ runId: "a", nowMs: LATER_MS }), false);
      await acceptRuns(store, ["a"]);
      await assertRun(store, "a", { status: "cancelled" });
    },
  },
  {
    name: "a run that a worker has stays the worker's, which hears of it; nobody else does",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      assert.equal(await store.requestCancel({ runId: "a", nowMs: LATER_MS }), true);
      await assertRun(store, "a", { status: "running", owner: "worker-1", isCancelRequested: true, endedMs: null });
      assert.deepEqual(await store.requests({ incarnation: "worker-1" }), [{ runId: "a", kind: "cancel" }]);
      assert.deepEqual(await store.requests({ incarnation: "worker-2" }), []);
      assert.equal(await store.requestCancel({ runId: "a", nowMs: LATER_MS }), true);
    },
  },
  {
    name: "a run that was asked to end ends in no other way, and what it still records is kept",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await store.requestCancel({ runId: "a", nowMs: LATER_MS });
      await keep(store, { runId: "a", saveId: 1, records: [sampleStep({ key: "Close" })] });
      const ending = { runId: "a", records: [sampleStep({ key: "Last" })] };
      assert.equal(await write(store, { ...ending, saveId: 2, change: COMPLETED }), "cancelRequested");
      const failed = { ...COMPLETED, status: "failed", output: null, error: "[1]" } as const;
      assert.equal(await write(store, { ...ending, saveId: 3, change: failed }), "cancelRequested");
      assert.deepEqual(await keysOf(store, "a"), ["Close"]);
      assert.deepEqual(await store.saved({ incarnation: "worker-1", runIds: ["a"] }), [1]);
      await assertRun(store, "a", { status: "running", owner: "worker-1", endedMs: null });
      await keep(store, { runId: "a", saveId: 4, change: CANCELLED });
      await assertRun(store, "a", { status: "cancelled", endedMs: SAMPLE_MS + 9, owner: null, output: null });
      assert.equal(await store.requestCancel({ runId: "a", nowMs: LATER_MS }), false);
    },
  },
  {
    name: "a run that sleeps is due at once, and so is one that goes to sleep after it was asked",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      await keep(store, { runId: "a", change: ASLEEP });
      assert.equal(await store.requestCancel({ runId: "a", nowMs: SAMPLE_MS + 1 }), true);
      await store.requestCancel({ runId: "b", nowMs: SAMPLE_MS + 1 });
      await keep(store, { runId: "b", change: ASLEEP });
      const claimed = await claim(store, "worker-1", { nowMs: SAMPLE_MS + 1 });
      assert.deepEqual(idsOf(claimed).toSorted(), ["a", "b"]);
      assert.deepEqual(
        claimed.map(({ run }) => run.isCancelRequested),
        [true, true],
      );
    },
  },
  {
    name: "a run that is paused is due at once, and so is one that is paused after it was asked",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      await keep(store, { runId: "a", change: PAUSED });
      assert.equal(await store.requestCancel({ runId: "a", nowMs: SAMPLE_MS + 1 }), true);
      await store.requestCancel({ runId: "b", nowMs: SAMPLE_MS + 1 });
      await keep(store, { runId: "b", change: PAUSED });
      const claimed = await claim(store, "worker-1", { nowMs: SAMPLE_MS + 1 });
      assert.deepEqual(idsOf(claimed).toSorted(), ["a", "b"]);
    },
  },
  {
    name: "a request outlives the worker that had the run",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await store.requestCancel({ runId: "a", nowMs: LATER_MS });
      await store.buryWorker({ incarnation: "worker-1", description: "process 7 on web-1", nowMs: SAMPLE_MS });
      assert.equal(await store.requestCancel({ runId: "a", nowMs: LATER_MS }), true);
      await enter(store, "worker-2");
      const [taken] = await claim(store, "worker-2", { nowMs: LATER_MS });
      assert.deepEqual([taken!.run.isCancelRequested, taken!.run.status], [true, "running"]);
      assert.deepEqual(await store.requests({ incarnation: "worker-2" }), [{ runId: "a", kind: "cancel" }]);
      const { token } = taken!.run;
      assert.equal(await write(store, { runId: "a", token, change: COMPLETED }, "worker-2"), "cancelRequested");
      await keep(store, { runId: "a", token, change: CANCELLED }, "worker-2");
      assert.deepEqual(await store.requests({ incarnation: "worker-2" }), []);
    },
  },
  {
    name: "a run that has ended, or never was, is asked in vain and stays as it is",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await keep(store, { runId: "a", change: COMPLETED });
      assert.equal(await store.requestCancel({ runId: "a", nowMs: LATER_MS }), false);
      assert.equal(await store.requestCancel({ runId: "unknown", nowMs: LATER_MS }), false);
      await assertRun(store, "a", { status: "completed", isCancelRequested: false, endedMs: SAMPLE_MS + 9 });
      assert.deepEqual(await store.requests({ incarnation: "worker-1" }), []);
    },
  },
];
