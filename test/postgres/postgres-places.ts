// Places in one Postgres for the tests of a file: each is empty, and is left when its test ends.
import { afterAll, afterEach, beforeAll } from "vitest";
import type { Store } from "../../src/durable/store.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { counted } from "../../src/testing/calls-under-way.ts";
import { PostgresServer } from "./server.ts";

/** To be called once in a file. Gives what makes a store on a new place. */
export function postgresPlaces(): () => Store {
  let server: PostgresServer;
  let places = 0;
  const stores: Store[] = [];
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });
  afterAll(() => server.remove());
  return () => {
    const store = counted<Store>(new PostgresStore(server.url, { schema: `place_${++places}` }));
    stores.push(store);
    return store;
  };
}
