// The SQLite that Node carries: which versions are good enough, and how a file is opened.
import type { DatabaseSync } from "node:sqlite";
import { UnsupportedSqliteError } from "../../core/errors.ts";
import { warnOnce } from "../../core/warning.ts";
import { networkFileSystem, networkWarning } from "./network-file-system.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import { migrate } from "./sqlite-schema.ts";
import { openError } from "./sqlite-trouble.ts";

/** How long a statement may block this thread for another process's lock. Longer waits are made in steps, between turns. */
const BUSY_TIMEOUT_MS = 20;

/** Before 3.51.3, a WAL file could be reset under a reader and lose commits. The fix was carried back to these two. */
const GOOD_SINCE = [3, 51, 3] as const;
const GOOD_PATCHES = [
  [3, 50, 7],
  [3, 44, 6],
] as const;

/** What the WAL is cut back to once it has grown: behind a long reader, it grows without end. */
const LONGEST_WAL_BYTES = 16 * 1024 * 1024;

export function isGoodSqlite(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const isPatched = GOOD_PATCHES.some((good) => good[0] === major && good[1] === minor && patch >= good[2]);
  if (isPatched || major !== GOOD_SINCE[0]) return isPatched || major > GOOD_SINCE[0];
  return minor > GOOD_SINCE[1] || (minor === GOOD_SINCE[1] && patch >= GOOD_SINCE[2]);
}

/** Opens and migrates the file. Throws what a user can act on. */
export function openDatabase({ path, synchronous = "full" }: SqliteOptions): DatabaseSync {
  const version = globalThis.process?.versions?.["sqlite"];
  if (version === undefined || !isGoodSqlite(version))
    throw UnsupportedSqliteError.for(version, globalThis.process?.version);
  let database: DatabaseSync | undefined;
  try {
    database = new (loadSqlite().DatabaseSync)(path, { timeout: BUSY_TIMEOUT_MS });
    // WAL is a property of the file: changing to it takes a lock that another process may hold for a moment.
    if (pragma(database, "journal_mode") !== "wal") database.exec("pragma journal_mode = wal");
    database.exec(`pragma synchronous = ${synchronous === "normal" ? "normal" : "full"}`);
    database.exec(`pragma journal_size_limit = ${LONGEST_WAL_BYTES}`);
    if (process.platform === "darwin") database.exec("pragma fullfsync = on; pragma checkpoint_fullfsync = on");
    migrate(database);
    warnOfNetwork(path);
    return database;
  } catch (error) {
    database?.close();
    throw openError(path, error);
  }
}

function pragma(database: DatabaseSync, name: "journal_mode"): unknown {
  return database.prepare(`pragma ${name}`).get()?.[name];
}

/** It may work all the same, where a single machine has it: nobody is stopped. */
function warnOfNetwork(path: string): void {
  if (process.platform !== "linux") return; // elsewhere, the numbers say something else
  let name: string | undefined;
  try {
    name = networkFileSystem(process.getBuiltinModule("node:fs").statfsSync(path).type);
  } catch {
    return; // nothing is known of it
  }
  if (name !== undefined) warnOnce(`network ${path}`, networkWarning(path, name));
}

/** Node's module; its announcement that it is experimental, where it still makes one, is not ours to print. */
function loadSqlite(): typeof import("node:sqlite") {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}
