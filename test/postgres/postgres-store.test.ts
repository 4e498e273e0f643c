// The contract of a store, on a Postgres of its own.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../src/durable/store.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { storeContract } from "../../src/testing/store-contract.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

let server: PostgresServer;
const opened: Store[] = [];
let places = 0;

// Skipped: where there is no build of the server, the contract is checked elsewhere.
describe.skipIf(!hasPostgres())("the contract of a store, on a Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    places++;
  });

  async function openStore(): Promise<Store> {
    const store = new PostgresStore(server.url, { schema: `place_${places}` });
    opened.push(store);
    await store.open();
    return store;
  }

  it.each(storeContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    await expect(check(openStore)).resolves.toBeUndefined();
  });
});
