// Journals of simulations on one Postgres: each has a schema of its own, and each process in it connections of its own.
//
// Owns: the schemas, and the stores that were connected. Does not own: the server.
// Called by: simulations that are asked for on Postgres.
import { Client } from "pg";
import type { Store } from "../../src/durable/store.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import type { NewPlace } from "./simulation-place.ts";

export function postgresPlaces(url: string): NewPlace {
  let places = 0;
  return async () => {
    const schema = `simulated_${++places}`;
    const stores: PostgresStore[] = [];
    return {
      connect() {
        const store = new PostgresStore(url, { schema, listen: false });
        stores.push(store);
        return openedWhenAsked(store);
      },
      async close() {
        for (const store of stores) await store.close();
        const client = new Client({ connectionString: url });
        await client.connect();
        await client.query(`drop schema ${schema} cascade`);
        await client.end();
      },
    };
  };
}

/** Nobody in a simulation opens a store: its processes have it from their beginning. */
function openedWhenAsked(store: PostgresStore): Store {
  let opening: Promise<void> | undefined;
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        await (opening ??= target.open());
        return Reflect.apply(member, target, args);
      };
    },
  });
}
