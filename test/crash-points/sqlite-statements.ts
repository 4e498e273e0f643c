// Each statement that this process makes on SQLite files, told of.
import type { Boundaries, Statement } from "./boundaries.ts";

const sqlite = process.getBuiltinModule("node:sqlite");
const STATEMENTS: ReadonlyMap<string, Statement> = new Map([
  ["begin immediate", "begin"],
  ["commit", "commit"],
  ["rollback", "rollback"],
]);

/** Lets the boundaries hear of them. Gives what ends it. */
export function listenToSqlite(boundaries: Boundaries): () => void {
  const { StatementSync, DatabaseSync } = sqlite;
  const restores = [
    wrap(StatementSync.prototype, "run", ({ sourceSQL }) => sourceSQL),
    wrap(StatementSync.prototype, "get", ({ sourceSQL }) => sourceSQL),
    wrap(StatementSync.prototype, "all", ({ sourceSQL }) => sourceSQL),
    wrap(DatabaseSync.prototype, "exec", (_database, sql) => String(sql)),
    wrap(DatabaseSync.prototype, "close", () => "close"),
  ];
  return () => {
    for (const restore of restores) restore();
  };

  function wrap<Target extends object>(
    target: Target,
    method: keyof Target & string,
    sqlOf: (self: Target, ...args: readonly unknown[]) => string,
  ): () => void {
    const original = target[method] as (...args: readonly unknown[]) => unknown;
    const replace = (value: unknown): void => void Object.assign(target, { [method]: value });
    replace(function (this: Target, ...args: readonly unknown[]): unknown {
      const statement = STATEMENTS.get(sqlOf(this, ...args)) ?? "other";
      boundaries.stating(statement);
      const given = original.apply(this, [...args]);
      boundaries.stated(statement);
      return given;
    });
    return () => replace(original);
  }
}
