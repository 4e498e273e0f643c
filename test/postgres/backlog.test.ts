// What a claim, a batch and a look go through does not grow with what is queued, and with what has been.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker, sampleWrite } from "../../src/testing/journal-samples.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const QUEUED = 20_000;
const FUNCTION_ID = "app/charge";
const CLAIM = { incarnation: "worker-1", functionIds: [FUNCTION_ID], limit: 10, nowMs: SAMPLE_MS };

let server: PostgresServer;

interface RowCounts {
  readonly written: number;
  readonly scanned: number;
  readonly fetched: number;
}

/** How many rows of the large tables were written, gone through one by one, and fetched by an index. */
async function rowCounts(client: Client): Promise<RowCounts> {
  const { rows } = await client.query<RowCounts>(
    `select sum(n_tup_ins)::int as written, sum(seq_tup_read)::int as scanned, sum(idx_tup_fetch)::int as fetched
     from pg_stat_user_tables where schemaname = 'surefoot' and relname in ('run', 'event', 'step')`,
  );
  return rows[0]!;
}
/** What connections that are closed have written is counted soon after. */
async function queue(): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(
    `insert into surefoot.event (id, name, data, "user", context, ts, accepted_ms, due_ms, format)
     select 'e' || i, 'sample', '[1]', '[1]', '[1]', 0, 0, 0, 1 from generate_series(1, ${2 * QUEUED}) i`,
  );
  await client.query(
    `insert into surefoot.run (id, function_id, event_id, since, status, due_ms, ended_ms, created_ms, format)
     select 'r' || i, '${FUNCTION_ID}', 'e' || i, i, case when i % 2 = 0 then 'queued' else 'completed' end,
       case when i % 2 = 0 then ${SAMPLE_MS}::float8 end, case when i % 2 = 1 then 0::float8 end, 0, 1
     from generate_series(1, ${2 * QUEUED}) i`,
  );
  await client.end();
}
/** What connections that are closed have read is counted soon after. */
async function work(): Promise<void> {
  const store = new PostgresStore(server.url, { connections: 1 });
  await store.open();
  await store.enterWorker(sampleWorker({ functionIds: [FUNCTION_ID] }));
  const { claimed } = await store.look({ ...CLAIM, isBeating: true });
  expect(claimed.length).toBe(10);
  expect((await store.claim(CLAIM)).length).toBe(10);
  const end = { kind: "end", status: "completed", output: "[1]", error: null, atMs: SAMPLE_MS } as const;
  const writes = claimed.map(({ run }) => sampleWrite({ runId: run.id, records: [sampleStep()], change: end }));
  expect(await store.commit({ incarnation: "worker-1", writes })).toEqual(writes.map(() => "kept"));
  await store.accept({ events: [sampleEvent({ id: "one more" })], functionId: FUNCTION_ID, runId: ({ id }) => id });
  await store.buryWorker({ incarnation: "worker-1", description: "gone", nowMs: SAMPLE_MS });
  await store.close();
}

// Skipped: where there is no build of the server, nothing is queued there.
describe.skipIf(!hasPostgres())(`with ${QUEUED} runs queued, and as many ended`, () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
    const store = new PostgresStore(server.url);
    await store.open();
    await store.close();
  });
  afterAll(() => server.remove());

  it("a worker reads what it is given, and little more", async () => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await queue();
    await expect.poll(async () => (await rowCounts(client)).written, { timeout: 10_000 }).toBe(4 * QUEUED);
    const before = await rowCounts(client);
    await work();
    await expect
      .poll(async () => (await rowCounts(client)).fetched, { timeout: 5_000 })
      .toBeGreaterThan(before.fetched);
    const after = await rowCounts(client);
    expect(after.scanned - before.scanned).toBe(0);
    expect(after.fetched - before.fetched).toBeLessThan(1_000);
    await client.end();
  });
});
