// What went wrong with a file while it was worked on, and what may be done about it. Pure.
import { StoreOpenError, StoreUnavailableError } from "../../core/errors.ts";

/** SQLITE_BUSY, SQLITE_LOCKED, and SQLITE_PROTOCOL: a lock on the WAL's index that is only ever held for a moment, and was not let go. */
const BUSY_CODES: ReadonlySet<number> = new Set([5, 6, 15]);

/** Whether a statement failed because another process held the lock. */
export function isBusy(error: unknown): boolean {
  return BUSY_CODES.has(codeOf(error));
}

const READ_ONLY = 8;
const IO = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

const DAMAGED =
  "Stop the app, keep a copy of the file and of those beside it that end in -wal and -shm, and take a backup, or what `sqlite3 file .recover` can read";

const REMEDIES: ReadonlyMap<number, string> = new Map([
  [READ_ONLY, "Give this process the right to write to the file and to its folder"],
  [IO, "Look at the disk, and what the system's log says of it"],
  [CORRUPT, DAMAGED],
  [FULL, "Make room on the disk"],
  [CANNOT_OPEN, "Look whether the file and its folder are still there, and how many files this process may open"],
  [NOT_A_DATABASE, DAMAGED],
]);
const NO_STORE = "Look whether the folder exists and can be written to, and whether the file is an SQLite database";
const HELD = "Another process has held the file's lock for long: look which one leaves a transaction open";

/** What a user is told of a file that could not be opened; a lock is given back as it is, and so is anything else. */
export function openError(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === -1 || isBusy(error)) return error;
  const isNoStore = code === CANNOT_OPEN || code === NOT_A_DATABASE;
  return StoreOpenError.for(path, error as Error, (isNoStore ? undefined : REMEDIES.get(code)) ?? NO_STORE);
}

/** What a user is told of a file that was open, and could not be worked on; anything else is given back as it is. */
export function unavailableError(path: string, error: unknown): unknown {
  const remedy = isBusy(error) ? HELD : REMEDIES.get(codeOf(error));
  return remedy === undefined ? error : StoreUnavailableError.for(JSON.stringify(path), error as Error, remedy);
}

/** Without what SQLite adds to a code; -1: it is no error of SQLite. */
function codeOf(error: unknown): number {
  const code = (error as { readonly errcode?: unknown } | undefined)?.errcode;
  return typeof code === "number" ? code & 0xff : -1;
}
