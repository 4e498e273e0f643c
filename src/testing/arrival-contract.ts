// The store's contract: steps that wait for events and for the ends of runs. Part of store-contract.ts.
import assert from "node:assert/strict";
import { encodeValue } from "../core/value-codec.ts";
import { matchOf } from "../durable/event-match.ts";
import type { EventRecord, StepRecord, Wait } from "../durable/journal.ts";
import type { Store } from "../durable/store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep } from "./journal-samples.ts";
import {
  COMPLETED,
  acceptRuns,
  assertRun,
  claim,
  claimedRuns,
  enter,
  keep,
  write,
  type StoreCase,
} from "./store-case.ts";

const LATER_MS = SAMPLE_MS + 1_000;
const FOR_PAID: Wait = { kind: "event", event: "invoice.paid", match: null };

/** A step that waits, for `invoice.paid` unless the fields say otherwise. */
function waiting(fields: Partial<StepRecord> = {}): StepRecord {
  return sampleStep({ key: "Paid?", kind: "waitForEvent", state: "waiting", wait: FOR_PAID, ...fields });
}
function paid(id: string, fields: Partial<EventRecord> = {}): EventRecord {
  return sampleEvent({ id, name: "invoice.paid", ...fields });
}
async function accept(store: Store, ...events: readonly EventRecord[]): Promise<void> {
  await store.accept({ events, runId: ({ id }) => `run of ${id}` });
}
/** What has come by then, as `step source`. */
async function arrived(store: Store, nowMs = LATER_MS, incarnation = "worker-1"): Promise<readonly string[]> {
  return (await store.arrivals({ incarnation, nowMs })).map(({ key, source }) => `${key} ${source}`);
}
/** The run "a", whose step waits. */
async function waitingRun(store: Store, fields: Partial<StepRecord> = {}): Promise<void> {
  await claimedRuns(store, ["a"]);
  await keep(store, { runId: "a", records: [waiting(fields)] });
}

export const arrivalCases: readonly StoreCase[] = [
  {
    name: "an event comes to a wait that was registered before it, with all that was sent",
    async check(openStore) {
      const store = await openStore();
      await waitingRun(store);
      await accept(store, paid("e1", { data: encodeValue({ id: 7 }) }), sampleEvent({ id: "e2", name: "other" }));
      const [arrival, ...others] = await store.arrivals({ incarnation: "worker-1", nowMs: LATER_MS });
      assert.deepEqual(others, []);
      assert.deepEqual(
        { ...arrival, event: arrival?.event?.data },
        { runId: "a", key: "Paid?", source: "e1", dueMs: SAMPLE_MS, event: encodeValue({ id: 7 }), run: null },
      );
    },
  },
  {
    name: "an event comes to a wait that is registered after it, if it was accepted since the run was",
    async check(openStore) {
      const store = await openStore();
      await accept(store, paid("too early"));
      await claimedRuns(store, ["a"]);
      await accept(store, paid("e1"), paid("e2"));
      await keep(store, { runId: "a", records: [waiting()] });
      assert.deepEqual(await arrived(store), ["Paid? e1", "Paid? e2"]);
    },
  },
  {
    name: "the event that started the run is none that it waits for",
    async check(openStore) {
      const store = await openStore();
      await waitingRun(store, { wait: { kind: "event", event: "sample", match: null } });
      assert.deepEqual(await arrived(store), []);
      await accept(store, sampleEvent({ id: "another", name: "sample" }));
      assert.deepEqual(await arrived(store), ["Paid? another"]);
    },
  },
  {
    name: "a wait with a match is for the events that have it, before it and after it",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      const data = (id: number, tags: readonly string[] = []) => ({ data: encodeValue({ id, order: { tags } }) });
      await accept(store, paid("e1", data(1)), paid("e2", data(2)));
      const match = matchOf({ id: 2 });
      const list = matchOf({ order: { tags: ["x"] } });
      await keep(store, {
        runId: "a",
        records: [
          waiting({ key: "by id", wait: { kind: "event", event: "invoice.paid", match } }),
          waiting({ key: "by list", wait: { kind: "event", event: "invoice.paid", match: list } }),
        ],
      });
      await accept(
        store,
        paid("e3", data(2, ["x"])),
        paid("e4", data(3, ["x", "y"])),
        paid("e5", { data: encodeValue(null) }),
      );
      assert.deepEqual(await arrived(store), ["by id e2", "by id e3", "by list e3"]);
    },
  },
  {
    name: "what an earlier wait of the run ended with comes to no later one; waits that are open together both see an event",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await keep(store, { runId: "a", records: [waiting({ key: "1" }), waiting({ key: "2" })] });
      await accept(store, paid("e1"));
      assert.deepEqual(await arrived(store), ["1 e1", "2 e1"]);
      const ended = sampleStep({ key: "1", kind: "waitForEvent", source: "e1", sequence: 1 });
      await keep(store, { runId: "a", records: [ended, waiting({ key: "3" })] });
      assert.deepEqual(await arrived(store), ["2 e1"]);
      await accept(store, paid("e2"));
      assert.deepEqual(await arrived(store), ["2 e1", "2 e2", "3 e2"]);
    },
  },
  {
    name: "an event matches if it takes effect by the deadline, and only from then on; the first to take effect is the first",
    async check(openStore) {
      const store = await openStore();
      await waitingRun(store, { dueMs: LATER_MS });
      await accept(store, paid("delayed", { dueMs: LATER_MS }), paid("too late", { dueMs: LATER_MS + 1 }), paid("now"));
      assert.deepEqual(await arrived(store, SAMPLE_MS), ["Paid? now"]);
      assert.deepEqual(await arrived(store, LATER_MS * 2), ["Paid? now", "Paid? delayed"]);
    },
  },
  {
    name: "a wait is closed only while nothing has come: what was accepted in time is not missed",
    async check(openStore) {
      const store = await openStore();
      await waitingRun(store, { dueMs: LATER_MS });
      await accept(store, paid("e1"));
      const close = { runId: "a", records: [waiting({ dueMs: LATER_MS, wait: null })] };
      assert.equal(await write(store, close), "arrived");
      assert.deepEqual(await arrived(store), ["Paid? e1"]);
      await keep(store, { runId: "a", records: [waiting({ key: "Refund?" })], saveId: 2 });
      assert.equal(
        await write(store, { runId: "a", records: [waiting({ key: "Nothing?", wait: null })], saveId: 3 }),
        "kept",
      );
    },
  },
  {
    name: "nothing comes to a wait that is closed or over, or whose run has ended",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      await keep(store, { runId: "a", records: [waiting({ key: "closed" }), waiting({ key: "over" })] });
      await keep(store, { runId: "b", records: [waiting()] });
      await keep(store, { runId: "a", records: [waiting({ key: "closed", wait: null })], saveId: 2 });
      await keep(store, { runId: "a", records: [sampleStep({ key: "over", kind: "waitForEvent" })], saveId: 3 });
      await keep(store, { runId: "b", records: [], change: COMPLETED, saveId: 2 });
      await accept(store, paid("e1"));
      assert.deepEqual(await arrived(store), []);
    },
  },
  {
    name: "what comes for a run that has left memory makes it due; what came while it left does, too",
    async check(openStore) {
      const store = await openStore();
      await waitingRun(store);
      const leave = { kind: "suspend", status: "waiting", dueMs: null, waits: ["Paid?"] } as const;
      await keep(store, { runId: "a", change: leave, saveId: 2 });
      await assertRun(store, "a", { status: "waiting", dueMs: null, owner: null });
      assert.deepEqual(await claim(store, "worker-1", { nowMs: LATER_MS }), []);
      await accept(store, paid("e1", { dueMs: LATER_MS }));
      await assertRun(store, "a", { dueMs: LATER_MS });
      const [claimed] = await claim(store, "worker-1", { nowMs: LATER_MS });
      assert.equal(claimed?.run.id, "a");
      await keep(store, { runId: "a", token: 2, change: leave, saveId: 1 });
      await assertRun(store, "a", { dueMs: LATER_MS, owner: null });
    },
  },
  {
    name: "what comes for a wait that was cut off does not wake a run that has left memory without it; its owner still hears of it",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await keep(store, { runId: "a", records: [waiting({ key: "cut off" }), waiting({ key: "open" })] });
      await accept(store, paid("e1"));
      const leave = { kind: "suspend", status: "retrying", dueMs: LATER_MS, waits: [] } as const;
      await keep(store, { runId: "a", change: leave, saveId: 2 });
      await accept(store, paid("e2"));
      await assertRun(store, "a", { dueMs: LATER_MS });
      await claim(store, "worker-1", { nowMs: LATER_MS });
      assert.equal((await arrived(store)).length, 4);
      await keep(store, { runId: "a", token: 2, change: { ...leave, dueMs: null, waits: ["open"] } });
      await assertRun(store, "a", { dueMs: SAMPLE_MS });
    },
  },
  {
    name: "the end of a run comes to what waits for it, whichever was first, and wakes it",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "child"]);
      const wait: Wait = { kind: "run", runId: "child" };
      await keep(store, { runId: "a", records: [waiting({ key: "before", kind: "invoke", wait })] });
      await keep(store, {
        runId: "a",
        change: { kind: "suspend", status: "waiting", dueMs: null, waits: ["before"] },
        saveId: 2,
      });
      await keep(store, { runId: "child", change: COMPLETED });
      const [claimed] = await claim(store, "worker-1", { nowMs: LATER_MS * 2 });
      assert.equal(claimed?.run.id, "a");
      await keep(store, { runId: "a", token: 2, records: [waiting({ key: "after", kind: "invoke", wait })] });
      const arrivals = await store.arrivals({ incarnation: "worker-1", nowMs: LATER_MS * 2 });
      assert.deepEqual(arrivals.map(({ key }) => key).toSorted(), ["after", "before"]);
      for (const { source, run, event } of arrivals)
        assert.deepEqual([source, run?.status, run?.output, event], ["child", "completed", COMPLETED.output, null]);
    },
  },
  {
    name: "a run that is cancelled before it began comes to what waits for it, too",
    async check(openStore) {
      const store = await openStore();
      await waitingRun(store, { kind: "invoke", wait: { kind: "run", runId: "child" } });
      await acceptRuns(store, ["child"]);
      await store.requestCancel({ runId: "child", nowMs: LATER_MS });
      assert.deepEqual(await arrived(store), ["Paid? child"]);
    },
  },
  {
    name: "a worker hears of its own runs alone, and of what came while nobody had them",
    async check(openStore) {
      const store = await openStore();
      await waitingRun(store);
      await accept(store, paid("e1"));
      assert.deepEqual(await arrived(store, LATER_MS, "worker-2"), []);
      await store.leaveWorker({ incarnation: "worker-1" });
      await accept(store, paid("e2"));
      await enter(store, "worker-2");
      await claim(store, "worker-2");
      assert.deepEqual(await arrived(store, LATER_MS, "worker-2"), ["Paid? e1", "Paid? e2"]);
    },
  },
];
