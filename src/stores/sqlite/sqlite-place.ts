// On which thread a SQLite file is worked on: on one of its own where its code is there, on the app's where it is not.
import { warnOnce } from "../../core/warning.ts";
import type { Store } from "../../durable/store.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { ThreadedSqliteStore } from "./threaded-sqlite-store.ts";

export function sqliteStore(options: SqliteOptions): Store {
  if (options.thread === false) return new SqliteStore(options);
  const file = threadFile();
  if (file !== undefined) return new ThreadedSqliteStore(file, options);
  warnOnce(
    `thread ${options.path}`,
    `the store "${options.path}" works on the app's own thread, as the code of its thread is not where this code is: is it a bundle? A busy disk holds the app up. Leave surefoot out of the bundle, or say so: sqlite({ path, thread: false })`,
  );
  return new SqliteStore(options);
}

/** Beside this file: as a bundler has it, nothing is there. */
function threadFile(): URL | undefined {
  const here: string | undefined = import.meta.url;
  if (here === undefined || !here.startsWith("file:")) return undefined;
  const file = new URL(`./sqlite-thread${here.endsWith(".ts") ? ".ts" : ".js"}`, here);
  return process.getBuiltinModule("node:fs").existsSync(file) ? file : undefined;
}
