// What a bundle carries that it is not to carry. Pure.
import type { Bundle, BundledModule } from "./bundle.ts";
import { WEIGHED, type WeighedName } from "./programs.ts";

/** Modules of core that only storing needs: what a store can keep, and how it is written down. */
const FOR_STORING = /^core\/(value-codec|value-survey|error-codec|storab[a-z-]+|unstorable-warning)\.js$/;
/** The doors only pass names on. */
const DOOR = /^[a-z-]+\.js$/;

/** Each module that has no business in the program's bundle, with who brought it; and Node's SQLite. */
export function strangersIn(name: WeighedName, { modules, text }: Bundle): readonly string[] {
  const { rooms, isStored } = WEIGHED[name];
  const problems = modules.flatMap((one) => {
    const why = whyStrange(one.path, rooms, isStored);
    return why === undefined ? [] : [`${name}: ${shown(one)}: ${why}`];
  });
  const isForSqlite = (rooms as readonly string[]).includes("stores/sqlite");
  return isForSqlite || !text.includes("node:sqlite")
    ? problems
    : [...problems, `${name}: names node:sqlite, which only the door surefoot/sqlite asks for`];
}

function whyStrange(path: string, rooms: readonly string[], isStored: boolean): string | undefined {
  if (!isStored && FOR_STORING.test(path)) return "only storing needs it, and there is no store";
  if (DOOR.test(path) || rooms.some((room) => path.startsWith(`${room}/`))) return undefined;
  return `of the rooms it may carry only ${rooms.join(", ")}`;
}

function shown({ path, bytes, importedBy }: BundledModule): string {
  return `${path} (${bytes} bytes${importedBy.length === 0 ? "" : `, imported by ${importedBy.join(", ")}`})`;
}
