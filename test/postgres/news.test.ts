// How soon a worker knows of what it is to do, and what it asks meanwhile.
import { Client, Pool, type PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import type { PostgresOptions, PostgresPlace } from "../../src/stores/postgres/postgres-options.ts";
import { percentile } from "../figures.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

let server: PostgresServer;

/** An app whose function says when it began. */
function appOn(place: PostgresPlace, options: PostgresOptions) {
  const begun = new Map<number, number>();
  const app = createApp({ name: "news", store: postgres(place, options), observers: [] });
  app.createFunction({ name: "Note" }, { event: "note" }, function* ({ event, step }) {
    yield* step.run("Begin", () => void begun.set(event.data as number, performance.now()));
    yield* step.run("Go on", () => 1);
    yield* step.run("End", () => 2);
  });
  return { app, begun };
}

/** How long each of some events took until its run began, sent one by one. */
async function delaysOf(
  sender: ReturnType<typeof appOn>,
  worker: ReturnType<typeof appOn>,
  count: number,
): Promise<readonly number[]> {
  const delays: number[] = [];
  const offset = worker.begun.size;
  for (let at = offset; at < offset + count; at++) {
    const sentMs = performance.now();
    await sender.app.send({ name: "note", data: at });
    await expect.poll(() => worker.begun.has(at), { interval: 2, timeout: 5_000 }).toBe(true);
    delays.push(worker.begun.get(at)! - sentMs);
  }
  return delays;
}

async function ask(text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text);
  await client.end();
  return rows;
}
const LISTENERS =
  "from pg_stat_activity where application_name = 'surefoot listens' and query like 'select pg_backend_pid%'";

/** A pool that counts what it is asked, but for transactions' beginnings and ends. */
function countingPool(): { readonly pool: Pool; readonly asked: string[] } {
  const asked: string[] = [];
  const counted = new WeakSet<PoolClient>();
  const pool = new Pool({ connectionString: server.url, max: 5 });
  pool.on("acquire", (client) => {
    if (counted.has(client)) return;
    counted.add(client);
    const query = client.query.bind(client) as (query: { readonly text: string }) => unknown;
    Object.assign(client, { query: (text: { readonly text: string }) => (asked.push(text.text), query(text)) });
  });
  return { pool, asked };
}

// Skipped: where there is no build of the server, there is no news.
describe.skipIf(!hasPostgres())("a worker on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it(
    "begins what another process sends at once, and listens again when its connection was cut",
    { timeout: 40_000 },
    async () => {
      const schema = "heard";
      const [sender, worker] = [appOn(server.url, { schema, listen: false }), appOn(server.url, { schema })];
      await worker.app.start();
      const isListening = async () => {
        await expect.poll(async () => (await ask(`select 1 ${LISTENERS}`)).length, { timeout: 5_000 }).toBe(1);
      };
      await isListening();
      expect(percentile(await delaysOf(sender, worker, 10), 0.7)).toBeLessThan(250);
      await ask(`select pg_terminate_backend(pid) ${LISTENERS}`);
      await isListening();
      expect(percentile(await delaysOf(sender, worker, 10), 0.7)).toBeLessThan(250);
      await worker.app.stop();
      await sender.app.stop();
    },
  );

  it("finds within some second what it heard nothing of", { timeout: 40_000 }, async () => {
    const schema = "unheard";
    const [sender, worker] = [
      appOn(server.url, { schema, listen: false }),
      appOn(server.url, { schema, listen: false }),
    ];
    await worker.app.start();
    const delays = await delaysOf(sender, worker, 5);
    expect(Math.max(...delays)).toBeLessThan(2_500);
    expect(Math.max(...delays)).toBeGreaterThan(250);
    await worker.app.stop();
    await sender.app.stop();
  });

  it("waits for neither where its own process sends", async () => {
    const worker = appOn(server.url, { schema: "own", listen: false });
    await worker.app.start();
    expect(percentile(await delaysOf(worker, worker, 10), 0.7)).toBeLessThan(250);
    await worker.app.stop();
  });

  it(
    "asks one question a second while there is nothing to do, and few for many runs",
    { timeout: 60_000 },
    async () => {
      const { pool, asked } = countingPool();
      const worker = appOn(pool, { schema: "counted", listen: false });
      const count = 2_000;
      for (let at = 0; at < count; at += 500)
        await worker.app.send(Array.from({ length: 500 }, (_nothing, place) => ({ name: "note", data: at + place })));
      asked.length = 0;
      await worker.app.start({ concurrency: 500 });
      await expect.poll(() => worker.begun.size, { timeout: 40_000, interval: 20 }).toBe(count);
      const completed = "select count(*)::int as count from counted.run where status = 'completed'";
      await expect.poll(async () => (await ask(completed))[0]!["count"], { timeout: 20_000 }).toBe(count);
      expect(asked.length / (3 * count)).toBeLessThan(0.1);
      expect(asked.filter((text) => text.includes("commit_1")).length / (3 * count)).toBeLessThan(0.05);

      await expect.poll(() => asked.at(-1)).toMatch(/look_1/);
      const idle = asked.length;
      const sinceMs = performance.now();
      await expect.poll(() => performance.now() - sinceMs, { timeout: 6_000, interval: 50 }).toBeGreaterThan(4_000);
      // A beat of its own, where a look came late on a busy machine.
      expect(asked.slice(idle).filter((text) => !text.includes("look_1")).length).toBeLessThanOrEqual(1);
      expect(asked.length - idle).toBeLessThanOrEqual(Math.ceil((performance.now() - sinceMs) / 1_000) + 1);
      await worker.app.stop();
      await pool.end();
    },
  );
});
