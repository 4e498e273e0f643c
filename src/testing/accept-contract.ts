// The store's contract: what is accepted, what it starts, and what is registered. Part of store-contract.ts.
import assert from "node:assert/strict";
import type { FunctionRecord } from "../durable/journal.ts";
import type { Store } from "../durable/store.ts";
import { encodeValue } from "../core/value-codec.ts";
import { SAMPLE_MS, sampleEvent, sampleWorker } from "./journal-samples.ts";
import { FUNCTION_ID, OTHER_FUNCTION_ID, assertRun, claim, enter, idsOf, type StoreCase } from "./store-case.ts";

const charge: FunctionRecord = { id: FUNCTION_ID, name: "Charge", events: ["invoice.created"], schedules: [] };
const notify: FunctionRecord = {
  id: OTHER_FUNCTION_ID,
  name: "Notify",
  events: ["invoice.created", "invoice.paid"],
  schedules: [],
};

function runId({ id }: { readonly id: string }, functionId: string): string {
  return `${id} ${functionId}`;
}

/** Accepts events for whoever listens. */
function accept(store: Store, ...events: Parameters<typeof sampleEvent>[0][]) {
  return store.accept({
    events: events.map((fields) => sampleEvent({ name: "invoice.created", ...fields })),
    runId,
  });
}
async function listening(store: Store, ...functions: FunctionRecord[]): Promise<void> {
  await store.register({ app: "app", functions });
}
async function runIds(store: Store): Promise<string[]> {
  return (await store.runs({ limit: 10_000 })).map(({ run }) => run.id).toReversed();
}

const startCases: readonly StoreCase[] = [
  {
    name: "accept starts a run for each registered function that listens to the event's name",
    async check(openStore) {
      const store = await openStore();
      await listening(store, charge, notify);
      const accepted = await accept(store, { id: "a" }, { id: "b", name: "invoice.paid" }, { id: "c", name: "other" });
      assert.deepEqual(
        accepted.map(({ eventId, result, runs }) => [
          eventId,
          result,
          runs.map(({ functionId }) => functionId).toSorted(),
        ]),
        [
          ["a", "accepted", [FUNCTION_ID, OTHER_FUNCTION_ID]],
          ["b", "accepted", [OTHER_FUNCTION_ID]],
          ["c", "accepted", []],
        ],
      );
      assert.equal((await runIds(store)).length, 3);
      await assertRun(store, runId({ id: "b" }, OTHER_FUNCTION_ID), {
        functionId: OTHER_FUNCTION_ID,
        eventId: "b",
        status: "queued",
        dueMs: SAMPLE_MS,
        owner: null,
        createdMs: SAMPLE_MS,
        startedMs: null,
        endedMs: null,
        output: null,
        error: null,
        note: null,
        leftBy: [],
        isCancelRequested: false,
      });
    },
  },
  {
    name: "accept starts the one function that is named instead, whether it listens or not",
    async check(openStore) {
      const store = await openStore();
      await listening(store, charge, notify);
      for (const functionId of [OTHER_FUNCTION_ID, "app/unknown"]) {
        const [accepted] = await store.accept({ events: [sampleEvent({ id: functionId })], functionId, runId });
        assert.deepEqual(accepted!.runs, [{ id: runId({ id: functionId }, functionId), functionId }]);
      }
      assert.equal((await runIds(store)).length, 2);
    },
  },
  {
    name: "an id that was accepted before starts nothing again, and its runs are given",
    async check(openStore) {
      const store = await openStore();
      await listening(store, charge);
      const [first, inTheSameBatch] = await accept(store, { id: "a" }, { id: "a" });
      const [later] = await accept(store, { id: "a", acceptedMs: SAMPLE_MS + 5, ts: 7 });
      assert.deepEqual([first!.result, inTheSameBatch!.result, later!.result], ["accepted", "duplicate", "duplicate"]);
      for (const { runs } of [inTheSameBatch!, later!]) assert.deepEqual(runs, first!.runs);
      assert.deepEqual(await runIds(store), [runId({ id: "a" }, FUNCTION_ID)]);
      await assertRun(store, runId({ id: "a" }, FUNCTION_ID), { createdMs: SAMPLE_MS });
    },
  },
  {
    name: "an id starts each function once: one that is named later has a run of its own, one that registers later has none",
    async check(openStore) {
      const store = await openStore();
      await listening(store, charge);
      await accept(store, { id: "a" });
      await listening(store, charge, notify);
      await accept(store, { id: "a" });
      assert.equal((await runIds(store)).length, 1);
      const named = {
        events: [sampleEvent({ id: "a", name: "invoice.created" })],
        functionId: OTHER_FUNCTION_ID,
        runId,
      };
      for (let round = 0; round < 2; round++) {
        const [again] = await store.accept(named);
        assert.equal(again!.result, "duplicate");
        assert.equal(again!.runs.length, 2);
      }
    },
  },
  {
    name: "an id with another name or other data is a conflict: nothing of it is kept, and its neighbours are",
    async check(openStore) {
      const store = await openStore();
      await listening(store, charge, notify);
      await accept(store, { id: "a", data: encodeValue(1) });
      const results = await accept(
        store,
        { id: "b" },
        { id: "a", data: encodeValue(2) },
        { id: "a", data: encodeValue(1), name: "invoice.paid" },
        { id: "c" },
      );
      assert.deepEqual(
        results.map(({ result }) => result),
        ["accepted", "conflict", "conflict", "accepted"],
      );
      const found = await store.run({ id: runId({ id: "a" }, FUNCTION_ID) });
      assert.deepEqual([found?.event.data, found?.event.name], [encodeValue(1), "invoice.created"]);
      assert.equal((await runIds(store)).length, 6);
    },
  },
  {
    name: "accept is atomic: where it rejects before its end, nothing of it was kept",
    async check(openStore) {
      const store = await openStore();
      const events = [sampleEvent({ id: "a" }), sampleEvent({ id: "b" })];
      const refusing = (event: { readonly id: string }): string => assert.fail(`no run for ${event.id}`);
      const failing = store.accept({
        events,
        functionId: FUNCTION_ID,
        runId: (event) => (event.id === "a" ? "a" : refusing(event)),
      });
      await assert.rejects(failing, /no run for b/);
      assert.deepEqual(await runIds(store), []);
      const [again] = await store.accept({ events, functionId: FUNCTION_ID, runId });
      assert.equal(again!.result, "accepted");
    },
  },
  {
    name: "ids that look alike are different ids",
    async check(openStore) {
      const store = await openStore();
      const ids = [
        "a",
        "A",
        "a ",
        " a",
        "é",
        "e\u0301",
        "a\u200b",
        "1",
        "01",
        "1.0",
        "null",
        "a'b",
        'a"b',
        "a;--",
        "%",
        "_",
      ];
      const results = await accept(store, ...ids.map((id) => ({ id })));
      assert.deepEqual(new Set(results.map(({ result }) => result)), new Set(["accepted"]));
    },
  },
];

const registerCases: readonly StoreCase[] = [
  {
    name: "register replaces what a function listens to, and its name",
    async check(openStore) {
      const store = await openStore();
      await listening(store, charge);
      await listening(store, { ...charge, name: "Charge cards", events: ["invoice.paid"], schedules: [] });
      const [old, current] = await accept(store, { id: "a" }, { id: "b", name: "invoice.paid" });
      assert.deepEqual([old!.runs.length, current!.runs.length], [0, 1]);
      assert.deepEqual([...(await store.functionNames())], [[FUNCTION_ID, "Charge cards"]]);
    },
  },
  {
    name: "register forgets the app's other functions, and no other app's; their names stay known",
    async check(openStore) {
      const store = await openStore();
      await listening(store, charge);
      await store.register({ app: "elsewhere", functions: [{ ...charge, id: "elsewhere/charge", name: "Elsewhere" }] });
      await listening(store, notify);
      const [accepted] = await accept(store, { id: "a" });
      assert.deepEqual(accepted!.runs.map(({ functionId }) => functionId).toSorted(), [
        OTHER_FUNCTION_ID,
        "elsewhere/charge",
      ]);
      assert.equal((await store.functionNames()).get(FUNCTION_ID), "Charge");
    },
  },
  {
    name: "register keeps a function that a live worker of the app serves, until the worker is gone",
    async check(openStore) {
      const store = await openStore();
      await store.enterWorker(sampleWorker({ functionIds: [FUNCTION_ID] }));
      await listening(store, charge);
      await listening(store, notify);
      assert.equal((await accept(store, { id: "a" }))[0]!.runs.length, 2);
      await store.leaveWorker({ incarnation: "worker-1" });
      await listening(store, notify);
      assert.equal((await accept(store, { id: "b" }))[0]!.runs.length, 1);
    },
  },
  {
    name: "a function that was forgotten and comes back listens again",
    async check(openStore) {
      const store = await openStore();
      for (const functions of [[charge], [], [charge]]) await store.register({ app: "app", functions });
      assert.equal((await accept(store, { id: "a" }))[0]!.runs.length, 1);
    },
  },
];

const sizeCases: readonly StoreCase[] = [
  {
    name: "5,000 runs are accepted, claimed in the order of acceptance and each once",
    async check(openStore) {
      const store = await openStore();
      await enter(store, "worker-1");
      const ids = Array.from({ length: 5_000 }, (_nothing, place) => `event-${place}`);
      for (let begin = 0; begin < ids.length; begin += 500) {
        const events = ids.slice(begin, begin + 500).map((id) => sampleEvent({ id }));
        await store.accept({ events, functionId: FUNCTION_ID, runId: ({ id }) => id });
      }
      const claimed: string[] = [];
      for (let some = await claim(store, "worker-1"); some.length > 0; some = await claim(store, "worker-1")) {
        assert.equal(some.length, 100);
        claimed.push(...idsOf(some));
      }
      assert.deepEqual(claimed, ids);
    },
  },
];

export const acceptCases: readonly StoreCase[] = [...startCases, ...registerCases, ...sizeCases];
