import { InvalidDefinitionError } from "./core/errors.ts";
import { durableStore } from "./durable/durable-store.ts";
import type { AppStore } from "./core/backend.ts";
import { sqliteStore } from "./stores/sqlite/sqlite-place.ts";
import type { SqliteTransaction } from "./stores/sqlite/sqlite-transaction.ts";
import type { SqliteOptions } from "./stores/sqlite/sqlite-options.ts";

/**
 * A store in one SQLite file, on the SQLite that Node carries: nothing to install, nothing to start.
 *
 * Use it wherever the processes of an app share one disk. An outcome is on the disk before code goes on; with
 * `synchronous: "normal"` it survives the death of the process, but not always of the machine. Needs a Node whose SQLite is
 * 3.51.3 or later (Node 24), and says so. A thread of its own works on the file, so that a busy disk does not hold up the app's;
 * in a bundle of one file its code is not there, and the app's thread does it.
 *
 * @example
 * const app = createApp({ name: "billing", store: sqlite("billing.db") });
 */
export function sqlite(pathOrOptions: string | SqliteOptions): AppStore<SqliteTransaction> {
  const options = typeof pathOrOptions === "string" ? { path: pathOrOptions } : pathOrOptions;
  const { path, synchronous = "full" }: Partial<SqliteOptions> = options ?? {};
  // SQLite takes the empty path for a file that is deleted when it is closed.
  if (typeof path !== "string" || path === "" || path.includes("\0"))
    throw InvalidDefinitionError.for(
      `sqlite() needs the path of a file, and ${JSON.stringify(path)} is none. Is an environment variable not set?`,
    );
  if (!["full", "normal"].includes(synchronous))
    throw InvalidDefinitionError.for(
      `synchronous of sqlite() is "full" or "normal", and not ${JSON.stringify(synchronous)}`,
    );
  return durableStore<SqliteTransaction>(sqliteStore(options));
}
export type { AppStore } from "./core/backend.ts";
export type { SqliteOptions } from "./stores/sqlite/sqlite-options.ts";
export type {
  SqliteChanges,
  SqliteParameter,
  SqliteRow,
  SqliteStatement,
  SqliteTransaction,
  SqliteValue,
} from "./stores/sqlite/sqlite-transaction.ts";
