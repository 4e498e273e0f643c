// The store's contract: runs that replay others, and what is removed. Part of store-contract.ts.
import assert from "node:assert/strict";
import type { Store } from "../durable/store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep } from "./journal-samples.ts";
import {
  ASLEEP,
  COMPLETED,
  FUNCTION_ID,
  OTHER_FUNCTION_ID,
  acceptRuns,
  assertRun,
  claim,
  claimedRuns,
  enter,
  idsOf,
  keep,
  keysOf,
  runOf,
  type StoreCase,
} from "./store-case.ts";

const LATER_MS = SAMPLE_MS + 100_000;
const MUCH_LATER_MS = SAMPLE_MS + 1_000_000;

const replayCases: readonly StoreCase[] = [
  {
    name: "a replay is a new run of the same function and event, with the records that were asked for",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      const records = ["1", "2", "3"].map((key, place) => sampleStep({ key, sequence: place + 1 }));
      await keep(store, { runId: "a", records, change: COMPLETED });
      const before = await runOf(store, "a");
      assert.equal(await store.replay({ runId: "a", newRunId: "b", keys: ["1", "2"], nowMs: LATER_MS }), true);
      await assertRun(store, "b", { status: "queued", dueMs: LATER_MS, createdMs: LATER_MS, replayOf: "a", token: 0 });
      await assertRun(store, "b", { functionId: FUNCTION_ID, eventId: "a", startedMs: null, output: null });
      assert.deepEqual(await keysOf(store, "b"), ["1", "2"]);
      const [claimed] = await claim(store, "worker-1", { nowMs: LATER_MS });
      assert.deepEqual([claimed!.run.id, claimed!.event.id, claimed!.records.length], ["b", "a", 2]);
      await keep(store, { runId: "b", records: [sampleStep({ key: "3", sequence: 3 })], change: COMPLETED });
      assert.deepEqual(await runOf(store, "a"), before);
    },
  },
  {
    name: "a run can be replayed more than once; its event still means the first one",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a"]);
      for (const newRunId of ["b", "c"])
        await store.replay({ runId: newRunId === "c" ? "b" : "a", newRunId, keys: [], nowMs: LATER_MS });
      await assertRun(store, "c", { replayOf: "b", eventId: "a" });
      const [again] = await store.accept({
        events: [sampleEvent({ id: "a" })],
        functionId: FUNCTION_ID,
        runId: () => "x",
      });
      assert.deepEqual([again!.result, again!.runs.map(({ id }) => id)], ["duplicate", ["a"]]);
      assert.equal((await store.runs({ eventId: "a", limit: 9 })).length, 3);
    },
  },
  {
    name: "of a run that is not there, nothing is started",
    async check(openStore) {
      const store = await openStore();
      assert.equal(await store.replay({ runId: "a", newRunId: "b", keys: [], nowMs: LATER_MS }), false);
      assert.equal(await store.run({ id: "b" }), undefined);
    },
  },
];

/** The functions are the app's, so that what they started is. */
async function registered(store: Store): Promise<void> {
  const functions = [FUNCTION_ID, OTHER_FUNCTION_ID].map((id) => ({ id, name: id, events: [], schedules: [] }));
  await store.register({ app: "app", functions });
}
function prune(store: Store, beforeMs = MUCH_LATER_MS, { app = "app", limit = 100 } = {}): Promise<number> {
  return store.prune({ app, beforeMs, limit });
}
async function left(store: Store): Promise<readonly string[]> {
  return (await store.runs({ limit: 100 })).map(({ run }) => run.id).toSorted();
}
/** Whether the event is still kept: it would then be a duplicate. */
async function isKept(store: Store, id: string): Promise<boolean> {
  const event = sampleEvent({ id, name: "other", acceptedMs: MUCH_LATER_MS });
  return (await store.accept({ events: [event], runId: () => "x" }))[0]!.result !== "accepted";
}

const pruneCases: readonly StoreCase[] = [
  {
    name: "what ended before then is removed with its records and its event; what lives, or ended later, stays",
    async check(openStore) {
      const store = await openStore();
      await registered(store);
      await claimedRuns(store, ["ended", "lives", "later"]);
      await keep(store, { runId: "ended", records: [sampleStep()], change: COMPLETED });
      await keep(store, { runId: "later", change: { ...COMPLETED, atMs: MUCH_LATER_MS } });
      assert.equal(await prune(store), 2);
      assert.deepEqual(await left(store), ["later", "lives"]);
      assert.deepEqual(await keysOf(store, "ended"), []);
      assert.equal(await prune(store), 0);
      assert.deepEqual([await isKept(store, "lives"), await isKept(store, "ended")], [true, false]);
    },
  },
  {
    name: "an event that came after the one of a run that lives stays, as long as the run does",
    async check(openStore) {
      const store = await openStore();
      await registered(store);
      const events = (...ids: string[]) => ids.map((id) => sampleEvent({ id, name: "news" }));
      await store.accept({ events: events("before"), runId: ({ id }) => id });
      await claimedRuns(store, ["a"]);
      await store.accept({ events: events("since"), runId: ({ id }) => id });
      assert.equal(await prune(store), 1);
      await keep(store, { runId: "a", change: ASLEEP });
      assert.equal(await prune(store), 0);
      const [claimed] = await claim(store, "worker-1", { nowMs: LATER_MS });
      const wait = { kind: "event", event: "news", match: null } as const;
      const waiting = sampleStep({ key: "News?", kind: "waitForEvent", state: "waiting", wait });
      await keep(store, { runId: "a", token: claimed!.run.token, records: [waiting] });
      const arrivals = await store.arrivals({ incarnation: "worker-1", nowMs: LATER_MS });
      assert.deepEqual(
        arrivals.map(({ source }) => source),
        ["since"],
      );
      await keep(store, { runId: "a", token: claimed!.run.token, saveId: 2, change: COMPLETED });
      assert.equal(await prune(store), 3);
    },
  },
  {
    name: "an event that stays without its run has started nothing any more: sent again, for a function, it does once more",
    async check(openStore) {
      const store = await openStore();
      await registered(store);
      await claimedRuns(store, ["lives", "ended"]);
      await keep(store, { runId: "ended", change: COMPLETED });
      assert.equal(await prune(store), 1);
      const again = { events: [sampleEvent({ id: "ended" })], runId: () => "once more" };
      assert.deepEqual(await store.accept(again), [{ eventId: "ended", result: "duplicate", runs: [] }]);
      const runs = [{ id: "once more", functionId: FUNCTION_ID }];
      const started = await store.accept({ ...again, functionId: FUNCTION_ID });
      assert.deepEqual(started, [{ eventId: "ended", result: "duplicate", runs }]);
      assert.deepEqual(await left(store), ["lives", "once more"]);
    },
  },
  {
    name: "a run for whose end another one waits stays until that has taken it",
    async check(openStore) {
      const store = await openStore();
      await registered(store);
      await claimedRuns(store, ["a", "child"]);
      const wait = { kind: "run", runId: "child" } as const;
      const waiting = sampleStep({ key: "Ask", kind: "invoke", state: "waiting", wait });
      await keep(store, { runId: "a", records: [waiting] });
      await keep(store, { runId: "child", change: COMPLETED });
      await prune(store);
      assert.deepEqual(await left(store), ["a", "child"]);
      await keep(store, { runId: "a", saveId: 2, records: [sampleStep({ key: "Ask", kind: "invoke" })] });
      await prune(store);
      assert.deepEqual(await left(store), ["a"]);
    },
  },
  {
    name: "an event that is due later, or has another app's run, stays, and so does that run",
    async check(openStore) {
      const store = await openStore();
      await registered(store);
      await store.register({
        app: "other",
        functions: [{ id: "other/f", name: "f", events: ["sample"], schedules: [] }],
      });
      await store.accept({ events: [sampleEvent({ id: "e1" })], runId: ({ id }) => `run of ${id}` });
      await store.requestCancel({ runId: "run of e1", nowMs: SAMPLE_MS });
      const delayed = sampleEvent({ id: "delayed", name: "none", dueMs: MUCH_LATER_MS });
      await store.accept({ events: [delayed], runId: ({ id }) => id });
      assert.equal(await prune(store), 0);
      assert.equal(await prune(store, MUCH_LATER_MS, { app: "other" }), 2);
      assert.deepEqual([await left(store), await isKept(store, "delayed")], [[], true]);
    },
  },
  {
    name: "at most so many are removed at once, the oldest first",
    async check(openStore) {
      const store = await openStore();
      await registered(store);
      await enter(store, "worker-1");
      await acceptRuns(store, ["a", "b", "c"]);
      const claimed = idsOf(await claim(store, "worker-1"));
      for (const [place, runId] of claimed.entries())
        await keep(store, { runId, change: { ...COMPLETED, atMs: SAMPLE_MS + 10 - place } });
      assert.equal(await prune(store, MUCH_LATER_MS, { limit: 2 }), 2);
      assert.deepEqual(await left(store), ["a"]);
      assert.equal(await prune(store, MUCH_LATER_MS, { limit: 2 }), 2);
      assert.equal(await prune(store, MUCH_LATER_MS, { limit: 2 }), 2);
      assert.equal(await prune(store, MUCH_LATER_MS, { limit: 2 }), 0);
    },
  },
];

export const replayAndPruneCases: readonly StoreCase[] = [...replayCases, ...pruneCases];
