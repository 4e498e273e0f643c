// The store's contract: workers that come and go, and who may claim what. Part of store-contract.ts.
import assert from "node:assert/strict";
import { SAMPLE_MS, sampleStep, sampleWorker } from "./journal-samples.ts";
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
  write,
  type StoreCase,
} from "./store-case.ts";

const GONE = "process 7 on web-1";
const LOST = { from: GONE, atMs: SAMPLE_MS + 7 };

const workerCases: readonly StoreCase[] = [
  {
    name: "a worker that entered is listed as it is, beats, and is gone once it has left",
    async check(openStore) {
      const store = await openStore();
      const worker = sampleWorker({ process: '{"host":"wéb"}', functionIds: [FUNCTION_ID, "app/ü'\""] });
      await store.enterWorker(worker);
      assert.deepEqual(await store.workers(), [worker]);
      assert.equal(await store.beat({ incarnation: "worker-1" }), true);
      assert.equal(await store.beat({ incarnation: "worker-1" }), true);
      assert.deepEqual(await store.workers(), [{ ...worker, beats: 2 }]);
      assert.equal(await store.beat({ incarnation: "worker-2" }), false);
      await store.leaveWorker({ incarnation: "worker-1" });
      assert.deepEqual(await store.workers(), []);
      assert.equal(await store.beat({ incarnation: "worker-1" }), false);
    },
  },
  {
    name: "a worker that is buried owns nothing any more: its runs are the next to be claimed, and remember whom they were taken from",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await keep(store, { runId: "a", records: [sampleStep()] });
      await acceptRuns(store, ["older"], { acceptedMs: SAMPLE_MS - 60_000 });
      await store.buryWorker({ incarnation: "worker-1", description: GONE, nowMs: SAMPLE_MS + 7 });
      assert.equal(await store.beat({ incarnation: "worker-1" }), false);
      assert.deepEqual(await store.workers(), []);
      await assertRun(store, "a", { owner: null, status: "queued", leftBy: [LOST] });
      await enter(store, "worker-2");
      const [taken] = await claim(store, "worker-2", { limit: 1 });
      assert.deepEqual([taken!.run.id, taken!.run.leftBy, taken!.records.length], ["a", [LOST], 1]);
      assert.ok(taken!.run.token > 1);
    },
  },
  {
    name: "what a buried worker still writes is refused, before and after another has its runs",
    async check(openStore) {
      const store = await openStore();
      const [claimed] = await claimedRuns(store, ["a"]);
      const { run } = claimed!;
      await store.buryWorker({ incarnation: "worker-1", description: GONE, nowMs: SAMPLE_MS + 7 });
      const late = { runId: "a", token: run.token, records: [sampleStep()] };
      assert.equal(await write(store, late), "refused");
      await enter(store, "worker-2");
      await claim(store, "worker-2");
      assert.equal(await write(store, late), "refused");
      assert.equal(await write(store, { ...late, token: run.token + 1 }), "refused");
      assert.deepEqual(await keysOf(store, "a"), []);
    },
  },
  {
    name: "a worker that leaves frees its runs, and they were taken from nobody",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await store.leaveWorker({ incarnation: "worker-1" });
      await assertRun(store, "a", { owner: null, status: "queued", leftBy: [] });
      assert.equal(await write(store, { runId: "a", records: [sampleStep()] }), "refused");
      await enter(store, "worker-2");
      assert.deepEqual(idsOf(await claim(store, "worker-2")), ["a"]);
    },
  },
  {
    name: "whom a run was taken from is remembered until it is acknowledged, over whoever has it meanwhile",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["a"]);
      await store.buryWorker({ incarnation: "worker-1", description: GONE, nowMs: SAMPLE_MS + 7 });
      await enter(store, "worker-2");
      await claim(store, "worker-2");
      await store.leaveWorker({ incarnation: "worker-2" });
      await enter(store, "worker-3");
      const [third] = await claim(store, "worker-3");
      assert.deepEqual(third!.run.leftBy, [LOST]);
      await store.buryWorker({ incarnation: "worker-3", description: 'the "other"', nowMs: SAMPLE_MS + 8.5 });
      await enter(store, "worker-4");
      const [fourth] = await claim(store, "worker-4");
      assert.deepEqual(fourth!.run.leftBy, [LOST, { from: 'the "other"', atMs: SAMPLE_MS + 8.5 }]);
      await keep(store, { runId: "a", token: fourth!.run.token, change: { kind: "acknowledge" } }, "worker-4");
      await assertRun(store, "a", { leftBy: [], owner: "worker-4", status: "running" });
    },
  },
  {
    name: "burying leaves alone what is not the worker's: others' runs, ended ones, sleeping ones",
    async check(openStore) {
      const store = await openStore();
      await claimedRuns(store, ["ended", "asleep", "mine"]);
      await keep(store, { runId: "ended", change: COMPLETED });
      await keep(store, { runId: "asleep", change: ASLEEP });
      await acceptRuns(store, ["theirs"]);
      await enter(store, "worker-2");
      await claim(store, "worker-2");
      for (const incarnation of ["worker-1", "worker-1", "unknown"]) {
        await store.buryWorker({ incarnation, description: GONE, nowMs: SAMPLE_MS + 7 });
      }
      await assertRun(store, "ended", { status: "completed", leftBy: [], dueMs: null });
      await assertRun(store, "asleep", { status: "sleeping", leftBy: [], dueMs: SAMPLE_MS + 60_000 });
      await assertRun(store, "theirs", { status: "running", owner: "worker-2", leftBy: [] });
      await assertRun(store, "mine", { status: "queued", owner: null, leftBy: [LOST] });
    },
  },
];

const claimCases: readonly StoreCase[] = [
  {
    name: "claim gives due runs of the functions asked for, of each the longest due first, at most the limit",
    async check(openStore) {
      const store = await openStore();
      await enter(store, "worker-1");
      await acceptRuns(store, ["late"], { acceptedMs: SAMPLE_MS + 2 });
      await acceptRuns(store, ["first", "second"], { acceptedMs: SAMPLE_MS });
      await acceptRuns(store, ["other"], { functionId: OTHER_FUNCTION_ID });
      const asked = { functionIds: [FUNCTION_ID], nowMs: SAMPLE_MS + 1, limit: 1 };
      assert.deepEqual(idsOf(await claim(store, "worker-1", asked)), ["first"]);
      assert.deepEqual(idsOf(await claim(store, "worker-1", { ...asked, limit: 5 })), ["second"]);
      assert.deepEqual(idsOf(await claim(store, "worker-1", { ...asked, nowMs: SAMPLE_MS + 2 })), ["late"]);
      assert.deepEqual(idsOf(await claim(store, "worker-1", { ...asked, functionIds: [] })), []);
      assert.deepEqual(idsOf(await claim(store, "worker-1")), ["other"]);
    },
  },
  {
    name: "a claimed run is the worker's, with a token that grows from claim to claim, and says whether it is new",
    async check(openStore) {
      const store = await openStore();
      const [first] = await claimedRuns(store, ["a"]);
      assert.equal(first!.run.startedMs, null);
      assert.deepEqual([first!.event.id, first!.records], ["a", []]);
      await assertRun(store, "a", { status: "running", owner: "worker-1", dueMs: null, startedMs: SAMPLE_MS });
      const { token } = first!.run;
      await assertRun(store, "a", { token });
      await keep(store, { runId: "a", token, records: [sampleStep()], change: ASLEEP });
      const [again] = await claim(store, "worker-1", { nowMs: SAMPLE_MS + 60_000 });
      assert.ok(again!.run.token > token);
      assert.deepEqual([again!.run.startedMs, again!.run.status, again!.records.length], [SAMPLE_MS, "running", 1]);
      assert.equal(await write(store, { runId: "a", token, records: [sampleStep({ key: "B" })] }), "refused");
    },
  },
  {
    name: "a run is claimed by one worker only, however many ask at once, on one connection or on two",
    async check(openStore) {
      const stores = [await openStore(), await openStore()];
      const ids = Array.from({ length: 60 }, (_nothing, place) => `run-${place}`);
      await acceptRuns(stores[0]!, ids);
      const workers = ["worker-1", "worker-2", "worker-3", "worker-4"];
      for (const worker of workers) await enter(stores[0]!, worker);
      const claims = Array.from({ length: 12 }, (_nothing, round) =>
        claim(stores[round % 2]!, workers[round % 4]!, { limit: 7 }),
      );
      const claimed = (await Promise.all(claims)).flatMap(idsOf);
      assert.equal(claimed.length, ids.length);
      assert.deepEqual(claimed.toSorted(), ids.toSorted());
    },
  },
  {
    name: "only a worker that has entered claims",
    async check(openStore) {
      const store = await openStore();
      await acceptRuns(store, ["a"]);
      assert.deepEqual(await claim(store, "worker-1"), []);
      await enter(store, "worker-1");
      await store.buryWorker({ incarnation: "worker-1", description: GONE, nowMs: SAMPLE_MS + 7 });
      assert.deepEqual(await claim(store, "worker-1"), []);
      await assertRun(store, "a", { status: "queued", owner: null });
    },
  },
  {
    name: "nextDueMs is the earliest due time of the functions asked for, and null where nothing is due ever",
    async check(openStore) {
      const store = await openStore();
      const next = (...functionIds: string[]) => store.nextDueMs({ incarnation: "worker-1", functionIds });
      assert.equal(await next(FUNCTION_ID), null);
      await acceptRuns(store, ["a"], { acceptedMs: SAMPLE_MS + 5 });
      await acceptRuns(store, ["b"], { acceptedMs: SAMPLE_MS + 3, functionId: OTHER_FUNCTION_ID });
      assert.deepEqual(
        [
          await next(FUNCTION_ID),
          await next(OTHER_FUNCTION_ID),
          await next(FUNCTION_ID, OTHER_FUNCTION_ID),
          await next(),
        ],
        [SAMPLE_MS + 5, SAMPLE_MS + 3, SAMPLE_MS + 3, null],
      );
      await enter(store, "worker-1");
      const [claimed] = await claim(store, "worker-1", { nowMs: SAMPLE_MS + 5, functionIds: [FUNCTION_ID] });
      assert.equal(await next(FUNCTION_ID), null);
      await keep(store, { runId: "a", token: claimed!.run.token, change: ASLEEP });
      assert.equal(await next(FUNCTION_ID), SAMPLE_MS + 60_000);
    },
  },
];

export const workerAndClaimCases: readonly StoreCase[] = [...workerCases, ...claimCases];
