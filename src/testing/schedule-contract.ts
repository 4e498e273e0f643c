// The store's contract: schedules, and what is due by them. Part of store-contract.ts.
import assert from "node:assert/strict";
import { encodeValue } from "../core/value-codec.ts";
import type { FunctionRecord, ScheduleRecord } from "../durable/journal.ts";
import type { ScheduleTick, Store } from "../durable/store.ts";
import { SAMPLE_MS, sampleEvent, sampleWorker } from "./journal-samples.ts";
import { FUNCTION_ID, OTHER_FUNCTION_ID, acceptRuns, assertRun, type StoreCase } from "./store-case.ts";

const MINUTE_MS = 60_000;
const DUE_MS = SAMPLE_MS + MINUTE_MS;
const FUNCTION_IDS = [FUNCTION_ID, OTHER_FUNCTION_ID];
const CRON = "surefoot/cron";

type Registered = FunctionRecord["schedules"][number];

function schedule(fields: Partial<Registered> = {}): Registered {
  return { cron: "* * * * *", timezone: "UTC", context: encodeValue({ tenant: 1 }), dueMs: DUE_MS, ...fields };
}
/** Registers the function, and a second one that listens to the name of a tick's event. */
async function scheduled(store: Store, ...schedules: readonly Registered[]): Promise<void> {
  await store.register({
    app: "app",
    functions: [
      { id: FUNCTION_ID, name: "Charge", events: ["invoice.created"], schedules },
      { id: OTHER_FUNCTION_ID, name: "Notify", events: [CRON], schedules: [] },
    ],
  });
}
function due(store: Store, nowMs: number, functionIds: readonly string[] = FUNCTION_IDS) {
  return store.dueSchedules({ functionIds, nowMs });
}
/** What is known of the function's schedules that do not stand still, as `cron due`. */
async function known(store: Store): Promise<readonly string[]> {
  return (await due(store, Number.MAX_SAFE_INTEGER)).map(
    ({ cron, dueMs }) => `${cron} ${(dueMs! - SAMPLE_MS) / MINUTE_MS}`,
  );
}
/** The tick of a schedule, which is due again a minute later. */
function tickOf(one: ScheduleRecord, fields: Partial<ScheduleTick> = {}): ScheduleTick {
  const id = `${one.functionId} ${one.dueMs}`;
  const event = sampleEvent({ id, name: CRON, context: one.context, acceptedMs: DUE_MS });
  return { schedule: one, nextMs: one.dueMs! + MINUTE_MS, start: { event, runId: `run of ${id}` }, ...fields };
}
async function runIds(store: Store): Promise<readonly string[]> {
  return (await store.runs({ limit: 1_000 })).map(({ run }) => run.id).toReversed();
}

const tickCases: readonly StoreCase[] = [
  {
    name: "a schedule is due from its time on, with all that it was registered with, and the next due time knows of it",
    async check(openStore) {
      const store = await openStore();
      await scheduled(store, schedule({ timezone: "Europe/Berlin" }));
      assert.deepEqual(await due(store, DUE_MS - 1), []);
      const expected = { ...schedule({ timezone: "Europe/Berlin" }), functionId: FUNCTION_ID };
      assert.deepEqual(await due(store, DUE_MS), [expected]);
      assert.deepEqual(await due(store, DUE_MS, [OTHER_FUNCTION_ID]), []);
      assert.equal(await store.nextDueMs({ incarnation: "worker-1", functionIds: [FUNCTION_ID] }), DUE_MS);
      assert.equal(await store.nextDueMs({ incarnation: "worker-1", functionIds: [OTHER_FUNCTION_ID] }), null);
      await acceptRuns(store, ["a"]);
      assert.equal(await store.nextDueMs({ incarnation: "worker-1", functionIds: [FUNCTION_ID] }), SAMPLE_MS);
    },
  },
  {
    name: "a tick starts a run of its function alone, and moves the schedule on",
    async check(openStore) {
      const store = await openStore();
      await scheduled(store, schedule());
      const [one] = await due(store, DUE_MS);
      assert.deepEqual(await store.tick({ ticks: [tickOf(one!)] }), [true]);
      const id = `run of ${FUNCTION_ID} ${DUE_MS}`;
      assert.deepEqual(await runIds(store), [id]);
      await assertRun(store, id, { functionId: FUNCTION_ID, status: "queued", dueMs: DUE_MS, createdMs: DUE_MS });
      const found = await store.run({ id });
      assert.deepEqual([found?.event.name, found?.event.context], [CRON, encodeValue({ tenant: 1 })]);
      assert.deepEqual(await known(store), ["* * * * * 2"]);
    },
  },
  {
    name: "of two that tick for the same time the second moves nothing and starts nothing",
    async check(openStore) {
      const store = await openStore();
      await scheduled(store, schedule());
      const [one] = await due(store, DUE_MS);
      const other = { ...tickOf(one!), nextMs: DUE_MS + 9 * MINUTE_MS };
      const start = { event: sampleEvent({ id: "other", name: CRON }), runId: "other" };
      assert.deepEqual(await store.tick({ ticks: [tickOf(one!), { ...other, start }] }), [true, false]);
      assert.deepEqual(await store.tick({ ticks: [{ ...other, start }] }), [false]);
      assert.equal((await runIds(store)).length, 1);
      assert.deepEqual(await known(store), ["* * * * * 2"]);
    },
  },
  {
    name: "two processes that tick at once start one run for each time",
    async check(openStore) {
      const stores = [await openStore(), await openStore()] as const;
      await scheduled(stores[0], schedule());
      let moved = 0;
      for (let minute = 1; minute <= 20; minute++) {
        const seen = await Promise.all(stores.map((store) => due(store, SAMPLE_MS + minute * MINUTE_MS)));
        const results = await Promise.all(
          stores.map((store, place) => store.tick({ ticks: seen[place]!.map((one) => tickOf(one)) })),
        );
        moved += results.flat().filter(Boolean).length;
      }
      assert.equal(moved, 20);
      assert.equal(new Set(await runIds(stores[1])).size, 20);
      assert.deepEqual(await known(stores[1]), ["* * * * * 21"]);
    },
  },
  {
    name: "an event that was accepted before starts nothing again, and the schedule moves on",
    async check(openStore) {
      const store = await openStore();
      await scheduled(store, schedule(), schedule({ cron: "*/2 * * * *" }));
      const both = (await due(store, DUE_MS)).map((one) => tickOf(one));
      assert.deepEqual(await store.tick({ ticks: both }), [true, true]);
      assert.equal((await runIds(store)).length, 1);
      assert.deepEqual(await known(store), ["* * * * * 2", "*/2 * * * * 2"]);
    },
  },
  {
    name: "a schedule stands still when told so, and starts nothing, until it is registered again",
    async check(openStore) {
      const store = await openStore();
      await scheduled(store, schedule());
      const [one] = await due(store, DUE_MS);
      assert.deepEqual(await store.tick({ ticks: [tickOf(one!, { nextMs: null, start: null })] }), [true]);
      assert.deepEqual([await known(store), await runIds(store)], [[], []]);
      assert.equal(await store.nextDueMs({ incarnation: "worker-1", functionIds: FUNCTION_IDS }), null);
      assert.deepEqual(await store.tick({ ticks: [tickOf({ ...one!, dueMs: null }, { nextMs: DUE_MS })] }), [false]);
      await scheduled(store, schedule({ dueMs: DUE_MS + MINUTE_MS }));
      assert.deepEqual(await known(store), ["* * * * * 2"]);
    },
  },
  {
    name: "the first to be due is the first, and a due time may be long past",
    async check(openStore) {
      const store = await openStore();
      await scheduled(
        store,
        schedule({ cron: "late" }),
        schedule({ cron: "early", dueMs: 5 }),
        schedule({ cron: "b" }),
      );
      assert.deepEqual(
        (await due(store, DUE_MS)).map(({ cron }) => cron),
        ["early", "b", "late"],
      );
    },
  },
];

const registerCases: readonly StoreCase[] = [
  {
    name: "a schedule that is known keeps its due time, and takes the new context",
    async check(openStore) {
      const store = await openStore();
      await scheduled(store, schedule());
      await scheduled(store, schedule({ context: encodeValue({ tenant: 2 }), dueMs: DUE_MS + 5 * MINUTE_MS }));
      const [one, ...others] = await due(store, DUE_MS);
      assert.deepEqual([one?.context, others], [encodeValue({ tenant: 2 }), []]);
    },
  },
  {
    name: "another expression, or another zone, is another schedule: it begins with its own due time",
    async check(openStore) {
      const store = await openStore();
      await scheduled(store, schedule(), schedule({ cron: "0 0 * * *", dueMs: DUE_MS + MINUTE_MS }));
      const [old] = await due(store, DUE_MS);
      await scheduled(
        store,
        schedule({ cron: "0 9 * * *", dueMs: DUE_MS + 2 * MINUTE_MS }),
        schedule({ timezone: "Asia/Tokyo", dueMs: DUE_MS + 3 * MINUTE_MS }),
      );
      assert.deepEqual(await known(store), ["0 9 * * * 3", "* * * * * 4"]);
      assert.deepEqual(await store.tick({ ticks: [tickOf(old!)] }), [false]);
      assert.deepEqual(await runIds(store), []);
    },
  },
  {
    name: "schedules are forgotten with their functions, and no other app's are",
    async check(openStore) {
      const store = await openStore();
      await store.enterWorker(sampleWorker({ functionIds: [FUNCTION_ID] }));
      await scheduled(store, schedule());
      const elsewhere = { id: "elsewhere/charge", name: "Charge", events: [], schedules: [schedule()] };
      await store.register({ app: "elsewhere", functions: [elsewhere] });
      await store.register({ app: "app", functions: [] });
      assert.equal((await due(store, DUE_MS)).length, 1, "a live worker serves it");
      await store.leaveWorker({ incarnation: "worker-1" });
      await store.register({ app: "app", functions: [] });
      assert.deepEqual(await due(store, DUE_MS), []);
      assert.equal((await due(store, DUE_MS, ["elsewhere/charge"])).length, 1);
    },
  },
  {
    name: "a schedule is there, with its due time, when the store is opened again",
    async check(openStore) {
      const first = await openStore();
      await scheduled(first, schedule());
      await first.close();
      const store = await openStore();
      assert.deepEqual(await known(store), ["* * * * * 1"]);
    },
  },
];

export const scheduleCases: readonly StoreCase[] = [...tickCases, ...registerCases];
