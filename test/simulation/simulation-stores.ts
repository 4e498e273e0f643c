// The stores that a simulation can be asked for by name.
//
// Owns: nothing. Does not own: the places in them (simulation-place, postgres-place).
// Called by: `npm run simulate`, and the hunt for faults.
import { PostgresServer } from "../postgres/server.ts";
import { postgresPlaces } from "./postgres-place.ts";
import { memoryPlace, sqlitePlace, type NewPlace } from "./simulation-place.ts";

export type StoreName = "memory" | "sqlite" | "postgres";

/** A store that journals can be made in. */
interface SimulatedStore {
  readonly newPlace: NewPlace;
  readonly end: () => Promise<void>;
}

export const STORES: Readonly<Record<StoreName, () => Promise<SimulatedStore>>> = {
  memory: async () => ({ newPlace: memoryPlace, end: async () => {} }),
  sqlite: async () => ({ newPlace: sqlitePlace, end: async () => {} }),
  postgres: async () => {
    const server = await PostgresServer.start();
    return { newPlace: postgresPlaces(server.url), end: () => server.remove() };
  },
};

export function isStoreName(name: string): name is StoreName {
  return Object.hasOwn(STORES, name);
}
