// What several connections do at once: who waits for whom, and that nobody waits in a circle.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { matchOf } from "../../src/durable/event-match.ts";
import { encodeValue } from "../../src/core/value-codec.ts";
import type { ClaimedRun, RunWrite, Store } from "../../src/durable/store.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker, sampleWrite } from "../../src/testing/journal-samples.ts";
import { seededRandom } from "../crash/seeded-random.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const FUNCTIONS = ["app/charge"];
const ENDED = { kind: "end", status: "completed", output: null, error: null, atMs: SAMPLE_MS } as const;
const LATER_MS = SAMPLE_MS + 1_000_000;

let server: PostgresServer;
let schemas = 0;

async function place(count: number): Promise<readonly Store[]> {
  const schema = `place_${schemas++}`;
  const stores = Array.from({ length: count }, () => new PostgresStore(server.url, { schema }));
  for (const store of stores) await store.open();
  return stores;
}
/** A connection of the test's own, within a transaction. */
async function transaction(...statements: readonly string[]): Promise<Client> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query("begin");
  for (const text of statements) await client.query(text);
  return client;
}
async function end(client: Client): Promise<void> {
  await client.query("commit");
  await client.end();
}
/** Settles once so many statements wait for a lock. */
async function waiting(count: number): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  const look = "select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock'";
  await expect
    .poll(async () => (await client.query<{ count: number }>(look)).rows[0]!.count, { interval: 10 })
    .toBe(count);
  await client.end();
}
async function deadlocks(): Promise<number> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<{ count: number }>("select sum(deadlocks)::int as count from pg_stat_database");
  await client.end();
  return rows[0]!.count;
}

async function entered(store: Store, incarnation: string): Promise<void> {
  await store.enterWorker(sampleWorker({ incarnation, functionIds: FUNCTIONS }));
}
async function claimed(store: Store, incarnation: string, ...ids: readonly string[]): Promise<readonly ClaimedRun[]> {
  await store.accept({ events: ids.map((id) => sampleEvent({ id })), functionId: FUNCTIONS[0], runId: ({ id }) => id });
  await entered(store, incarnation);
  return store.claim({ incarnation, functionIds: FUNCTIONS, limit: 1_000, nowMs: LATER_MS });
}
function waitFor(event: string, match: ReturnType<typeof matchOf> | null = null) {
  return sampleStep({
    key: `for ${event}`,
    kind: "waitForEvent",
    state: "waiting",
    wait: { kind: "event", event, match },
  });
}
async function arrivals(store: Store, incarnation = "worker-1"): Promise<readonly string[]> {
  return (await store.arrivals({ incarnation, nowMs: LATER_MS })).map(({ source }) => source);
}

// Skipped: where there is no build of the server, there are no connections.
describe.skipIf(!hasPostgres())("connections to one Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start(["fsync=off", "deadlock_timeout=50ms"]);
  });
  afterAll(() => server.remove());

  const leave = { kind: "suspend", status: "waiting", dueMs: null, waits: ["Ask", "for paid"] } as const;

  it.each([null, matchOf({ id: 7 })])(
    "whoever begins to wait waits for a sender that is under way, and sees its event: %j",
    async (match) => {
      const [here] = await place(1);
      const schema = `place_${schemas - 1}`;
      await claimed(here!, "worker-1", "a");
      // A sender as it stands before it commits: nobody can see its event.
      const data = encodeValue({ id: 7 }).replaceAll("'", "''");
      const sender = await transaction(
        `select pg_advisory_xact_lock_shared(${schema}.lock_of('paid'))`,
        `insert into ${schema}.event (id, name, data, "user", context, ts, accepted_ms, due_ms, format)
         values ('e1', 'paid', '${data}', '${data}', '${data}', 0, 0, 0, 1)`,
      );
      const writes = [sampleWrite({ runId: "a", records: [waitFor("paid", match)] })];
      const registered = here!.commit({ incarnation: "worker-1", writes });
      await waiting(1);
      await end(sender);
      expect(await registered).toEqual(["kept"]);
      expect(await arrivals(here!)).toEqual(["e1"]);
      await here!.close();
    },
  );

  it("a sender waits for whoever begins to wait, and finds the wait; one that was asked for nothing before asks again", async () => {
    const [here, there] = await place(2);
    await claimed(here!, "worker-1", "a");
    await there!.accept({ events: [sampleEvent({ id: "early", name: "other" })], runId: ({ id }) => id });
    const holder = await transaction(`select 1 from place_${schemas - 1}.run where id = 'a' for update`);
    const writes = [sampleWrite({ runId: "a", records: [waitFor("other"), waitFor("paid", matchOf({ id: 7 }))] })];
    const registered = here!.commit({ incarnation: "worker-1", writes });
    await waiting(1); // it has the names, and waits for its run
    const sent = Promise.all(
      ["other", "paid"].map((name) =>
        there!.accept({
          events: [sampleEvent({ id: name, name, data: encodeValue({ id: 7 }) })],
          runId: ({ id }) => id,
        }),
      ),
    );
    await waiting(3);
    await end(holder);
    expect(await registered).toEqual(["kept"]);
    await sent;
    expect((await arrivals(here!)).toSorted()).toEqual(["early", "other", "paid"]);
    for (const store of [here!, there!]) await store.close();
  });

  it("what is sent while a run leaves memory wakes it, whichever commits first", async () => {
    const [here, there] = await place(2);
    const schema = `place_${schemas - 1}`;
    await claimed(here!, "worker-1", "a");
    await here!.commit({ incarnation: "worker-1", writes: [sampleWrite({ runId: "a", records: [waitFor("paid")] })] });
    const holder = await transaction(`select 1 from ${schema}.run where id = 'a' for update`);
    const left = here!.commit({
      incarnation: "worker-1",
      writes: [sampleWrite({ runId: "a", saveId: 2, change: leave })],
    });
    await waiting(1);
    const sent = there!.accept({ events: [sampleEvent({ id: "e1", name: "paid" })], runId: ({ id }) => id });
    await waiting(2);
    await end(holder);
    await Promise.all([left, sent]);
    expect((await here!.run({ id: "a" }))!.run).toMatchObject({ owner: null, dueMs: SAMPLE_MS });
    for (const store of [here!, there!]) await store.close();
  });

  it("a worker is buried before what it writes, or after, and its runs are taken over as they were then", async () => {
    const [here, there] = await place(2);
    const schema = `place_${schemas - 1}`;
    await claimed(here!, "worker-1", "a");
    const holder = await transaction(`select 1 from ${schema}.run where id = 'a' for update`);
    const written = here!.commit({
      incarnation: "worker-1",
      writes: [sampleWrite({ runId: "a", records: [sampleStep()] })],
    });
    await waiting(1);
    const buried = there!.buryWorker({ incarnation: "worker-1", description: "gone", nowMs: LATER_MS });
    await waiting(2);
    await end(holder);
    expect(await written).toEqual(["kept"]);
    await buried;
    await entered(there!, "worker-2");
    const [taken] = await there!.claim({ incarnation: "worker-2", functionIds: FUNCTIONS, limit: 1, nowMs: LATER_MS });
    expect([taken!.run.deaths, taken!.records.length]).toEqual([0, 1]);
    const late = sampleWrite({ runId: "a", saveId: 2, records: [sampleStep({ key: "late" })] });
    expect(await here!.commit({ incarnation: "worker-1", writes: [late] })).toEqual(["refused"]);
    for (const store of [here!, there!]) await store.close();
  });

  /** The runs that are not locked. */
  async function free(schema: string): Promise<readonly string[]> {
    const client = await transaction();
    const { rows } = await client.query<{ id: string }>(
      `select id from ${schema}.run order by id for update skip locked`,
    );
    await end(client);
    return rows.map(({ id }) => id);
  }
  const forRun = (runId: string) =>
    sampleStep({ key: "Ask", kind: "invoke", state: "waiting", wait: { kind: "run", runId } });
  const leaving = (runId: string, record: ReturnType<typeof forRun>) =>
    sampleWrite({ runId, records: [record], change: leave });

  it.each<[what: string, prepare: readonly RunWrite[], act: (store: Store) => Promise<unknown>]>([
    [
      "a batch, with the runs that are waited for",
      [],
      (store) =>
        store.commit({
          incarnation: "worker-1",
          writes: [
            sampleWrite({ runId: "z", records: [forRun("m")] }),
            sampleWrite({ runId: "a", records: [sampleStep()] }),
          ],
        }),
    ],
    [
      "an event that wakes",
      ["z", "m", "a"].map((id) => leaving(id, waitFor("paid"))),
      (store) => store.accept({ events: [sampleEvent({ id: "e1", name: "paid" })], runId: ({ id }) => id }),
    ],
    [
      "an end that wakes",
      ["m", "a"].map((id) => leaving(id, forRun("z"))),
      (store) =>
        store.commit({ incarnation: "worker-1", writes: [sampleWrite({ runId: "z", saveId: 2, change: ENDED })] }),
    ],
    [
      "a cancellation that wakes",
      ["m", "a"].map((id) => leaving(id, forRun("z"))),
      (store) => store.requestCancel({ runId: "z", nowMs: LATER_MS }),
    ],
    ["a burial", [], (store) => store.buryWorker({ incarnation: "worker-1", description: "gone", nowMs: LATER_MS })],
    ["a release", [], (store) => store.release({ incarnation: "worker-1", runIds: [] })],
  ])("%s locks runs in the order of their ids, and no later one while it waits", async (_what, prepare, act) => {
    const [store] = await place(1);
    const schema = `place_${schemas - 1}`;
    await claimed(store!, "worker-1", "z", "m", "a");
    if (prepare.length > 0) await store!.commit({ incarnation: "worker-1", writes: prepare });
    const holder = await transaction(`select 1 from ${schema}.run where id = 'm' for update`);
    const acted = act(store!);
    await waiting(1);
    expect(await free(schema)).toEqual(["z"]);
    await end(holder);
    await acted;
    await store!.close();
  });

  it(
    "batches, claims, cancellations, burials and events of many wait in no circle, and each run ends once",
    { timeout: 60_000 },
    async () => {
      const before = await deadlocks();
      const stores = await place(6);
      const seeded = seededRandom("locks");
      const random = () => seeded.fraction();
      const ids = Array.from({ length: 60 }, (_nothing, at) => `run-${at}`);
      const some = (most: number): readonly string[] =>
        ids.filter(() => random() < most / ids.length).toSorted(() => random() - 0.5);
      await stores[0]!.accept({
        events: ids.map((id) => sampleEvent({ id })),
        functionId: FUNCTIONS[0],
        runId: ({ id }) => id,
      });
      const ends: string[] = [];

      async function work(store: Store, name: string): Promise<void> {
        for (let round = 0; round < 25; round++) {
          const incarnation = `${name}.${round}`;
          await entered(store, incarnation);
          const runs = await store.claim({ incarnation, functionIds: FUNCTIONS, limit: 12, nowMs: LATER_MS });
          let saveId = 0;
          const writeOf = ({ run }: ClaimedRun): RunWrite => {
            const chance = random();
            const target = ids[Math.floor(random() * ids.length)]!;
            const wait = sampleStep({
              key: `${incarnation} ${run.id}`,
              kind: "invoke",
              state: "waiting",
              wait: { kind: "run", runId: target },
            });
            const forEvent = { ...waitFor(`event-${Math.floor(random() * 3)}`), key: `${incarnation} event` };
            const base = { runId: run.id, token: run.token, saveId: ++saveId };
            if (chance < 0.3) return { ...base, records: [sampleStep({ key: incarnation })], change: null };
            if (chance < 0.8)
              return {
                ...base,
                records: [wait, forEvent],
                change: { kind: "suspend", status: "waiting", dueMs: LATER_MS, waits: [wait.key, forEvent.key] },
              };
            return {
              ...base,
              records: [],
              change: { kind: "end", status: "cancelled", output: null, error: null, atMs: LATER_MS },
            };
          };
          const writes = runs.toSorted(() => random() - 0.5).map(writeOf);
          const results = await store.commit({ incarnation, writes });
          ends.push(
            ...writes
              .filter(({ change }, at) => change?.kind === "end" && results[at] === "kept")
              .map(({ runId }) => runId),
          );
          if (random() < 0.5) await store.leaveWorker({ incarnation });
          else await store.buryWorker({ incarnation, description: incarnation, nowMs: LATER_MS });
        }
      }
      async function disturb(store: Store): Promise<void> {
        for (let round = 0; round < 60; round++) {
          for (const runId of some(2)) await store.requestCancel({ runId, nowMs: LATER_MS });
          for (const runId of some(1)) await store.requestPause({ runId, note: "" });
          for (const runId of some(3)) await store.resume({ runId, nowMs: LATER_MS });
          await store.offerPaused({ functionIds: FUNCTIONS, nowMs: LATER_MS });
          const events = some(3).map((id, at) => sampleEvent({ id: `${id} ${round}`, name: `event-${at % 3}` }));
          await store.accept({ events, runId: ({ id }) => id });
        }
      }
      await Promise.all([
        ...stores.slice(0, 4).map((store, at) => work(store, `worker-${at}`)),
        ...stores.slice(4).map((store) => disturb(store)),
      ]);
      expect(ends.length).toBeGreaterThan(5);
      expect(new Set(ends).size).toBe(ends.length);
      expect(await deadlocks()).toBe(before);
      for (const store of stores) await store.close();
    },
  );
});
