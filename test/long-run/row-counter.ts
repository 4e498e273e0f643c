// The rows that Node's SQLite gives to this process, or changes for it.
//
// Owns: the count. Does not own: what the statements ask for.
// Called by: long-run-worker.
import { listenToCalls } from "./call-listener.ts";

const { StatementSync } = process.getBuiltinModule("node:sqlite");

export class RowCounter {
  #rows = 0;

  constructor() {
    listenToCalls(StatementSync.prototype, "get", (_cells, row) => {
      if (row !== undefined) this.#rows++;
    });
    listenToCalls(StatementSync.prototype, "all", (_cells, rows) => {
      this.#rows += (rows as readonly unknown[]).length;
    });
    listenToCalls(StatementSync.prototype, "run", (_cells, changed) => {
      this.#rows += Number((changed as { readonly changes: number | bigint }).changes);
    });
  }

  get rows(): number {
    return this.#rows;
  }
}
