// Transactions of steps, and events that are sent in one, on a Postgres of their own.
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TransactionEnd } from "../../src/durable/store.ts";
import { TaggedError, createApp } from "../../src/index.ts";
import { postgres, type PostgresTransaction } from "../../src/postgres.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { sampleStep, sampleWrite } from "../../src/testing/journal-samples.ts";
import { claimedRuns } from "../../src/testing/store-case.ts";
import { transactionContract, type TransactionPlace } from "../../src/testing/transaction-contract.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

class OutOfStock extends TaggedError("OutOfStock")<{ readonly order: number }> {}

// Skipped: where there is no build of the server, transactions are checked elsewhere.
describe.skipIf(!hasPostgres())("transactions on a Postgres", () => {
  let server: PostgresServer;
  let own: Client;
  let store: PostgresStore;
  let places = 0;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());
  beforeEach(async () => {
    const schema = `place_${++places}`;
    store = new PostgresStore(server.url, { schema });
    await store.open();
    own = new Client({ connectionString: server.url });
    await own.connect();
    await own.query(
      "drop table if exists part; drop table if exists effect; create table effect (id serial primary key, name text not null)",
    );
  });
  afterEach(async () => {
    await own.end();
    await store.close();
  });

  const effects = async (): Promise<string[]> =>
    (await own.query("select name from effect order by id")).rows.map(({ name }) => String(name));

  const place = (): TransactionPlace => ({
    store,
    act: (tx, effect) => (tx as PostgresTransaction).query("insert into effect (name) values ($1)", [effect]),
    effects,
    async within(end, work) {
      await own.query("begin");
      try {
        await work(own);
      } finally {
        await own.query(end);
      }
    },
  });

  it.each(transactionContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    await expect(check(place())).resolves.toBeUndefined();
  });

  function transact(body: (tx: PostgresTransaction) => unknown): Promise<TransactionEnd> {
    return store.transact({
      incarnation: "worker-1",
      alone: () => Promise.resolve(),
      body: (tx) => body(tx as PostgresTransaction),
      write: () => sampleWrite({ records: [sampleStep()] }),
    });
  }
  const messageOf = (end: TransactionEnd): unknown => (typeof end === "object" ? (end.thrown as Error).message : end);
  const ACT = "insert into effect (name) values ('a')";

  it.each(["commit", "ROLLBACK", " begin", "end", "start transaction", "abort", "prepare transaction 'x'"])(
    "a body cannot %s, whatever it makes of the error",
    async (sql) => {
      await claimedRuns(store, ["run_1"]);
      const end = await transact(async (tx) => {
        await tx.query(ACT);
        await expect(tx.query(sql)).rejects.toThrow(/^the body of a transaction cannot use "/);
        await expect(tx.query({ text: sql })).rejects.toThrow(/cannot use/);
      });
      expect([end, await effects()]).toEqual(["kept", ["a"]]);
    },
  );
  it("a body may use savepoints", async () => {
    await claimedRuns(store, ["run_1"]);
    const end = await transact(async (tx) => {
      await tx.query(ACT);
      await tx.query("savepoint here");
      await expect(tx.query("insert into nowhere values (1)")).rejects.toThrow("nowhere");
      await tx.query("rollback to savepoint here");
    });
    expect([end, await effects()]).toEqual(["kept", ["a"]]);
  });
  it("a body that ended the transaction all the same is found out, and its step is not recorded", async () => {
    await claimedRuns(store, ["run_1"]);
    const end = await transact((tx) => tx.query(`${ACT}; commit`));
    expect(messageOf(end)).toMatch(/^the body of a transaction ended it/);
    expect(await store.records({ id: "run_1" })).toEqual([]);
  });
  it("a statement that failed keeps nothing, also where its error was caught", async () => {
    await claimedRuns(store, ["run_1"]);
    const end = await transact(async (tx) => {
      await tx.query(ACT);
      await tx.query("insert into nowhere values (1)").catch(() => {});
    });
    expect(messageOf(end)).toMatch(/current transaction is aborted/);
    expect(await effects()).toEqual([]);
  });
  it("a constraint that is checked by the commit fails the step, as any other", async () => {
    await claimedRuns(store, ["run_1"]);
    await own.query("create table part (of int references effect (id) deferrable initially deferred)");
    const end = await transact((tx) => tx.query("insert into part values (9)"));
    expect(messageOf(end)).toMatch(/foreign key/);
  });
  it("what is done with the client later is refused", async () => {
    await claimedRuns(store, ["run_1"]);
    let kept: PostgresTransaction | undefined;
    await transact((tx) => void (kept = tx));
    await expect(kept!.query(ACT)).rejects.toThrow("the transaction is over");
    expect(await effects()).toEqual([]);
  });

  it("an app: the effect and the step are one, and an event that is sent in a transaction starts its function once it commits", async () => {
    const app = createApp({ name: "shop", store: postgres(server.url, { schema: `app_${places}` }), observers: [] });
    app.createFunction({ name: "Pay" }, { event: "order.placed" }, function* ({ event, step }) {
      const paid = yield* step.transaction("Book", async function* (tx) {
        if (event.data.order === 3) throw yield* new OutOfStock({ order: 3 });
        await tx.query("insert into effect (name) values ($1)", [`order ${event.data.order}`]);
        return (await tx.query("select count(*)::int as n from effect")).rows[0].n as number;
      });
      return paid;
    });
    await app.start();
    await own.query("begin");
    await app.send({ name: "order.placed", data: { order: 1 } }, { tx: own });
    await own.query("rollback");
    await own.query("begin");
    const { ids } = await app.send({ name: "order.placed", data: { order: 2 } }, { tx: own });
    expect(await app.runs.list()).toMatchObject({ items: [] });
    await own.query("commit");
    await expect
      .poll(async () =>
        (await app.runs.list()).items.map(({ event, status, output }) => ({ id: event.id, status, output })),
      )
      .toEqual([{ id: ids[0], status: "completed", output: 1 }]);
    expect(await effects()).toEqual(["order 2"]);
    await app.send({ name: "order.placed", data: { order: 3 } });
    await expect
      .poll(async () =>
        (await app.runs.list({ status: "failed" })).items.map(({ error }) => (error as Error | undefined)?.name),
      )
      .toEqual(["OutOfStock"]);
    await expect(app.send({ name: "order.placed", data: {} }, { tx: own })).rejects.toThrow("is in no transaction");
    await app.stop();
  });

  it("more transactions than connections leave one to the saves of their own runs", { timeout: 10_000 }, async () => {
    const crowded = postgres(server.url, { schema: `app_${places}`, connections: 2 });
    const app = createApp({ name: "shop", store: crowded, observers: [] });
    const fn = app.createFunction({ name: "Pay" }, { event: "pay" }, async ({ step }) => {
      let isWritten = (): void => {};
      const written = new Promise<void>((resolve) => (isWritten = resolve));
      await step.all([
        step.transaction("Book", async (tx) => {
          await tx.query("select pg_sleep(0.05)");
          isWritten(); // its own run has something to save just now
          await tx.query(ACT);
        }),
        step.run("Note", () => written),
      ]);
    });
    await app.start();
    const runs = Array.from({ length: 6 }, () => app.run(fn, { data: {} }));
    await Promise.all(runs);
    expect((await effects()).length).toBe(runs.length);
    await app.stop();
  });

  it("a store of one connection says that it has none for a transaction", async () => {
    await claimedRuns(store, ["run_1"]);
    const small = new PostgresStore(server.url, { schema: `place_${places}`, connections: 1 });
    await small.open();
    const end = await small.transact({
      incarnation: "worker-1",
      alone: () => Promise.resolve(),
      body: () => 1,
      write: () => sampleWrite({ records: [sampleStep()] }),
    });
    expect(messageOf(end)).toContain("give postgres() two or more");
    await small.close();
  });
});
