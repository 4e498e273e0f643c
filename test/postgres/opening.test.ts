// How a store on Postgres is opened, by several at once, and what a user is told where it cannot be.
import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoreOpenError, StoreVersionError, UnsupportedPostgresError } from "../../src/core/errors.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { migrate } from "../../src/stores/postgres/postgres-schema.ts";
import { PASSWORD, PostgresServer, hasPostgres } from "./server.ts";

let server: PostgresServer;

async function ask(...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  for (const text of statements) await client.query(text);
  await client.end();
}
/** What opening rejects with. Its text, its cause and what they hold never show the password. */
async function refusal(place: ConstructorParameters<typeof PostgresStore>[0], schema = "opened"): Promise<Error> {
  const error = await new PostgresStore(place, { schema }).open().then(
    () => expect.unreachable("it was opened"),
    (thrown: unknown) => thrown as Error,
  );
  const shown = `${error.message} ${String(error.stack)} ${JSON.stringify(error)} ${JSON.stringify(error.cause)} ${String(error.cause)}`;
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(shown).not.toContain(secret);
  return error;
}

// Skipped: where there is no build of the server, there is none to open.
describe.skipIf(!hasPostgres())("a store on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it("is on the server that was asked for", async () => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    await client.end();
    expect(rows[0]!.server_version.split(".")[0]).toBe(process.env["SUREFOOT_POSTGRES_VERSION"] ?? "18");
  });

  it("is made once, however many open it at once", async () => {
    const stores = Array.from({ length: 8 }, () => new PostgresStore(server.url, { schema: "at once" }));
    await Promise.all(stores.map((store) => store.open()));
    const counts = await Promise.all(stores.map((store) => store.counts()));
    expect(counts.map(({ size }) => size)).toEqual(stores.map(() => 0));
    for (const store of stores) await store.close();
  });

  it("asks for nothing that its role may not do, once the schema is there", async () => {
    const owner = new PostgresStore(server.url, { schema: "granted" });
    await owner.open();
    await owner.close();
    await ask(
      `create role modest login password '${PASSWORD}'`,
      "grant usage on schema granted to modest",
      "grant select, insert, update, delete on all tables in schema granted to modest",
      "grant usage on all sequences in schema granted to modest",
    );
    const store = new PostgresStore(server.urlAs("modest"), { schema: "granted" });
    await store.open();
    expect((await store.counts()).size).toBe(0);
    await store.close();
    const error = await refusal(server.urlAs("modest"), "elsewhere");
    expect([error.message, error instanceof StoreOpenError]).toEqual([
      expect.stringContaining("Grant the user create on the database"),
      true,
    ]);
  });

  it("that was used by newer code says so, and is left as it is", async () => {
    const store = new PostgresStore(server.url, { schema: "newer" });
    await store.open();
    await store.close();
    await ask("update newer.meta set value = 99 where key = 'schema'");
    await store.open();
    await store.close();
    await ask("update newer.meta set value = 98 where key = 'oldest_compatible'");
    const error = await refusal(server.url, "newer");
    expect(error).toBeInstanceOf(StoreVersionError);
    expect(error.message).toContain("needs code that knows its schema 98");
  });

  it("says what is wrong with the place", async () => {
    const wrong = server.url.replace(encodeURIComponent(PASSWORD), "wrong");
    expect((await refusal(wrong)).message).toMatch(
      /password authentication failed.*Look at the user and the password/s,
    );
    expect((await refusal(server.urlAs("postgres", "nowhere"))).message).toMatch(
      /does not exist.*Create the database first/s,
    );
    expect((await refusal(server.urlAs("nobody"))).message).toContain("Look at the user and the password");
    for (const unreadable of [`postgres://ada:${PASSWORD}@host/x`, "postgres://ada:[x@host:nonsense/x"])
      expect((await refusal(unreadable)).message).toMatch(/cannot be read.*Look at the connection string/s);
    for (const place of [wrong, server.urlAs("postgres", "nowhere")])
      expect(await refusal(place)).toBeInstanceOf(StoreOpenError);
  });

  it("that is away says so after some tries, and can be opened when it is back", async () => {
    const away = await PostgresServer.start();
    const store = new PostgresStore(away.url);
    await away.stop();
    const error = await store.open().catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ message: expect.stringContaining("Look whether the server runs") });
    await away.restart();
    await store.open();
    await store.close();
    await away.remove();
  });

  it("leaves a pool that it was given open, also where it cannot be opened", async () => {
    const pool = new Pool({ connectionString: server.urlAs("modest") });
    expect((await refusal(pool, "forbidden")).message).toContain("Grant the user create");
    expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});

it("a server that is too old is refused, and nothing is done there", async () => {
  const asked: string[] = [];
  const session = {
    rows: async (text: string) => (asked.push(text), [{ number: 130_011, name: "13.11" }]),
    run: async () => 0,
  };
  const error = await migrate(session, '"surefoot"').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnsupportedPostgresError);
  expect([(error as Error).message, asked.length]).toEqual([expect.stringContaining("this server is 13.11"), 1]);
});
