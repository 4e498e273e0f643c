// What a worker process of the crash points works on, by its address.
import type { JournalPlace } from "../crash/journal-place.ts";
import type { Boundaries } from "./boundaries.ts";

export interface CrashPlace {
  readonly journal: JournalPlace;
  /** Lets the boundaries hear of each statement that is made there. Gives what ends it. */
  listen(boundaries: Boundaries): () => void;
}

/** Each is read when it is needed: thousands of processes begin here, and the other half would be read by them all. */
export async function crashPlaceAt(address: string): Promise<CrashPlace> {
  if (address.startsWith("postgres:")) {
    const [{ postgresPlaceAt }, { listenToPostgres }] = await Promise.all([
      import("../crash/postgres-place.ts"),
      import("./postgres-statements.ts"),
    ]);
    return { journal: postgresPlaceAt(address), listen: listenToPostgres };
  }
  const [{ sqlitePlace }, { listenToSqlite }] = await Promise.all([
    import("../crash/sqlite-place.ts"),
    import("./sqlite-statements.ts"),
  ]);
  return { journal: sqlitePlace(address), listen: listenToSqlite };
}
