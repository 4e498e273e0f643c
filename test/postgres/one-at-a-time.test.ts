// Statements of two transactions on one connection: there are none. Whoever begins one has the connection until it is over.
import { Client, Pool } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import type { PostgresClient, PostgresPool } from "../../src/stores/postgres/postgres-options.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const RUNS = 60;

/** What was wrong on any connection, and how many transactions there were. */
interface Log {
  readonly wrong: string[];
  begun: number;
  mostAtOnce: number;
}

/** A pool whose connections are watched: who has each, what it has begun, and which statement of it is under way. */
function watchedPool(url: string, log: Log): { readonly pool: PostgresPool; readonly end: () => Promise<void> } {
  const pool = new Pool({ connectionString: url, max: 3 });
  const given = new Set<object>();
  const watched: PostgresPool & { readonly options: Pool["options"] } = {
    options: pool.options,
    end: () => pool.end(),
    on: (event, listener) => pool.on(event, listener),
    async connect() {
      const client = await pool.connect();
      if (given.has(client)) log.wrong.push("a connection was given to two");
      given.add(client);
      log.mostAtOnce = Math.max(log.mostAtOnce, given.size);
      return watchedClient(client, log, () => given.delete(client));
    },
  };
  return { pool: watched, end: () => pool.end() };
}

function watchedClient(client: PostgresClient, log: Log, released: () => void): PostgresClient {
  let underWay: string | undefined;
  let isBegun = false;
  let isMine = true;
  const watch = async (query: { readonly text: string }): Promise<unknown> => {
    if (!isMine) log.wrong.push(`after its release: ${query.text}`);
    if (underWay !== undefined) log.wrong.push(`during ${underWay}: ${query.text}`);
    if (isBegun && query.text.startsWith("begin")) log.wrong.push(`in a transaction: ${query.text}`);
    if (query.text.startsWith("begin")) {
      isBegun = true;
      log.begun++;
    }
    if (/^(commit|rollback)$/.test(query.text)) isBegun = false;
    underWay = query.text;
    try {
      return await client.query(query);
    } finally {
      underWay = undefined;
    }
  };
  return new Proxy(client, {
    get(target, name) {
      if (name === "query")
        return (query: string | { readonly text: string }, values?: readonly unknown[]) =>
          watch(typeof query === "string" ? ({ text: query, values } as { readonly text: string }) : query);
      if (name === "release")
        return (isBroken?: boolean) => {
          if (isBegun) log.wrong.push("it was released in a transaction");
          isMine = false;
          released();
          target.release(isBroken);
        };
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}

// Skipped: where there is no build of the server, there are no connections.
describe.skipIf(!hasPostgres())("a connection", () => {
  let server: PostgresServer;
  let own: Client;
  let log: Log;
  beforeAll(async () => {
    server = await PostgresServer.start();
    own = new Client({ connectionString: server.url });
    await own.connect();
    await own.query("create table booking (run int not null, part text not null)");
  });
  beforeEach(() => {
    log = { wrong: [], begun: 0, mostAtOnce: 0 };
  });
  afterEach(() => own.query("truncate booking"));
  afterAll(async () => {
    await own.end();
    await server.remove();
  });

  it("has the statements of one transaction, whatever else is under way: users' transactions, saves, claims, sends and cancellations", async () => {
    const { pool, end } = watchedPool(server.url, log);
    const app = createApp({ name: "busy", store: postgres(pool, { schema: "busy" }), observers: [] });
    const order = app.createFunction({ name: "Order" }, { event: "order" }, function* ({ event, step }) {
      const run = event.data as number;
      const book = (part: string) =>
        step.transaction(`Book ${part}`, async (tx) => {
          await tx.query("insert into booking values ($1, $2)", [run, part]);
          if (part === "left") await app.send({ name: "booked", data: run }, { tx });
          await tx.query("select pg_sleep(0.002)");
          await tx.query("update booking set part = part || '!' where run = $1 and part = $2", [run, part]);
        });
      yield* step.all({ left: () => book("left"), right: () => book("right"), note: () => step.run("Note", () => 1) });
      return run;
    });
    app.createFunction({ name: "Booked" }, { event: "booked" }, ({ step }) => step.run("Note", () => 1));
    app.createFunction({ name: "Idle" }, { event: "idle" }, function* ({ step }) {
      yield* step.sleep("Long", "1h");
    });
    await app.start();
    const cancelled = Array.from({ length: RUNS }, async () => {
      const { ids } = await app.send({ name: "idle" });
      for (const { id } of (await app.runs.list({ eventId: ids[0]! })).items) await app.cancel(id);
    });
    const runs = Array.from({ length: RUNS }, (_nothing, run) => app.run(order, { data: run }));
    expect(await Promise.all(runs)).toEqual(runs.map((_run, place) => place));
    await Promise.all(cancelled);
    const count = async (status: "completed" | "cancelled"): Promise<number> =>
      (await app.runs.list({ status, limit: 500 })).items.length;
    await expect.poll(() => count("completed")).toBe(2 * RUNS);
    await expect.poll(() => count("cancelled")).toBe(RUNS);
    await app.stop();
    await end();
    const { rows } = await own.query("select count(*)::int as count, bool_and(part like '%!') as whole from booking");
    expect(rows).toEqual([{ count: 2 * RUNS, whole: true }]);
    expect(log.wrong).toEqual([]);
    expect(log.begun).toBeGreaterThan(2 * RUNS);
    expect(log.mostAtOnce).toBe(3);
  });

  it("of the user's own transaction is not the store's: what is rolled back there takes nothing of the journal with it", async () => {
    const { pool, end } = watchedPool(server.url, log);
    const app = createApp({ name: "mixed", store: postgres(pool, { schema: "mixed" }), observers: [] });
    const note = app.createFunction({ name: "Note" }, { event: "note" }, ({ event, step }) =>
      step.run("Note", () => event.data as number),
    );
    await app.start();
    await own.query("begin");
    await app.send({ name: "note", data: 0 }, { tx: own });
    const runs = Array.from({ length: RUNS }, (_nothing, at) => app.run(note, { data: at }));
    expect((await Promise.all(runs)).length).toBe(RUNS);
    await own.query("rollback");
    expect((await app.runs.list({ limit: 500 })).items.length).toBe(RUNS);
    await app.stop();
    await end();
    expect(log.wrong).toEqual([]);
  });
});
