// The contract of the verb `look` of the port durable/store.ts, for the stores that have it: what a worker is told at once is what it
// would be told one by one.
//
// They need no test runner: for (const { name, check } of lookContract) test(name, () => check(store)).
import assert from "node:assert/strict";
import { encodeValue } from "../core/value-codec.ts";
import type { Look, Store } from "../durable/store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker, sampleWrite } from "./journal-samples.ts";
import { FUNCTION_ID } from "./store-case.ts";

/** An empty store that can be looked at. */
export type LookedAt = Store & Required<Pick<Store, "look">>;

export interface LookCase {
  readonly name: string;
  readonly check: (store: LookedAt) => Promise<void>;
}

const LOOK = { incarnation: "worker-1", functionIds: [FUNCTION_ID], limit: 1, nowMs: SAMPLE_MS, isBeating: false };
const SCHEDULE = { cron: "* * * * *", timezone: "UTC", context: encodeValue(null), dueMs: SAMPLE_MS };

export const lookContract: readonly LookCase[] = [
  {
    name: "a look tells nothing where there is nothing, and that a worker that never entered is not alive",
    check: async (store) => {
      const nothing: Look = {
        isAlive: false,
        claimed: [],
        workers: [],
        requests: [],
        arrivals: [],
        dueSchedules: [],
        nextDueMs: null,
        hasPosted: false,
      };
      for (const isBeating of [false, true]) {
        const { nowMs, ...seen } = await store.look({ ...LOOK, isBeating });
        assert.deepEqual(seen, nothing);
        assert.equal(typeof nowMs, store.clockOver === undefined ? "undefined" : "number");
      }
    },
  },
  {
    name: "a look claims up to its limit, and beats where it is asked to, also where it may claim nothing",
    check: async (store) => {
      await fill(store);
      const first = await store.look({ ...LOOK, isBeating: true });
      const claimed = first.claimed.map(({ run, event, records }) => [run.id, run.token, event.id, records.length]);
      assert.deepEqual(claimed, [["a", 1, "a", 0]]);
      assert.deepEqual([first.isAlive, first.nextDueMs, first.hasPosted], [true, SAMPLE_MS, false]);
      assert.deepEqual([first.requests, first.arrivals], [[], []]);
      assert.deepEqual(first.workers, [{ ...WORKER, beats: 1 }]);
      const second = await store.look({ ...LOOK, limit: 0 });
      assert.deepEqual([second.claimed, second.workers[0]!.beats], [[], 1]);
      const third = await store.look({ ...LOOK, limit: 0, isBeating: true });
      assert.deepEqual([third.claimed, third.isAlive, third.workers[0]!.beats], [[], true, 2]);
      const last = await store.look({ ...LOOK, limit: 9 });
      assert.deepEqual(
        last.claimed.map(({ run }) => run.id),
        ["b", "c"],
      );
    },
  },
  {
    name: "a look tells what has come, what was asked for and what is due, as one by one, and claims nothing for a worker that never entered",
    check: async (store) => {
      await fill(store);
      assert.deepEqual((await store.look({ ...LOOK, incarnation: "worker-2" })).claimed, []);
      await store.look(LOOK);
      const wait = { kind: "event", event: "paid", match: null } as const;
      const waiting = sampleStep({ key: "Wait", kind: "waitForEvent", state: "waiting", wait });
      await store.commit({ incarnation: "worker-1", writes: [sampleWrite({ runId: "a", records: [waiting] })] });
      await store.accept({ events: [sampleEvent({ id: "e1", name: "paid" })], runId: ({ id }) => id });
      await store.requestPause({ runId: "a", note: "no" });
      const seen = await store.look({ ...LOOK, limit: 0 });
      assert.deepEqual([seen.requests, seen.arrivals], [await store.requests(LOOK), await store.arrivals(LOOK)]);
      assert.deepEqual([seen.requests.length, seen.arrivals.length], [1, 1]);
      assert.deepEqual(seen.dueSchedules, await store.dueSchedules(LOOK));
      assert.equal(seen.dueSchedules.length, 1);
      await store.look({ ...LOOK, limit: 9 });
      await store.tick({ ticks: [{ schedule: seen.dueSchedules[0]!, nextMs: SAMPLE_MS + 60_000, start: null }] });
      const later = await store.look(LOOK);
      assert.deepEqual([later.claimed, later.dueSchedules, later.nextDueMs], [[], [], SAMPLE_MS + 60_000]);
    },
  },
  {
    name: "a look accepts before all else: what it starts is claimed by it, and a name that was never heard of starts nothing",
    check: async (store) => {
      await fill(store);
      const accepting = { events: [sampleEvent({ id: "d" })], functionId: FUNCTION_ID, runId: () => "run-d" };
      const seen = await store.look({ ...LOOK, limit: 9, accepting });
      const started = [{ id: "run-d", functionId: FUNCTION_ID }];
      assert.deepEqual(seen.accepted, [{ eventId: "d", result: "accepted", runs: started }]);
      assert.deepEqual(
        seen.claimed.map(({ run }) => run.id),
        ["a", "b", "c", "run-d"],
      );
      const unknown = { events: [sampleEvent({ id: "e", name: "unknown" })], runId: () => "run-e" };
      const none = await store.look({ ...LOOK, limit: 9, accepting: unknown });
      assert.deepEqual([none.accepted, none.claimed], [[{ eventId: "e", result: "accepted", runs: [] }], []]);
      assert.equal((await store.look({ ...LOOK, limit: 9 })).accepted, undefined);
    },
  },
  {
    name: "a look that accepts again starts nothing again, and claims all the same",
    check: async (store) => {
      await fill(store);
      const events = [sampleEvent({ id: "a" }), sampleEvent({ id: "b", data: encodeValue("other") })];
      const accepting = { events, functionId: FUNCTION_ID, runId: ({ id }: { readonly id: string }) => `again-${id}` };
      const { accepted, claimed } = await store.look({ ...LOOK, limit: 9, accepting });
      assert.deepEqual(
        accepted!.map(({ result, runs }) => [result, runs.map(({ id }) => id)]),
        [
          ["duplicate", ["a"]],
          ["conflict", ["b"]],
        ],
      );
      assert.deepEqual(
        claimed.map(({ run }) => run.id),
        ["a", "b", "c"],
      );
      const nothing = { events: [], runId: () => "none" };
      assert.deepEqual((await store.look({ ...LOOK, accepting: nothing })).accepted, []);
    },
  },
  {
    name: "a look that accepts is for whoever listens by then, whatever the sender knew",
    check: async (store) => {
      await store.enterWorker(WORKER);
      const sent = (id: string) => ({
        events: [sampleEvent({ id, name: "paid" })],
        runId: (event: { readonly id: string }, functionId: string) => `${functionId} ${event.id}`,
      });
      assert.deepEqual((await store.look({ ...LOOK, accepting: sent("e1") })).accepted![0]!.runs, []);
      const functions = [{ id: FUNCTION_ID, name: "Charge", events: ["paid"], schedules: [] }];
      await store.register({ app: "app", functions });
      const { accepted, claimed, nextDueMs } = await store.look({ ...LOOK, limit: 9, accepting: sent("e2") });
      const id = `${FUNCTION_ID} e2`;
      assert.deepEqual(accepted![0]!.runs, [{ id, functionId: FUNCTION_ID }]);
      const later = nextDueMs === null ? [] : (await store.look({ ...LOOK, limit: 9 })).claimed;
      assert.deepEqual(
        [...claimed, ...later].map(({ run }) => run.id),
        [id],
      );
    },
  },
];

const WORKER = sampleWorker({ process: '{"host":"w\u0000é"}', functionIds: [FUNCTION_ID, "app/\u0000"] });

/** A worker, a schedule that is due, and three runs that are. */
async function fill(store: Store): Promise<void> {
  await store.enterWorker(WORKER);
  const functions = [{ id: FUNCTION_ID, name: "Charge", events: [], schedules: [SCHEDULE] }];
  await store.register({ app: "app", functions });
  await store.accept({
    events: ["a", "b", "c"].map((id) => sampleEvent({ id })),
    functionId: FUNCTION_ID,
    runId: ({ id }) => id,
  });
}
