// Transactions of users' code on a SQLite store's file, on a connection and in the thread of their own.
//
// Owns: that connection, which is opened with the first of them. Does not own: what is written of their steps (sqlite-writes).
// Called by: sqlite-store.
//   T1. A body is synchronous: what it does, the step's record and the commit are one turn, in which nothing else of the process happens.
//   T2. The body can neither end the transaction nor leave the file.
import type { DatabaseSync } from "node:sqlite";
import { InvalidStepError } from "../../core/errors.ts";
import type { Store, TransactionEnd } from "../../durable/store.ts";
import { isThenable } from "../../internal/thenable.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import { LiveTransaction, rolledBack } from "./live-transaction.ts";
import { SqliteWaits } from "./sqlite-waits.ts";
import { SqliteWrites } from "./sqlite-writes.ts";

type Transaction = Parameters<NonNullable<Store["transact"]>>[0];

/** Carries the end of a transaction out of it, so that it is rolled back. */
class NotKept extends Error {
  readonly end: TransactionEnd;

  constructor(end: TransactionEnd) {
    super("the transaction is not kept");
    this.end = end;
  }
}

export class SqliteTransactions {
  readonly #path: string;
  readonly #sql: SqliteConnection;
  readonly #writes: SqliteWrites;
  /** Set while the code of a body runs. */
  #isBody = false;
  readonly #guard: { refused: string | undefined } = { refused: undefined };
  #guarded: DatabaseSync | undefined;

  constructor(options: SqliteOptions) {
    this.#path = options.path;
    this.#sql = new SqliteConnection(options);
    this.#writes = new SqliteWrites(this.#sql, new SqliteWaits(this.#sql));
  }

  close(): void {
    this.#sql.close();
  }

  async transact(transaction: Transaction): Promise<TransactionEnd> {
    if (isOfOneConnection(this.#path)) return { thrown: InvalidStepError.for(ONE_CONNECTION) };
    await this.#sql.open();
    await transaction.alone();
    try {
      return await this.#sql.transaction((database) => this.#carriedOut(transaction, database));
    } catch (error) {
      if (error instanceof NotKept) return error.end;
      if (isConstraint(error)) return { thrown: error }; // one that is checked by the commit
      throw error;
    }
  }

  #carriedOut({ incarnation, body, write }: Transaction, database: DatabaseSync): TransactionEnd {
    this.#watch(database);
    const tx = new LiveTransaction(database, this.#guard);
    let wanted: ReturnType<Transaction["write"]>;
    this.#isBody = true;
    try {
      wanted = write(atOnce(body(tx)));
      if (tx.isRolledBack) throw rolledBack();
    } catch (thrown) {
      throw new NotKept({ thrown });
    } finally {
      this.#isBody = false;
      tx.end();
    }
    const result = this.#writes.write(incarnation, wanted);
    if (result !== "kept") throw new NotKept(result);
    return result;
  }

  /** T2 */
  #watch(database: DatabaseSync): void {
    if (this.#guarded === database) return;
    this.#guarded = database;
    const { constants } = process.getBuiltinModule("node:sqlite");
    const refusals = new Map<number, string>([
      [constants.SQLITE_TRANSACTION, "begin, commit or rollback"],
      [constants.SQLITE_ATTACH, "attach"],
      [constants.SQLITE_DETACH, "detach"],
    ]);
    database.setAuthorizer((action) => {
      const refused = this.#isBody ? refusals.get(action) : undefined;
      if (refused === undefined) return constants.SQLITE_OK;
      this.#guard.refused = refused;
      return constants.SQLITE_DENY;
    });
  }
}

/** T1 */
function atOnce(given: unknown): unknown {
  if (!isThenable(given)) return given;
  given.then(undefined, () => {}); // nobody hears of how it goes on
  throw InvalidStepError.for(
    "the body of a transaction is synchronous on SQLite, and this one gave a promise: await what it needs before the step",
  );
}

const SQLITE_CONSTRAINT = 19;
function isConstraint(error: unknown): boolean {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === "number" && (code & 0xff) === SQLITE_CONSTRAINT;
}

const ONE_CONNECTION =
  'step.transaction needs a file that two connections can open: sqlite("app.db"). A database in memory has only one';
function isOfOneConnection(path: string): boolean {
  return path === "" || path === ":memory:" || /^file:.*mode=memory/.test(path);
}
