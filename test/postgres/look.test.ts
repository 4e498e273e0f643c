// What a worker is told at once is what it would be told one by one.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { lookContract } from "../../src/testing/look-contract.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

let server: PostgresServer;

// Skipped: where there is no build of the server, there is nothing to look at.
describe.skipIf(!hasPostgres())("Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it.each(lookContract.map(({ name, check }, place) => [name, check, `look_${place}`] as const))(
    "%s",
    async (_name, check, schema) => {
      const store = new PostgresStore(server.url, { schema });
      try {
        await store.open();
        await expect(check(store)).resolves.toBeUndefined();
      } finally {
        await store.close();
      }
    },
  );
});
