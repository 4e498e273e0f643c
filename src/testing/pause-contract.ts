// The store's contract: runs that stand still, and which worker's code a run is given to. Part of store-contract.ts.
import assert from "node:assert/strict";
import type { Store } from "../durable/store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker } from "./journal-samples.ts";
import {
  ASLEEP,
  CANCELLED,
  COMPLETED,
  FUNCTION_ID,
  PAUSED,
  acceptRuns,
  assertRun,
  claim,
  claimedRuns,
  enter,
  idsOf,
  keep,
  type StoreCase,
} from "./store-case.ts";

const LATER_MS = SAMPLE_MS + 100_000;
const NOTE = "somebody asked for it";

/** The runs that a worker with this code is given. */
async function claimWith(store: Store, incarnation: string, version: string | undefined): Promise<readonly string[]> {
  const versions = version === undefined ? {} : { [FUNCTION_ID]: version };
  const claimant = { incarnation, functionIds: [FUNCTION_ID], versions };
  return idsOf(await store.claim({ ...claimant, limit: 9, nowMs: LATER_MS }));
}
async function enterWith(store: Store, incarnation: string, version: string): Promise<void> {
  await store.enterWorker(sampleWorker({ incarnation, versions: { [FUNCTION_ID]: version } }));
}
/** The run "a", which a worker with this version has begun, and that sleeps until SAMPLE_MS + 60 s. */
async function begunWith(store: Store, incarnation: string, version: string): Promise<void> {
  await acceptRuns(store, ["a"]);
  await enterWith(store, incarnation, version);
  assert.deepEqual(await claimWith(store, incarnation, version), ["a"]);
  await assertRun(store, "a", { version });
  await keep(store, { runId: "a", change: ASLEEP }, incarnation);
}

const askedCases: readonly StoreCase[] = [
  {
    name: "a run that nobody has stands still at once, whatever comes, and is due when it is resumed",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await keep(store, { runId: "a", change: { ...ASLEEP, waits: ["Paid?"] }, records: [waiting()] });
      assert.equal(await store.requestPause({ runId: "a", note: NOTE }), true);
      await assertRun(store, "a", { status: "paused", dueMs: null, note: NOTE, isPauseRequested: true });
      await store.accept({ events: [sampleEvent({ id: "e1", name: "paid" })], runId: ({ id }) => id });
      await store.offerPaused({ functionIds: [FUNCTION_ID], nowMs: LATER_MS });
      assert.deepEqual(await claim(store, "worker-1", { nowMs: LATER_MS }), []);
      assert.equal(await store.resume({ runId: "a", nowMs: LATER_MS }), true);
      await assertRun(store, "a", { status: "queued", dueMs: LATER_MS, note: null, isPauseRequested: false });
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: LATER_MS })), ["a"]);
      const arrivals = await store.arrivals({ incarnation: "worker-1", nowMs: LATER_MS });
      assert.deepEqual(
        arrivals.map(({ source }) => source),
        ["e1"],
      );
    },
  },
  {
    name: "a run that a worker has stays the worker's, which hears of it, and stands still once it leaves memory",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      await store.requestPause({ runId: "a", note: NOTE });
      await assertRun(store, "a", { status: "running", owner: "worker-1" });
      assert.deepEqual(await store.requests({ incarnation: "worker-1" }), [{ runId: "a", kind: "pause" }]);
      assert.deepEqual(await store.requests({ incarnation: "worker-2" }), []);
      await keep(store, { runId: "a", records: [sampleStep()], change: ASLEEP });
      await assertRun(store, "a", { status: "paused", dueMs: null, owner: null, note: NOTE });
    },
  },
  {
    name: "a pause outlives the worker that had the run, in whatever way it goes",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      for (const runId of ["a", "b"]) await store.requestPause({ runId, note: NOTE });
      await store.release({ incarnation: "worker-1", runIds: ["b"] });
      await assertRun(store, "a", { status: "paused", dueMs: null, note: NOTE });
      await store.buryWorker({ incarnation: "worker-1", description: "gone", nowMs: LATER_MS });
      await assertRun(store, "b", { status: "paused", dueMs: null, note: NOTE, deaths: 1 });
    },
  },
  {
    name: "a run that ends meanwhile has ended, and one that is resumed meanwhile goes on",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      for (const runId of ["a", "b"]) await store.requestPause({ runId, note: NOTE });
      await keep(store, { runId: "a", change: COMPLETED });
      await assertRun(store, "a", { status: "completed" });
      assert.equal(await store.resume({ runId: "b", nowMs: LATER_MS }), true);
      await assertRun(store, "b", { status: "running", owner: "worker-1" });
      await keep(store, { runId: "b", change: ASLEEP });
      await assertRun(store, "b", { status: "sleeping", dueMs: ASLEEP.dueMs });
    },
  },
  {
    name: "a run that is to end does not stand still, and one that stands still ends when it is asked to",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      await store.requestCancel({ runId: "a", nowMs: LATER_MS });
      assert.equal(await store.requestPause({ runId: "a", note: NOTE }), false);
      await store.requestPause({ runId: "b", note: NOTE });
      await keep(store, { runId: "b", change: ASLEEP });
      assert.equal(await store.requestCancel({ runId: "b", nowMs: LATER_MS }), true);
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: LATER_MS })), ["b"]);
      await keep(store, { runId: "b", token: 2, change: CANCELLED });
      for (const runId of ["b", "unknown"]) {
        assert.equal(await store.requestPause({ runId, note: NOTE }), false);
        assert.equal(await store.resume({ runId, nowMs: LATER_MS }), false);
      }
    },
  },
];

const codeCases: readonly StoreCase[] = [
  {
    name: "a run that does not fit is offered to the other workers that have its function, and is paused when none will have it",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await enter(store, "worker-2");
      await keep(store, { runId: "a", change: PAUSED });
      await assertRun(store, "a", { status: "queued", dueMs: PAUSED.atMs, owner: null });
      const asked = { functionIds: [FUNCTION_ID] };
      assert.equal(await store.nextDueMs({ ...asked, incarnation: "worker-1" }), null);
      assert.equal(await store.nextDueMs({ ...asked, incarnation: "worker-2" }), PAUSED.atMs);
      assert.deepEqual(await claim(store, "worker-1", { nowMs: LATER_MS }), []);
      assert.deepEqual(idsOf(await claim(store, "worker-2", { nowMs: LATER_MS })), ["a"]);
      await keep(store, { runId: "a", token: 2, change: PAUSED }, "worker-2");
      await assertRun(store, "a", { status: "paused", dueMs: null, note: PAUSED.note });
      await store.resume({ runId: "a", nowMs: LATER_MS });
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: LATER_MS })), ["a"]);
    },
  },
  {
    name: "a run that was left to a worker which is gone is paused if nobody else will have it",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await enter(store, "worker-2");
      await keep(store, { runId: "a", change: PAUSED });
      await store.buryWorker({ incarnation: "worker-2", description: "gone", nowMs: LATER_MS });
      await assertRun(store, "a", { status: "paused", dueMs: null, note: PAUSED.note });
    },
  },
  {
    name: "a run stays with the workers that have its version, and goes to another's code when none of them is left",
    async check(openStore) {
      const store = await openStore();
      await begunWith(store, "old", "1");
      await enterWith(store, "new", "2");
      const newOne = { incarnation: "new", functionIds: [FUNCTION_ID], versions: { [FUNCTION_ID]: "2" } };
      assert.deepEqual(await claimWith(store, "new", "2"), []);
      assert.equal(await store.nextDueMs(newOne), null);
      assert.deepEqual(await claimWith(store, "unversioned", undefined), []);
      await store.leaveWorker({ incarnation: "old" });
      assert.equal(await store.nextDueMs(newOne), ASLEEP.dueMs);
      assert.deepEqual(await claimWith(store, "new", "2"), ["a"]);
      await assertRun(store, "a", { version: "2" });
    },
  },
  {
    name: "a run that has no version goes to any code, and has the version of the last that had one",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await assertRun(store, "a", { version: null });
      await keep(store, { runId: "a", change: ASLEEP });
      await enterWith(store, "new", "2");
      assert.deepEqual(await claimWith(store, "new", "2"), ["a"]);
      await assertRun(store, "a", { version: "2" });
      await keep(store, { runId: "a", token: 2, change: ASLEEP }, "new");
      await store.leaveWorker({ incarnation: "new" });
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: LATER_MS })), ["a"]);
      await assertRun(store, "a", { version: "2" });
    },
  },
];

/** For an event of the name "paid". */
function waiting() {
  const wait = { kind: "event", event: "paid", match: null } as const;
  return sampleStep({ key: "Paid?", kind: "waitForEvent", state: "waiting", wait });
}

export const pauseCases: readonly StoreCase[] = [...askedCases, ...codeCases];
