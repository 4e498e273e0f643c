// A journal in a SQLite file.
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { integrityOf, isLockHeld, isOfLock, lookAtJournal, workersIn } from "./journal-look.ts";
import type { JournalPlace } from "./journal-place.ts";
import { journalPath } from "./load.ts";

/** What a worker says when another one stands still within a lock that keeps even readers out. */
const LOCKED_OUT = /^.*could not reach its store.*(locking protocol|database is locked).*\n(\(Use .*\n)?/gm;

export function sqlitePlace(path: string): JournalPlace {
  return {
    address: path,
    store: () => new SqliteStore({ path }),
    look: async () => lookAtJournal(path),
    workers: async () => workersIn(path),
    untilCarriedOut: async () => {}, // it carries everything out itself
    isLockHeld: async () => isLockHeld(path),
    complaints: LOCKED_OUT,
    isLockedOut: isOfLock,
    integrity: async () => integrityOf(path),
    close: async () => {},
  };
}

/** In the folder of a campaign. */
export function sqlitePlaceIn(directory: string): JournalPlace {
  return sqlitePlace(journalPath(directory));
}
