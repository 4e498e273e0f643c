// Where a simulation's journal is: in memory, in a database of SQLite, or wherever else a store is opened.
//
// Owns: nothing. Does not own: what goes wrong on the way there (faulty-store).
// Called by: the course of a simulation, one for each.
import type { Store } from "../../src/durable/store.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";

export interface SimulationPlace {
  /** The store as another process has it. */
  connect(): Store;
  close(): Promise<void>;
}
export type NewPlace = () => Promise<SimulationPlace>;

export async function memoryPlace(): Promise<SimulationPlace> {
  return sharedPlace(new MemoryStore());
}

/** A database that is nowhere but in memory belongs to one connection: all processes share that. */
export async function sqlitePlace(): Promise<SimulationPlace> {
  const store = new SqliteStore({ path: ":memory:", thread: false });
  await store.open();
  return sharedPlace(store);
}

/** A process that leaves closes its store: this one is others' too. */
function sharedPlace(store: Store): SimulationPlace {
  const shared = new Proxy(store, {
    get(target, name) {
      if (name === "close") return async () => {};
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
  return { connect: () => shared, close: () => store.close() };
}
