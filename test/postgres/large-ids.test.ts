// Numbers that have outgrown 32 bits: positions, tokens, saves, counts and turns.
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker, sampleWrite } from "../../src/testing/journal-samples.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const SIZES = [2 ** 31 - 2, 2 ** 32, 2 ** 40];
let places = 0;
const FUNCTION_ID = "app/charge";
const CLAIM = { incarnation: "worker-1", functionIds: [FUNCTION_ID], limit: 9, nowMs: SAMPLE_MS };

let server: PostgresServer;
let own: Client;
let stores: PostgresStore[] = [];

/** A schema in which each number that the database counts has come this far. */
async function grown(size: number): Promise<string> {
  const schema = `grown_${++places}`;
  const store = storeIn(schema);
  await store.open();
  for (const table of ["event", "run", "outbox"])
    await own.query(`alter table ${schema}.${table} alter column position restart with ${size}`);
  await own.query(`update ${schema}.meta set value = ${size} where key = 'audience'`);
  return schema;
}
function storeIn(schema: string): PostgresStore {
  const store = new PostgresStore(server.url, { schema });
  stores.push(store);
  return store;
}

// Skipped: where there is no build of the server, nothing grows there.
describe.skipIf(!hasPostgres())("numbers beyond 32 bits", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
    own = new Client({ connectionString: server.url });
    await own.connect();
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    stores = [];
  });
  afterAll(async () => {
    await own.end();
    await server.remove();
  });

  it.each(SIZES)("an app goes on behind %i events and runs: waits, the outbox and pages", async (size) => {
    const schema = await grown(size);
    const app = createApp({ name: "grown", store: postgres(server.url, { schema }), observers: [] });
    app.createFunction({ name: "Order", concurrency: 2 }, { event: "order" }, function* ({ event, step }) {
      const id = event.data as number;
      const payment = yield* step.waitForEvent("Payment", { event: "paid", match: { id }, timeout: "1m" });
      return yield* step.transaction("Book", async (tx) => {
        await app.send({ name: "booked", data: id }, { tx });
        return (payment!.data as { readonly id: number }).id;
      });
    });
    app.createFunction({ name: "Booked" }, { event: "booked" }, ({ event, step }) =>
      step.run("Note", () => event.data),
    );
    await app.start();
    for (const name of ["order", "paid"])
      for (const id of [1, 2, 3]) await app.send({ name, data: name === "paid" ? { id } : id });
    const ended = async (): Promise<number> => (await app.runs.list({ status: "completed" })).items.length;
    await expect.poll(ended, { timeout: 10_000 }).toBe(6);
    const first = await app.runs.list({ limit: 4 });
    const second = await app.runs.list({ limit: 4, cursor: first.cursor! });
    expect([...first.items, ...second.items].map(({ id }) => id)).toHaveLength(6);
    await app.stop();
    const { rows } = await own.query(`select min(position) as least, max(since) as since from ${schema}.run`);
    expect([Number(rows[0].least) >= size, Number(rows[0].since) >= size]).toEqual([true, true]);
  });

  it.each(SIZES)("a run whose token and saves have come to %i is claimed, written and taken over", async (size) => {
    const schema = await grown(size);
    const store = storeIn(schema);
    await store.open();
    await store.enterWorker(sampleWorker({ functionIds: [FUNCTION_ID] }));
    await store.accept({ events: [sampleEvent()], functionId: FUNCTION_ID, runId: () => "run_1" });
    await own.query(`update ${schema}.run set token = ${size}`);
    const [claimed] = await store.claim(CLAIM);
    expect(claimed!.run).toMatchObject({ position: size, token: size + 1 });
    const write = sampleWrite({ token: size + 1, saveId: size, records: [sampleStep()] });
    expect(await store.commit({ incarnation: "worker-1", writes: [write] })).toEqual(["kept"]);
    const wait = { kind: "event", event: "paid", match: null } as const;
    const waiting = sampleStep({ key: "Wait", kind: "waitForEvent", state: "waiting", wait });
    const careful = sampleWrite({ token: size + 1, saveId: size + 1, records: [waiting] });
    expect(await store.commit({ incarnation: "worker-1", writes: [careful] })).toEqual(["kept"]);
    expect(await store.saved({ incarnation: "worker-1", runIds: ["run_1"] })).toEqual([size + 1]);
    await store.accept({ events: [sampleEvent({ id: "late", name: "paid" })], runId: () => "none" });
    expect((await store.arrivals(CLAIM)).map(({ source }) => source)).toEqual(["late"]);
    await store.buryWorker({ incarnation: "worker-1", description: "gone", nowMs: SAMPLE_MS });
    await store.enterWorker(sampleWorker({ incarnation: "worker-2", beats: size, functionIds: [FUNCTION_ID] }));
    expect(await store.beat({ incarnation: "worker-2" })).toBe(true);
    const [taken] = await store.claim({ ...CLAIM, incarnation: "worker-2" });
    expect([taken!.run.token, taken!.records.length]).toEqual([size + 3, 2]);
    expect((await store.workers())[0]!.beats).toBe(size + 1);
  });

  it.each(SIZES)("a worker's claims go on behind %i of them, under limits and with room of that size", async (size) => {
    const store = storeIn(`grown_${++places}`);
    await store.open();
    await store.register({
      app: "app",
      functions: [{ id: FUNCTION_ID, name: "Charge", events: ["sample"], schedules: [], concurrency: size }],
    });
    await store.enterWorker(sampleWorker({ functionIds: [FUNCTION_ID] }));
    await store.accept({ events: [sampleEvent(), sampleEvent({ id: "event-2" })], runId: ({ id }) => id });
    const claim = { ...CLAIM, limit: size, shares: [{ functionId: FUNCTION_ID, atWork: 1, lastTurn: size }] };
    expect((await store.claim({ ...claim, limit: 1 })).length).toBe(1);
    expect((await store.look({ ...claim, isBeating: true })).claimed.length).toBe(1);
  });
});
