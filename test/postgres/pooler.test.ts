// The store through a pooler in transaction mode: one written for it that takes away as much as it can, and PgBouncer.
//
// SUREFOOT_PGBOUNCER=debian has PgBouncer too, from Debian's packages.
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Store } from "../../src/durable/store.ts";
import { createApp } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import type { PostgresOptions } from "../../src/stores/postgres/postgres-options.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import type { PostgresTransaction } from "../../src/stores/postgres/postgres-transaction.ts";
import { storeContract } from "../../src/testing/store-contract.ts";
import { transactionContract, type TransactionPlace } from "../../src/testing/transaction-contract.ts";
import { percentile } from "../figures.ts";
import { PgBouncer, isPgBouncerWanted } from "./pgbouncer.ts";
import { PostgresServer, hasPostgres } from "./server.ts";
import { TransactionPooler } from "./transaction-pooler.ts";

interface Pooler {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Fewer than a store has, so that they are passed about. */
const CONNECTIONS = 3;

async function startRotating(serverUrl: string): Promise<Pooler> {
  const { pooler, url } = await TransactionPooler.before(serverUrl, { connections: CONNECTIONS });
  return {
    url,
    async close() {
      await pooler.close();
      // What came through it, came through it in transaction mode.
      expect(pooler.switches).toBeGreaterThan(1_000);
    },
  };
}

const POOLERS: readonly (readonly [name: string, start: (serverUrl: string) => Promise<Pooler>])[] = [
  ["a pooler that rotates", startRotating],
];
const WITH_PGBOUNCER: typeof POOLERS = isPgBouncerWanted()
  ? [...POOLERS, ["PgBouncer", (serverUrl) => PgBouncer.before(serverUrl, { connections: CONNECTIONS })]]
  : POOLERS;

/** An app whose function says when it began. */
function appOn(url: string, options: PostgresOptions) {
  const begun = new Map<number, number>();
  const app = createApp({ name: "pooled", store: postgres(url, options), observers: [] });
  const double = app.createFunction({ name: "Double" }, { event: "double" }, function* ({ event, step }) {
    const { of } = event.data as { readonly of: number };
    yield* step.run("Begin", () => void begun.set(of, performance.now()));
    const answer = yield* step.waitForEvent("Wait", { event: "factor", match: { of }, timeout: "1m" });
    yield* step.sleep("1s");
    return of * (answer as { readonly data: { readonly by: number } }).data.by;
  });
  return { app, double, begun };
}

/** How long each of some events took until another process had begun its run. All of them come to the right end. */
async function delaysBetween(sender: ReturnType<typeof appOn>, worker: ReturnType<typeof appOn>): Promise<number[]> {
  const delays: number[] = [];
  const ends: PromiseLike<unknown>[] = [];
  for (let of = 0; of < 6; of++) {
    const sentMs = performance.now();
    ends.push(sender.app.run(sender.double, { data: { of } }));
    await expect.poll(() => worker.begun.has(of), { interval: 2, timeout: 5_000 }).toBe(true);
    delays.push(worker.begun.get(of)! - sentMs);
  }
  await sender.app.send(delays.map((_delay, of) => ({ name: "factor", data: { of, by: 2 } })));
  expect(await Promise.all(ends)).toEqual(delays.map((_delay, of) => of * 2));
  return delays;
}

const ADVICE = /hears no news of other processes.*Let it listen at the server itself/;

async function isListenedTo(serverUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  const { rows } = await client.query(
    "select 1 from pg_stat_activity where application_name = 'surefoot listens' and query like 'select pg_backend_pid%'",
  );
  await client.end();
  return rows.length > 0;
}

/** What a session keeps, and what asks for it: each is gone, or elsewhere, in the next transaction. */
const SESSION_STATE: readonly (readonly [leave: string, look: string])[] = [
  ["set statement_timeout = '77s'", "select 1 where current_setting('statement_timeout') = '77s'"],
  ["prepare mine as select 1", "select 1 from pg_prepared_statements where name = 'mine'"],
  ["create temp table mine (id int)", "select 1 where to_regclass('pg_temp.mine') is not null"],
  ["listen mine", "select 1 from pg_listening_channels() as channel where channel = 'mine'"],
  [
    "select pg_advisory_lock(77)",
    "select 1 from pg_locks where locktype = 'advisory' and objid = 77 and pid = pg_backend_pid()",
  ],
];

// Skipped: where there is no build of the server, there is nothing behind a pooler.
describe.skipIf(!hasPostgres()).each(WITH_PGBOUNCER)("through %s, in transaction mode,", (_name, start) => {
  let server: PostgresServer;
  let pooler: Pooler;
  let places = 0;
  const opened: Store[] = [];
  beforeAll(async () => {
    server = await PostgresServer.start();
    pooler = await start(server.url);
  });
  afterAll(async () => {
    await pooler.close();
    await server.remove();
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    places++;
  });

  async function openStore(): Promise<PostgresStore> {
    const store = new PostgresStore(pooler.url, { schema: `place_${places}` });
    opened.push(store);
    await store.open();
    return store;
  }

  it.each(storeContract.map(({ name, check }) => [name, check] as const))("%s", async (_title, check) => {
    await expect(check(openStore)).resolves.toBeUndefined();
  });

  it.each(transactionContract.map(({ name, check }) => [name, check] as const))("%s", async (_title, check) => {
    const own = new Client({ connectionString: pooler.url });
    await own.connect();
    await own.query("drop table if exists effect; create table effect (id serial primary key, name text not null)");
    const place: TransactionPlace = {
      store: await openStore(),
      act: (tx, effect) => (tx as PostgresTransaction).query("insert into effect (name) values ($1)", [effect]),
      effects: async () =>
        (await own.query<{ name: string }>("select name from effect order by id")).rows.map((row) => row.name),
      async within(end, work) {
        await own.query("begin");
        try {
          await work(own);
        } finally {
          await own.query(end);
        }
      },
    };
    await expect(check(place)).resolves.toBeUndefined();
    await own.end();
  });

  it("nothing of a session is there for the next transaction, and no startup parameter is taken but the usual", async () => {
    for (const [leave, look] of SESSION_STATE) {
      const client = new Client({ connectionString: pooler.url });
      await client.connect();
      await client.query(leave);
      expect([leave, (await client.query(look)).rows]).toEqual([leave, []]);
      await client.end();
    }
    const named = new Client({ connectionString: pooler.url });
    await named.connect();
    await named.query({ name: "named", text: "select $1::int", values: [1] });
    await expect(named.query({ name: "named", text: "select $1::int", values: [2] })).rejects.toThrow(
      /prepared statement "named" does not exist/,
    );
    await named.end();
    for (const unusual of [{ options: "-c work_mem=64MB" }, { statement_timeout: 1_000 }]) {
      const client = new Client({ connectionString: pooler.url, ...unusual });
      client.on("error", () => {});
      await expect(client.connect()).rejects.toThrow(/unsupported startup parameter/);
    }
  });

  it("an app hears nothing, is told so, and finds within a second what others send", { timeout: 30_000 }, async () => {
    const emitWarning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const said = (): number => emitWarning.mock.calls.filter(([text]) => ADVICE.test(String(text))).length;
    const schema = `place_${places}`;
    const [sender, worker] = [appOn(pooler.url, { schema, listen: false }), appOn(pooler.url, { schema })];
    await worker.app.start();
    expect(Math.max(...(await delaysBetween(sender, worker)))).toBeLessThan(2_500);
    await expect.poll(said, { timeout: 10_000 }).toBe(1);
    await worker.app.stop();
    await sender.app.stop();
    emitWarning.mockRestore();
  });

  it("an app that listens at the server itself begins at once what others send", { timeout: 30_000 }, async () => {
    const schema = `place_${places}`;
    const sender = appOn(pooler.url, { schema, listen: false });
    const worker = appOn(pooler.url, { schema, listen: server.url });
    await worker.app.start();
    await expect.poll(() => isListenedTo(server.url), { timeout: 5_000 }).toBe(true);
    expect(percentile(await delaysBetween(sender, worker), 0.7)).toBeLessThan(250);
    await worker.app.stop();
    await sender.app.stop();
  });
});
