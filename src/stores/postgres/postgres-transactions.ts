// Transactions of users' code in a Postgres store's database, each on a connection of its own.
//
// Owns: nothing. Does not own: connections (postgres-connection), what is written of steps (postgres-writes).
// Called by: postgres-store.
//   T1. The body's effect and the step's record are one transaction.
//   T2. A body that ended the transaction itself, past what refuses that, is found out: its savepoint is gone.
//   T3. A body that does nothing in its transaction for as long as a lease loses it: others may need its locks.
//   T4. That the server takes no writes is no failure of the step's: its body is entered again where one does.
import { InvalidStepError } from "../../core/errors.ts";
import type { RunWrite, Store, TransactionEnd } from "../../durable/store.ts";
import { takesNoWrites, type PostgresConnection, type PostgresSession } from "./postgres-connection.ts";
import { lentTo } from "./postgres-transaction.ts";
import { isConstraint, isLost, isOfNoTransaction, isReadOnly } from "./postgres-trouble.ts";
import type { PostgresWrites } from "./postgres-writes.ts";

type Transaction = Parameters<NonNullable<Store["transact"]>>[0];

/** T3: the default lease. */
const BEGIN = "begin; set local idle_in_transaction_session_timeout = '15s'; savepoint surefoot_step";

export class PostgresTransactions {
  readonly #connection: PostgresConnection;
  readonly #writes: PostgresWrites;

  constructor(connection: PostgresConnection, writes: PostgresWrites) {
    this.#connection = connection;
    this.#writes = writes;
  }

  async transact({ incarnation, alone, body, write }: Transaction): Promise<TransactionEnd> {
    if (!this.#connection.canLend) return { thrown: InvalidStepError.for(ONE_CONNECTION) };
    return this.#connection.lend(async (client, session) => {
      await session.run(BEGIN);
      const { tx, end } = lentTo(client);
      let wanted: RunWrite;
      try {
        const value = await body(tx);
        await session.run("release savepoint surefoot_step"); // T2
        await alone(); // the body may take long, and has locked nothing that other writes of the run need
        wanted = write(value);
      } catch (error) {
        if (isLost(error)) throw error;
        await session.run("rollback");
        if (isReadOnly(error) && (await takesNoWrites(session))) throw error; // T4
        return { thrown: isOfNoTransaction(error) ? ended() : error };
      } finally {
        end();
      }
      const [result] = await this.#writes.commit(session, incarnation, [wanted]);
      if (result === "kept") return committed(session);
      await session.run("rollback");
      return result!;
    });
  }
}

const ONE_CONNECTION =
  "step.transaction needs a connection beside the one that the store itself needs: give postgres() two or more";

/** T1. A constraint may be checked by the commit. */
async function committed(session: PostgresSession): Promise<TransactionEnd> {
  try {
    await session.run("commit");
    return "kept";
  } catch (error) {
    if (isConstraint(error)) return { thrown: error };
    throw error;
  }
}

function ended(): InvalidStepError {
  return InvalidStepError.for(
    "the body of a transaction ended it, and the step is not recorded: what it did before that may be kept",
  );
}
