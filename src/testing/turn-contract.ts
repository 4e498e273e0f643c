// The store's contract: whose turn it is, and how many runs of a function are at work at once. Part of store-contract.ts.
import assert from "node:assert/strict";
import type { Store } from "../durable/store.ts";
import { SAMPLE_MS, sampleWorker } from "./journal-samples.ts";
import {
  ASLEEP,
  COMPLETED,
  FUNCTION_ID,
  OTHER_FUNCTION_ID,
  PAUSED,
  acceptRuns,
  assertRun,
  claim,
  enter,
  idsOf,
  keep,
  runOf,
  type StoreCase,
} from "./store-case.ts";

const LATER_MS = SAMPLE_MS + 100_000;
const BOTH = [FUNCTION_ID, OTHER_FUNCTION_ID];

async function limitTo(store: Store, concurrency: number | undefined): Promise<void> {
  const limited = { id: FUNCTION_ID, name: "Charge", events: [], schedules: [], concurrency };
  const other = { id: OTHER_FUNCTION_ID, name: "Notify", events: [], schedules: [] };
  await store.register({ app: "app", functions: [limited, other] });
}
/** Runs of one function, named `a-0` to `a-9` and the like, each due a moment after the one before. */
async function backlog(
  store: Store,
  name: string,
  count: number,
  { functionId = FUNCTION_ID, sinceMs = SAMPLE_MS } = {},
): Promise<void> {
  for (let place = 0; place < count; place++)
    await acceptRuns(store, [`${name}-${place}`], { acceptedMs: sinceMs + place, functionId });
}
async function claimLater(store: Store, incarnation: string, limit = 100): Promise<string[]> {
  return idsOf(await claim(store, incarnation, { nowMs: LATER_MS, limit }));
}
function sortedIdsOf(claimed: Parameters<typeof idsOf>[0]): string[] {
  return idsOf(claimed).toSorted();
}
function nextDueMs(store: Store, functionIds: readonly string[] = BOTH): Promise<number | null> {
  return store.nextDueMs({ incarnation: "worker-1", functionIds });
}

const limitCases: readonly StoreCase[] = [
  {
    name: "of a function with a limit no more runs have an owner than that, the oldest first; others are given as ever",
    async check(openStore) {
      const store = await openStore();
      await limitTo(store, 2);
      await backlog(store, "a", 5);
      await backlog(store, "other", 5, { functionId: OTHER_FUNCTION_ID });
      for (const worker of ["worker-1", "worker-2"]) await enter(store, worker);
      const first = await claimLater(store, "worker-1");
      assert.deepEqual(
        first.filter((id) => id.startsWith("a")),
        ["a-0", "a-1"],
      );
      assert.equal(first.length, 7);
      assert.deepEqual(await claimLater(store, "worker-1"), []);
      assert.deepEqual(await claimLater(store, "worker-2"), []);
    },
  },
  {
    name: "each run of a limited function that leaves makes room for one: it ends, sleeps, does not fit, or is freed",
    async check(openStore) {
      const store = await openStore();
      await limitTo(store, 1);
      await backlog(store, "a", 7);
      await enter(store, "worker-1");
      await enter(store, "worker-2");
      const leave = async (id: string, how: (token: number) => Promise<unknown>): Promise<void> => {
        assert.deepEqual(await claimLater(store, "worker-1"), [id]);
        assert.deepEqual(await claimLater(store, "worker-2"), []);
        await how((await runOf(store, id)).token);
      };
      await leave("a-0", (token) => keep(store, { runId: "a-0", token, change: COMPLETED }));
      const dueMs = LATER_MS + 1;
      await leave("a-1", (token) => keep(store, { runId: "a-1", token, change: { ...ASLEEP, dueMs } }));
      await leave("a-2", async (token) => {
        await store.requestPause({ runId: "a-2", note: "later" });
        await keep(store, { runId: "a-2", token, change: ASLEEP });
      });
      await leave("a-3", (token) => keep(store, { runId: "a-3", token, change: { ...PAUSED, atMs: SAMPLE_MS } }));
      assert.deepEqual(await claimLater(store, "worker-2"), ["a-3"]); // it does not fit worker-1, and is older than a-4
      await store.release({ incarnation: "worker-2", runIds: [] });
      assert.deepEqual(await claimLater(store, "worker-2"), ["a-3"]);
      await enter(store, "worker-3");
      await store.leaveWorker({ incarnation: "worker-2" });
      assert.deepEqual(await claimLater(store, "worker-3"), ["a-3"]);
      assert.deepEqual(await claimLater(store, "worker-1"), []);
      await store.buryWorker({ incarnation: "worker-3", description: "process 7", nowMs: LATER_MS });
      assert.deepEqual(await claimLater(store, "worker-1"), ["a-4"]);
    },
  },
  {
    name: "however many workers claim at once, on one connection or on two, a limit is kept and used up",
    async check(openStore) {
      const stores = [await openStore(), await openStore()];
      await limitTo(stores[0]!, 5);
      await backlog(stores[0]!, "a", 40);
      const workers = ["worker-1", "worker-2", "worker-3", "worker-4"];
      for (const worker of workers) await enter(stores[0]!, worker);
      for (let round = 0; round < 3; round++) {
        const claims = Array.from({ length: 12 }, (_nothing, place) =>
          claim(stores[place % 2]!, workers[place % 4]!, { nowMs: LATER_MS, limit: 3 }),
        );
        const claimed = (await Promise.all(claims)).flat();
        assert.equal(claimed.length, 5);
        for (const { run } of claimed)
          await keep(stores[0]!, { runId: run.id, token: run.token, change: COMPLETED }, run.owner!);
      }
    },
  },
  {
    name: "a limit is what the function was registered with last, by whatever process, and outlasts its registration",
    async check(openStore) {
      const store = await openStore();
      await backlog(store, "a", 20);
      await enter(store, "worker-1");
      await limitTo(store, 3);
      await limitTo(store, 2);
      assert.equal((await claimLater(store, "worker-1")).length, 2);
      await limitTo(store, 6);
      assert.equal((await claimLater(store, "worker-1")).length, 4);
      await limitTo(store, 1);
      assert.deepEqual(await claimLater(store, "worker-1"), []);
      await store.leaveWorker({ incarnation: "worker-1" });
      await store.register({ app: "app", functions: [] });
      await enter(store, "worker-2");
      assert.equal((await claimLater(store, "worker-2")).length, 1);
      await limitTo(store, undefined);
      assert.equal((await claimLater(store, "worker-2")).length, 19);
    },
  },
  {
    name: "a function that has as many at work as it may is due to nobody; others are, and so is it once one has left",
    async check(openStore) {
      const store = await openStore();
      await limitTo(store, 1);
      await backlog(store, "a", 2);
      await enter(store, "worker-1");
      assert.equal(await nextDueMs(store), SAMPLE_MS);
      const [claimed] = await claim(store, "worker-1", { limit: 1 });
      assert.equal(await nextDueMs(store), null);
      await backlog(store, "other", 1, { functionId: OTHER_FUNCTION_ID, sinceMs: SAMPLE_MS + 50 });
      assert.equal(await nextDueMs(store), SAMPLE_MS + 50);
      await keep(store, { runId: "a-0", token: claimed!.run.token, change: COMPLETED });
      assert.equal(await nextDueMs(store), SAMPLE_MS + 1);
    },
  },
  {
    name: "a run that processes die of waits for room as any, and holds nobody else up meanwhile",
    async check(openStore) {
      const store = await openStore();
      await limitTo(store, 1);
      await backlog(store, "a", 1);
      for (const incarnation of ["gone-1", "gone-2"]) {
        await enter(store, incarnation);
        assert.deepEqual(await claimLater(store, incarnation), ["a-0"]);
        await store.buryWorker({ incarnation, description: incarnation, nowMs: LATER_MS });
      }
      await assertRun(store, "a-0", { deaths: 2 });
      await backlog(store, "b", 1);
      await enter(store, "busy");
      const busy = { incarnation: "busy", functionIds: BOTH, isIdle: false, nowMs: LATER_MS, limit: 9 };
      assert.deepEqual(idsOf(await store.claim(busy)), ["b-0"]);
      await backlog(store, "other", 1, { functionId: OTHER_FUNCTION_ID });
      await enter(store, "worker-1");
      assert.equal(await nextDueMs(store), SAMPLE_MS);
      assert.deepEqual(await claimLater(store, "worker-1"), ["other-0"]);
      await store.leaveWorker({ incarnation: "busy" });
      assert.deepEqual(await claimLater(store, "worker-1"), ["a-0"]);
    },
  },
];

const shareCases: readonly StoreCase[] = [
  {
    name: "where there is not room for all, functions share it, whatever their backlogs and whoever was first",
    async check(openStore) {
      const store = await openStore();
      await backlog(store, "loud", 30);
      await backlog(store, "quiet", 3, { functionId: OTHER_FUNCTION_ID, sinceMs: SAMPLE_MS + 500 });
      await enter(store, "worker-1");
      assert.deepEqual((await claimLater(store, "worker-1", 2)).toSorted(), ["loud-0", "quiet-0"]);
      const rest = await claimLater(store, "worker-1", 8);
      const ofLoud = ["loud-1", "loud-2", "loud-3", "loud-4", "loud-5", "loud-6"];
      assert.deepEqual(rest.toSorted(), [...ofLoud, "quiet-1", "quiet-2"]);
      assert.equal((await claimLater(store, "worker-1", 100)).length, 23);
    },
  },
  {
    name: "the function of which a worker has the fewest comes first, of those the one that has waited longest for a turn",
    async check(openStore) {
      const store = await openStore();
      await backlog(store, "loud", 9);
      await backlog(store, "quiet", 9, { functionId: OTHER_FUNCTION_ID, sinceMs: SAMPLE_MS + 500 });
      await enter(store, "worker-1");
      const claimWith = async (limit: number, ...shares: [atWork: number, lastTurn: number][]): Promise<string[]> =>
        sortedIdsOf(
          await store.claim({
            incarnation: "worker-1",
            functionIds: BOTH,
            limit,
            nowMs: LATER_MS,
            shares: shares.map(([atWork, lastTurn], place) => ({ functionId: BOTH[place]!, atWork, lastTurn })),
          }),
        );
      assert.deepEqual(await claimWith(1), ["loud-0"]);
      assert.deepEqual(await claimWith(1, [0, 1]), ["quiet-0"]);
      assert.deepEqual(await claimWith(1, [0, 1], [0, 2]), ["loud-1"]);
      assert.deepEqual(await claimWith(1, [1, 1], [0, 2]), ["quiet-1"]);
      assert.deepEqual(await claimWith(3, [3, 1], [1, 2]), ["loud-2", "quiet-2", "quiet-3"]);
    },
  },
  {
    name: "what a worker is not given takes up no turn: what sleeps, what it declined, what is of another version",
    async check(openStore) {
      const store = await openStore();
      const versions = { [FUNCTION_ID]: "1" };
      await store.enterWorker(sampleWorker({ incarnation: "old", functionIds: BOTH, versions }));
      await enter(store, "worker-1");
      await backlog(store, "of-old", 4);
      const old = { incarnation: "old", functionIds: BOTH, versions, limit: 9, nowMs: LATER_MS };
      for (const { run } of await store.claim(old))
        await keep(store, { runId: run.id, token: run.token, change: { ...ASLEEP, dueMs: 0 } }, "old");
      await backlog(store, "declined", 2);
      for (const { run } of await claim(store, "worker-1", { nowMs: LATER_MS }))
        await keep(store, { runId: run.id, token: run.token, change: PAUSED });
      await acceptRuns(store, ["later"], { acceptedMs: LATER_MS + 1 });
      await backlog(store, "mine", 2);
      await backlog(store, "other", 3, { functionId: OTHER_FUNCTION_ID });
      const claimed = await claimLater(store, "worker-1", 4);
      assert.deepEqual(claimed.toSorted(), ["mine-0", "mine-1", "other-0", "other-1"]);
      assert.deepEqual(await claimLater(store, "worker-1", 9), ["other-2"]);
    },
  },
];

export const turnCases: readonly StoreCase[] = [...limitCases, ...shareCases];
