// What the body of a `step.transaction` is handed on SQLite: statements, and nothing that could end the transaction around it.
//
// Owns: whether the transaction is still its body's. Does not own: the transaction (sqlite-transactions). Called by: bodies of users.
//   H1. Nothing is carried out outside the transaction: not after its end, and not when a statement of the body has rolled it back.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { InvalidStepError } from "../../core/errors.ts";
import type {
  SqliteChanges,
  SqliteParameter,
  SqliteRow,
  SqliteStatement,
  SqliteTransaction,
} from "./sqlite-transaction.ts";

export class LiveTransaction implements SqliteTransaction {
  readonly #database: DatabaseSync;
  readonly #guard: { refused: string | undefined };
  readonly #statements = new Map<string, SqliteStatement>();
  #isOver = false;

  /** `guard` says what was refused in the body's statement that is being prepared. */
  constructor(database: DatabaseSync, guard: { refused: string | undefined }) {
    this.#database = database;
    this.#guard = guard;
  }

  exec(sql: string): void {
    this.#within((database) => database.exec(sql));
  }
  prepare(sql: string): SqliteStatement {
    const statement = this.#within((database) => database.prepare(sql));
    const within = <Given>(work: (prepared: StatementSync) => Given): Given => this.#within(() => work(statement));
    return {
      run: (...parameters) => within((prepared) => prepared.run(...(parameters as never[]))),
      get: (...parameters) => within((prepared) => prepared.get(...(parameters as never[]))),
      all: (...parameters) => within((prepared) => prepared.all(...(parameters as never[]))),
    };
  }
  run(sql: string, ...parameters: readonly SqliteParameter[]): SqliteChanges {
    return this.#prepared(sql).run(...parameters);
  }
  get(sql: string, ...parameters: readonly SqliteParameter[]): SqliteRow | undefined {
    return this.#prepared(sql).get(...parameters);
  }
  all(sql: string, ...parameters: readonly SqliteParameter[]): SqliteRow[] {
    return this.#prepared(sql).all(...parameters);
  }

  /** H1 */
  end(): void {
    this.#isOver = true;
  }
  /** Whether a statement of the body has rolled it back, as `insert or rollback` does. */
  get isRolledBack(): boolean {
    return !this.#database.isTransaction;
  }

  #prepared(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** H1 */
  #within<Given>(work: (database: DatabaseSync) => Given): Given {
    if (this.#isOver) throw InvalidStepError.for("the transaction is over: tx is for the body that was handed it");
    if (this.isRolledBack) throw rolledBack();
    this.#guard.refused = undefined;
    try {
      return work(this.#database);
    } catch (error) {
      const { refused } = this.#guard as { readonly refused: string | undefined };
      if (refused === undefined) throw error;
      throw InvalidStepError.for(`the body of a transaction cannot use "${refused}": ${WHY}`);
    }
  }
}

const WHY =
  "it is begun for it, committed with the step's outcome when it returns, rolled back when it throws, and on this file alone";

export function rolledBack(): InvalidStepError {
  return InvalidStepError.for("a statement of the body has rolled the transaction back: nothing of it was kept");
}
