// What was is taken away: versions of rows that are dead, and what retention removes. Nothing grows with what has been.
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker, sampleWrite } from "../../src/testing/journal-samples.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const KEPT = 100_000;
const FUNCTION_ID = "app/charge";
const END = { kind: "end", status: "completed", output: "[1]", error: null, atMs: SAMPLE_MS } as const;
const AT_ONCE = 250;
/** The server vacuums when it comes to it. */
const LONG = { timeout: 60_000 };

let server: PostgresServer;
let own: Client;
let store: PostgresStore;
let schema: string;
let places = 0;
let events = 0;

/** So many runs, from their event to their end. */
async function work(runs: number): Promise<void> {
  for (let left = runs; left > 0; left -= AT_ONCE) {
    const accepted = Array.from({ length: AT_ONCE }, () => sampleEvent({ id: `event-${events++}` }));
    await store.accept({ events: accepted, functionId: FUNCTION_ID, runId: ({ id }) => `run of ${id}` });
    const claim = { incarnation: "worker-1", functionIds: [FUNCTION_ID], limit: AT_ONCE, nowMs: SAMPLE_MS };
    const claimed = await store.claim(claim);
    expect(claimed.length).toBe(AT_ONCE);
    const writes = claimed.map(({ run: { id, token } }) =>
      sampleWrite({ runId: id, token, records: [sampleStep()], change: END }),
    );
    await store.commit({ incarnation: "worker-1", writes });
  }
}
/** Runs that have ended long ago, as if they had come one by one. */
async function keep(runs: number): Promise<void> {
  await own.query(
    `insert into ${schema}.run (id, function_id, event_id, since, status, ended_ms, created_ms, format)
     select 'kept' || i, '${FUNCTION_ID}', 'kept' || i, i, 'completed', 0, 0, 1 from generate_series(1, ${runs}) i`,
  );
  await own.query(`vacuum (analyze) ${schema}.run`);
}
/** How many pages are read to find the first run that is due, where none is. */
async function pagesOfAClaim(): Promise<number> {
  await own.query(
    "begin; set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off",
  );
  const { rows } = await own.query(
    `explain (analyze, buffers, format json) select id from ${schema}.run
     where function_id = '${FUNCTION_ID}' and due_ms <= ${SAMPLE_MS} order by due_ms, position limit 1`,
  );
  await own.query("commit");
  const plan = rows[0]["QUERY PLAN"][0].Plan as Record<"Shared Hit Blocks" | "Shared Read Blocks", number>;
  return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
}
/** The server vacuums nothing by itself any more, until the test is over. */
async function withoutVacuums(): Promise<void> {
  const vacuum = (how: "set autovacuum = off" | "reset autovacuum"): Promise<unknown> =>
    own.query(`alter system ${how}`).then(() => own.query("select pg_reload_conf()"));
  onTestFinished(async () => void (await vacuum("reset autovacuum")));
  await vacuum("set autovacuum = off");
  const active = "select count(*)::int as vacuums from pg_stat_activity where backend_type like 'autovacuum%'";
  await expect.poll(() => own.query(active).then(({ rows }) => rows), LONG).toEqual([{ vacuums: 0 }]);
}
/** Of all tables and indexes. */
async function size(): Promise<number> {
  const { rows } = await own.query(
    `select sum(pg_total_relation_size(oid))::float8 as bytes from pg_class where relnamespace = '${schema}'::regnamespace and relkind = 'r'`,
  );
  return rows[0].bytes as number;
}

// Skipped: where there is no build of the server, nothing is kept there.
describe.skipIf(!hasPostgres())("a journal on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start(["fsync=off", "autovacuum_naptime=1s"]);
    own = new Client({ connectionString: server.url });
    await own.connect();
  });
  beforeEach(async () => {
    schema = `place_${++places}`;
    store = new PostgresStore(server.url, { schema });
    await store.open();
    await store.register({
      app: "app",
      functions: [{ id: FUNCTION_ID, name: "Charge", events: ["sample"], schedules: [], concurrency: undefined }],
    });
    await store.enterWorker(sampleWorker({ functionIds: [FUNCTION_ID] }));
    return () => store.close();
  });
  afterAll(async () => {
    await own.end();
    await server.remove();
  });

  it(`is vacuumed by the server itself behind a few thousand runs, also where ${KEPT} are kept`, LONG, async () => {
    await keep(KEPT);
    await work(2_000);
    await store.close(); // what it has done is counted then
    const vacuumed = `select autovacuum_count::int as times from pg_stat_user_tables where relid = '${schema}.run'::regclass`;
    const times = async (): Promise<number> => (await own.query<{ times: number }>(vacuumed)).rows[0]!.times;
    await expect.poll(times, { interval: 250, timeout: 30_000 }).toBeGreaterThan(0);
    expect(await pagesOfAClaim()).toBeLessThan(5);
  });

  it("has its indexes cleaned, also where what is dead lies on few pages", async () => {
    await own.query(`alter table ${schema}.run set (autovacuum_enabled = off)`);
    await keep(KEPT);
    await work(AT_ONCE);
    const said: string[] = [];
    own.on("notice", ({ message }) => void said.push(String(message)));
    await own.query(`vacuum (verbose) ${schema}.run`);
    own.removeAllListeners("notice");
    const { rows } = await own.query<{ server_version_num: string }>("show server_version_num");
    const isOld = Number(rows[0]!.server_version_num) < 150_000; // Postgres 14 puts it in other words
    expect(said.join("\n")).toContain(isOld ? 'scanned index "run_due" to remove' : "index scan needed");
    expect(await pagesOfAClaim()).toBeLessThan(5);
  });

  it("has the size of what is kept: with retention it does not grow", async () => {
    const sizes: number[] = [];
    for (let round = 0; round < 4; round++) {
      await work(1_000);
      while ((await store.prune({ app: "app", beforeMs: SAMPLE_MS + 1, limit: 500 })) === 500);
      await own.query("vacuum");
      sizes.push(await size());
    }
    const { rows } = await own.query(
      `select (select count(*) from ${schema}.run)::int as runs, (select count(*) from ${schema}.step)::int as steps,
         (select count(*) from ${schema}.event)::int as events`,
    );
    expect(rows).toEqual([{ runs: 0, steps: 0, events: 0 }]);
    expect(sizes.at(-1)! / sizes[1]!).toBeLessThan(1.05);
  });

  it("beats in one place: a heart leaves nothing behind", LONG, async () => {
    await withoutVacuums(); // of other tables: what is dead is kept for as long as one of them looks at it
    for (let beat = 0; beat < 1_000; beat++) await store.beat({ incarnation: "worker-1" });
    const { rows } = await own.query(
      `select pg_relation_size('${schema}.worker')::int as bytes, pg_indexes_size('${schema}.worker')::int as of_indexes`,
    );
    expect(rows).toEqual([{ bytes: 8_192, of_indexes: 16_384 }]);
  });
});
