// Servers that take no writes: a standby, and what has become one in a failover.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { TransactionEnd } from "../../src/durable/store.ts";
import { createApp } from "../../src/index.ts";
import { postgres, type PostgresTransaction } from "../../src/postgres.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { sampleStep, sampleWorker, sampleWrite } from "../../src/testing/journal-samples.ts";
import { claimedRuns } from "../../src/testing/store-case.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

/** Some 25 s without giving anything up: idle connections are closed after ten seconds, whatever is known of them. */
const SOON = { timeout: 15_000 };
/** A server starts three times. */
const LONG = { timeout: 60_000 };

let server: PostgresServer;
/** A connection that takes writes whatever others do. */
let own: Client;

/** Connections that are made from now on take writes, or none; those that there are stay as they are. */
async function newConnectionsWrite(doWrite: boolean): Promise<void> {
  await own.query(`alter database postgres set default_transaction_read_only = ${doWrite ? "off" : "on"}`);
}
const CUT = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'surefoot%'";

// Skipped: where there is no build of the server, there is none to be demoted.
describe.skipIf(!hasPostgres())("a server that takes no writes", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
    own = new Client({ connectionString: server.url });
    await own.connect();
  });
  afterAll(async () => {
    await own.end();
    await server.remove();
  });

  it(
    "is no place for a store, also where its tables are there: a standby is refused, and says what to connect to",
    LONG,
    async () => {
      const standby = await PostgresServer.start();
      onTestFinished(() => standby.remove());
      const store = new PostgresStore(standby.url);
      await store.open();
      await store.close();
      await standby.demote();
      await expect(store.open()).rejects.toThrow(/takes no writes.*standby.*Connect to the primary/s);
      const client = new Client({ connectionString: standby.url });
      await client.connect();
      await client.query("select pg_promote()");
      await client.end();
      await store.open();
      await store.close();
    },
  );

  it("is left: its connections are given up, and what was asked there is asked again", SOON, async () => {
    const store = new PostgresStore(server.url, { schema: "left" });
    await store.open();
    await store.enterWorker(sampleWorker());
    await newConnectionsWrite(false);
    await own.query(CUT); // those of the primary that was
    expect((await store.counts()).size).toBe(0); // has a connection now that takes no writes
    await newConnectionsWrite(true);
    expect(await store.beat({ incarnation: "worker-1" })).toBe(true);
    await store.close();
  });

  it("takes a transaction's connection, and not its step; a body that made its own transaction read-only fails", async () => {
    const store = new PostgresStore(server.url, { schema: "lent", connections: 3 });
    await store.open();
    await claimedRuns(store, ["run_1"]);
    const transact = (body: (tx: PostgresTransaction) => unknown): Promise<TransactionEnd> =>
      store.transact({
        incarnation: "worker-1",
        alone: () => Promise.resolve(),
        body: (tx) => body(tx as PostgresTransaction),
        write: () => sampleWrite({ records: [sampleStep()] }),
      });
    await own.query("create table note (id int not null)");
    const insert = (tx: PostgresTransaction) => tx.query("insert into note values (1)");
    const end = await transact(async (tx) => {
      await tx.query("set transaction read only");
      await insert(tx);
    });
    expect(end).toMatchObject({ thrown: { code: "25006" } });
    await newConnectionsWrite(false);
    await own.query(CUT);
    await Promise.all([1, 2, 3].map(() => store.counts())); // they have connections now that write nothing
    await newConnectionsWrite(true);
    const codes: unknown[] = [];
    let last: TransactionEnd | undefined;
    while (last === undefined && codes.length < 6)
      last = await transact(insert).catch(
        ({ cause }: { readonly cause?: { readonly code?: string } }) => void codes.push(cause?.code),
      );
    expect(last).toBe("kept");
    expect(codes).toContain("25006");
    await store.close();
  });

  it("fails no step: what had begun there goes on with the server that takes its place", SOON, async () => {
    const app = createApp({ name: "moved", store: postgres(server.url, { schema: "moved" }), observers: [] });
    let bodies = 0;
    let go = (): void => {};
    const isDemoted = new Promise<void>((resolve) => (go = resolve));
    const fn = app.createFunction({ name: "Book", retries: 0 }, { event: "book" }, function* ({ step }) {
      yield* step.run("Wait", () => isDemoted);
      return yield* step.transaction("Book", async (tx) => {
        bodies++;
        await tx.query("insert into booking values (1)");
        return "booked";
      });
    });
    await own.query("create table booking (id int not null)");
    await app.start();
    const run = app.run(fn, { data: null });
    await expect.poll(async () => (await app.runs.list({ status: "running" })).items.length).toBe(1);
    await newConnectionsWrite(false);
    await own.query(CUT);
    go();
    await Promise.all(Array.from({ length: 5 }, () => app.runs.list())); // all connections are made anew, and write nothing
    await newConnectionsWrite(true);
    expect(await run).toBe("booked");
    const { items } = await app.runs.list();
    expect((await app.runs.get(items[0]!.id))!.takeovers).toEqual([]);
    expect((await own.query("select count(*)::int as n from booking")).rows).toEqual([{ n: 1 }]);
    expect(bodies).toBeGreaterThan(0);
    await app.stop();
  });
});
