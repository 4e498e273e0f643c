// Drizzle and Kysely in the transaction of a step: both take the client that a body is handed.
import { drizzle } from "drizzle-orm/node-postgres";
import { pgTable, serial, text } from "drizzle-orm/pg-core";
import { Kysely, PostgresDialect, type Generated } from "kysely";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const effect = pgTable("effect", { id: serial().primaryKey(), name: text().notNull() });
interface Tables {
  readonly effect: { readonly id: Generated<number>; readonly name: string };
}

// Skipped: where there is no build of the server.
describe.skipIf(!hasPostgres())("a query builder in a step's transaction", () => {
  let server: PostgresServer;
  let own: Client;
  beforeAll(async () => {
    server = await PostgresServer.start();
    own = new Client({ connectionString: server.url });
    await own.connect();
    await own.query("create table effect (id serial primary key, name text not null)");
  });
  afterAll(async () => {
    await own.end();
    await server.remove();
  });

  it("writes with the step's outcome, or not at all", async () => {
    const app = createApp({ name: "builders", store: postgres(server.url), observers: [], retries: 0 });
    const fn = app.createFunction({ name: "Write" }, { event: "write" }, async ({ event, step }) => {
      const fail = (): void => {
        if (event.data.fails === true) throw new RangeError("no");
      };
      await step.transaction("Drizzle", async (tx) => {
        await drizzle({ client: tx as never })
          .insert(effect)
          .values({ name: "drizzle" });
        fail();
      });
      return step.transaction("Kysely", async (tx) => {
        const client = Object.assign(Object.create(tx) as object, { release() {} });
        const pool = { connect: async () => client, end: async () => {} };
        const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool as never }) });
        await kysely.insertInto("effect").values({ name: "kysely" }).execute();
        return (await kysely.selectFrom("effect").select("name").orderBy("id").execute()).map(({ name }) => name);
      });
    });
    await app.start();
    expect(await app.run(fn, { data: {} })).toEqual(["drizzle", "kysely"]);
    await expect(app.run(fn, { data: { fails: true } })).rejects.toThrow("no");
    expect((await own.query("select name from effect order by id")).rows).toEqual([
      { name: "drizzle" },
      { name: "kysely" },
    ]);
    await app.stop();
  });
});
