// The rows that Node's SQLite gives to this process.
//
// Owns: the count, and the hooks into the statements. Does not own: what they ask for.

const { StatementSync } = process.getBuiltinModule("node:sqlite");

export class RowCounter {
  #rows = 0;

  constructor() {
    this.#hook("get", (row) => (row === undefined ? 0 : 1));
    this.#hook("all", (rows) => (rows as readonly unknown[]).length);
  }

  get rows(): number {
    return this.#rows;
  }

  #hook(method: "get" | "all", rowsIn: (given: unknown) => number): void {
    const original = StatementSync.prototype[method] as (...cells: unknown[]) => unknown;
    const count = (given: unknown): unknown => {
      this.#rows += rowsIn(given);
      return given;
    };
    const counted = function (this: unknown, ...cells: unknown[]): unknown {
      return count(original.apply(this, cells));
    };
    Object.assign(StatementSync.prototype, { [method]: counted });
  }
}
