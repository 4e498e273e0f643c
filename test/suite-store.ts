// The store that suites are played on: the one in memory, or a place in Postgres (the project "on Postgres" of vitest.config.ts).
import type { Store } from "../src/durable/store.ts";
import { MemoryStore } from "../src/stores/memory/memory-store.ts";

const isOnPostgres = process.env["SUREFOOT_SUITE_STORE"] === "postgres";

export type SuitePlace = "in process" | "on a store";

/** Where each program is played. What needs no store is played where the store costs nothing. */
export const PLACES: readonly SuitePlace[] = isOnPostgres ? ["on a store"] : ["in process", "on a store"];

/** A new one, empty. Its time is the test's, and so is its end: an app that is stopped leaves it to the others. */
export const newSuiteStore: () => Store = isOnPostgres ? await placesInPostgres() : () => new MemoryStore();

/** Only where it is asked for: programs that are played in a process of their own have no test to end with. */
async function placesInPostgres(): Promise<() => Store> {
  const { postgresPlaces } = await import("./postgres/postgres-places.ts");
  const newPlace = postgresPlaces();
  return () => ownedByTest(newPlace());
}

function ownedByTest(store: Store): Store {
  return new Proxy(store, {
    get(target, verb) {
      if (verb === "clockOver") return undefined;
      if (verb === "close") return () => Promise.resolve();
      const value: unknown = Reflect.get(target, verb);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
