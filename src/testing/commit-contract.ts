// The store's contract: what an owner writes. Part of store-contract.ts.
import assert from "node:assert/strict";
import { statesBefore, type RecordState, type StepRecord } from "../durable/journal.ts";
import { encodeValue } from "../core/value-codec.ts";
import { SAMPLE_MS, sampleStep, sampleWrite } from "./journal-samples.ts";
import {
  ASLEEP,
  CANCELLED,
  COMPLETED,
  FUNCTION_ID,
  PAUSED,
  assertRun,
  claim,
  claimedRuns,
  enter,
  idsOf,
  keep,
  keysOf,
  runOf,
  write,
  type StoreCase,
} from "./store-case.ts";

const STATES: readonly RecordState[] = ["started", "sleeping", "limited", "retrying", "cancelled", "settled", "ended"];

const full: StepRecord = sampleStep({
  key: "Outer/Charge#2",
  kind: "map",
  number: "1.2",
  name: "Charge",
  sequence: 7,
  status: "recovered",
  attempts: 3,
  dueMs: SAMPLE_MS + 0.5,
  startedMs: SAMPLE_MS + 0.25,
  endedMs: SAMPLE_MS + 1.75,
  value: encodeValue({ at: new Date(0) }),
  refs: {
    kind: "record",
    entries: [
      ["left", "Outer/a"],
      ["right", "Outer/b"],
    ],
  },
  error: encodeValue(new Error("no")),
  steps: 4,
  digest: "00ff",
  notes: { tags: ["money"], attributes: { amount: 1.5, isTest: true }, description: "charges" },
});

const recordCases: readonly StoreCase[] = [
  {
    name: "every field of a record is read back as it was written",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      const bare = sampleStep({ key: "Bare", state: "started" });
      await keep(store, { runId: "a", records: [full, bare] });
      const byKey = (await store.records({ id: "a" })).toSorted((left, right) => (left.key < right.key ? -1 : 1));
      assert.deepEqual(byKey, [bare, full]);
      assert.deepEqual(await store.records({ id: "b" }), []);
    },
  },
  {
    name: "the last record of a key counts, and only where it may follow the one before",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      for (const last of STATES) {
        for (const next of STATES) {
          const key = `${last} then ${next}`;
          await keep(store, { runId: "a", records: [sampleStep({ key, state: last })] });
          const result = await write(store, { runId: "a", records: [sampleStep({ key, state: next, attempts: 2 })] });
          const mayFollow = statesBefore(next).includes(last);
          assert.equal(result, mayFollow ? "kept" : "refused", key);
          const kept = (await store.records({ id: "a" })).find((record) => record.key === key)!;
          assert.deepEqual([kept.state, kept.attempts], mayFollow ? [next, 2] : [last, 1], key);
        }
      }
    },
  },
  {
    name: "no record follows an outcome, also within one commit or one write",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      const again = sampleStep({ value: encodeValue("charged again") });
      const results = await store.commit({
        incarnation: "worker-1",
        writes: [
          sampleWrite({ runId: "a", saveId: 1, records: [sampleStep()] }),
          sampleWrite({ runId: "a", saveId: 2, records: [again] }),
        ],
      });
      assert.deepEqual(results, ["kept", "refused"]);
      const [kept] = await store.records({ id: "a" });
      assert.equal(kept!.value, encodeValue("charged"));
    },
  },
  {
    name: "a write is kept whole or not at all: one record that may not follow refuses them all, and its change",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await keep(store, { runId: "a", records: [sampleStep()] });
      const records = [sampleStep({ key: "B" }), sampleStep(), sampleStep({ key: "C" })];
      assert.equal(await write(store, { runId: "a", saveId: 2, records, change: COMPLETED }), "refused");
      assert.deepEqual(await keysOf(store, "a"), ["Charge"]);
      await assertRun(store, "a", { status: "running", owner: "worker-1" });
    },
  },
];

const fencingCases: readonly StoreCase[] = [
  {
    name: "only the run's owner writes: another incarnation, token or run is refused",
    async check(openStore) {
      const store = await openStore();
      const [claimed] = await claimedRuns(store, ["a"]);
      await enter(store, "worker-2");
      const { token } = claimed!.run;
      const records = [sampleStep()];
      assert.equal(await write(store, { runId: "a", token, records }, "worker-2"), "refused");
      assert.equal(await write(store, { runId: "a", token: token + 1, records }), "refused");
      assert.equal(await write(store, { runId: "a", token: token - 1, records }), "refused");
      assert.equal(await write(store, { runId: "unknown", token, records }), "refused");
      assert.deepEqual(await keysOf(store, "a"), []);
      await keep(store, { runId: "a", token, records });
    },
  },
  {
    name: "a write that is refused leaves its neighbours alone; results are in the writes' order",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b", "c"]);
      const results = await store.commit({
        incarnation: "worker-1",
        writes: [
          sampleWrite({ runId: "c", saveId: 1, records: [sampleStep()] }),
          sampleWrite({ runId: "b", saveId: 2, token: 9, records: [sampleStep()] }),
          sampleWrite({ runId: "unknown", saveId: 3 }),
          sampleWrite({ runId: "a", saveId: 4, records: [sampleStep()] }),
          sampleWrite({ runId: "c", saveId: 5, records: [sampleStep({ key: "B" })], change: COMPLETED }),
        ],
      });
      assert.deepEqual(results, ["kept", "refused", "refused", "kept", "kept"]);
      assert.deepEqual(
        [await keysOf(store, "a"), await keysOf(store, "b"), await keysOf(store, "c")],
        [["Charge"], [], ["B", "Charge"]],
      );
    },
  },
  {
    name: "a write that is refused takes the later ones of its run in this commit with it: what is kept has no gap",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      await keep(store, { runId: "a", saveId: 1, records: [sampleStep()] });
      const results = await store.commit({
        incarnation: "worker-1",
        writes: [
          sampleWrite({ runId: "a", saveId: 2, records: [sampleStep()] }),
          sampleWrite({ runId: "b", saveId: 3, records: [sampleStep({ key: "B" })] }),
          sampleWrite({ runId: "a", saveId: 4, records: [sampleStep({ key: "B" })] }),
        ],
      });
      assert.deepEqual(results, ["refused", "kept", "refused"]);
      assert.deepEqual(await store.saved({ incarnation: "worker-1", runIds: ["a", "b"] }), [1, 3]);
      assert.deepEqual(await keysOf(store, "a"), ["Charge"]);
      await keep(store, { runId: "a", saveId: 5, records: [sampleStep({ key: "B" })] });
    },
  },
  {
    name: "after a run was suspended, paused or ended, its owner of before writes nothing more",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b", "c"]);
      for (const [runId, change] of [
        ["a", ASLEEP],
        ["b", PAUSED],
        ["c", COMPLETED],
      ] as const) {
        await keep(store, { runId, change });
        assert.equal(await write(store, { runId, saveId: 2, records: [sampleStep()] }), "refused");
        assert.equal(await write(store, { runId, saveId: 3, change: COMPLETED }), "refused");
        assert.deepEqual(await keysOf(store, runId), []);
      }
    },
  },
  {
    name: "saved is the last save that a run has kept of this incarnation, and 0 where there is none",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b", "c"]);
      await keep(store, { runId: "a", saveId: 4 });
      await keep(store, { runId: "a", saveId: 6, records: [sampleStep()] });
      await write(store, { runId: "a", saveId: 7, records: [sampleStep()] });
      await write(store, { runId: "b", saveId: 8, token: 9 });
      await keep(store, { runId: "c", saveId: 9, change: COMPLETED });
      const runIds = ["c", "a", "unknown", "b"];
      assert.deepEqual(await store.saved({ incarnation: "worker-1", runIds }), [9, 6, 0, 0]);
      assert.deepEqual(await store.saved({ incarnation: "worker-2", runIds }), [0, 0, 0, 0]);
      assert.deepEqual(await store.saved({ incarnation: "worker-1", runIds: [] }), []);
    },
  },
  {
    name: "saved is 0 once another has the run: what an owner of before kept is not the new one's",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await keep(store, { runId: "a", saveId: 4, change: ASLEEP });
      assert.deepEqual(await store.saved({ incarnation: "worker-1", runIds: ["a"] }), [4]);
      await enter(store, "worker-2");
      await claim(store, "worker-2", { nowMs: SAMPLE_MS + 60_000 });
      assert.deepEqual(await store.saved({ incarnation: "worker-1", runIds: ["a"] }), [0]);
      assert.deepEqual(await store.saved({ incarnation: "worker-2", runIds: ["a"] }), [0]);
    },
  },
];

const changeCases: readonly StoreCase[] = [
  {
    name: "a suspended run wants a worker when it is due, and not before",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b", "c"]);
      await keep(store, { runId: "a", change: ASLEEP });
      await keep(store, {
        runId: "b",
        change: { kind: "suspend", status: "retrying", dueMs: SAMPLE_MS + 5.5, waits: [] },
      });
      await keep(store, { runId: "c", change: { kind: "suspend", status: "queued", dueMs: SAMPLE_MS, waits: [] } });
      await assertRun(store, "a", { status: "sleeping", dueMs: SAMPLE_MS + 60_000, owner: null, endedMs: null });
      await assertRun(store, "b", { status: "retrying", dueMs: SAMPLE_MS + 5.5, owner: null });
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: SAMPLE_MS + 5.4 })), ["c"]);
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: SAMPLE_MS + 5.5 })), ["b"]);
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: SAMPLE_MS + 60_000 })), ["a"]);
    },
  },
  {
    name: "a paused run says why, and is due only when paused runs of its function are offered",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await keep(store, { runId: "a", change: PAUSED });
      await assertRun(store, "a", { status: "paused", note: "recorded: 2 Charge", dueMs: null, owner: null });
      assert.deepEqual(await claim(store, "worker-1", { nowMs: SAMPLE_MS * 2 }), []);
      await store.offerPaused({ functionIds: ["app/other"], nowMs: SAMPLE_MS + 5 });
      assert.equal((await runOf(store, "a")).status, "paused");
      await store.offerPaused({ functionIds: ["app/other", FUNCTION_ID], nowMs: SAMPLE_MS + 5 });
      await assertRun(store, "a", { status: "queued", dueMs: SAMPLE_MS + 5 });
      assert.deepEqual(idsOf(await claim(store, "worker-1", { nowMs: SAMPLE_MS + 5 })), ["a"]);
    },
  },
  {
    name: "offering leaves alone what is not paused",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["asleep", "ended", "running"]);
      await keep(store, { runId: "asleep", change: ASLEEP });
      await keep(store, { runId: "ended", change: COMPLETED });
      await store.offerPaused({ functionIds: [FUNCTION_ID], nowMs: SAMPLE_MS });
      await assertRun(store, "asleep", { status: "sleeping", dueMs: SAMPLE_MS + 60_000 });
      await assertRun(store, "ended", { status: "completed", dueMs: null });
      await assertRun(store, "running", { status: "running", owner: "worker-1" });
    },
  },
  {
    name: "an ended run has its outcome, in one write with its last records, and for good",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a", "b"]);
      await keep(store, { runId: "a", records: [sampleStep()], change: { ...COMPLETED, error: "[2]" } });
      await keep(store, { runId: "b", change: { kind: "end", status: "failed", output: null, error: "[3]", atMs: 5 } });
      await assertRun(store, "a", {
        status: "completed",
        output: "[1]",
        error: "[2]",
        endedMs: SAMPLE_MS + 9,
        owner: null,
        dueMs: null,
      });
      await assertRun(store, "b", { status: "failed", output: null, error: "[3]", endedMs: 5 });
      assert.deepEqual(await keysOf(store, "a"), ["Charge"]);
      assert.deepEqual(await claim(store, "worker-1", { nowMs: SAMPLE_MS * 2 }), []);
      assert.equal(await store.nextDueMs({ incarnation: "worker-1", functionIds: [FUNCTION_ID] }), null);
      assert.equal(await write(store, { runId: "a", saveId: 2, change: CANCELLED }), "refused");
      await assertRun(store, "a", { status: "completed" });
    },
  },
  {
    name: "a commit of nothing is nothing, and one of 500 writes is one",
    async check(openStore) {
      const store = await openStore();
      assert.deepEqual(await store.commit({ incarnation: "worker-1", writes: [] }), []);
      const ids = Array.from({ length: 100 }, (_nothing, place) => `run-${place}`);
      await claimedRuns(store, ids);
      const writes = Array.from({ length: 500 }, (_nothing, place) =>
        sampleWrite({ runId: ids[place % 100]!, saveId: place + 1, records: [sampleStep({ key: `Step ${place}` })] }),
      );
      const results = await store.commit({ incarnation: "worker-1", writes });
      assert.deepEqual(new Set(results), new Set(["kept"]));
      assert.equal((await keysOf(store, "run-7")).length, 5);
      assert.deepEqual(await store.saved({ incarnation: "worker-1", runIds: ["run-7"] }), [408]);
    },
  },
];

export const commitCases: readonly StoreCase[] = [...recordCases, ...fencingCases, ...changeCases];
