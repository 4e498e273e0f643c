// The outbox in Postgres: what senders write through transactions of their own, and what is taken out of it.
import { EventConflictError, EventRefusedError } from "../../core/errors.ts";
import type { EventRecord } from "../../durable/journal.ts";
import type { PostedEvent, Store } from "../../durable/store.ts";
import { EVENT_COLUMNS, eventToCells, rowToEvent } from "../shared/row-codec.ts";
import { sessionOn, type PostgresSession } from "./postgres-connection.ts";
import type { PostgresClient } from "./postgres-options.ts";
import { arrayText } from "./postgres-text.ts";

/** A client of `pg` in a transaction, as far as it is needed. */
interface Sender extends Pick<PostgresClient, "query"> {
  /** Of newer ones: `I` in no transaction. */
  getTransactionStatus?(): string | null;
}

const COLUMNS = EVENT_COLUMNS.split(", ").map((column) => `"${column}"`);
const TYPES: Readonly<Record<string, string>> = {
  ts: "float8",
  accepted_ms: "float8",
  due_ms: "float8",
  format: "int",
};

export class PostgresOutbox {
  readonly #surefoot: string;
  readonly #insert: string;

  constructor(surefoot: string) {
    this.#surefoot = surefoot;
    const arrays = EVENT_COLUMNS.split(", ").map((column, place) => `$${place + 1}::${TYPES[column] ?? "text"}[]`);
    this.#insert = `insert into ${surefoot}.outbox (${COLUMNS.join(", ")}, is_named)
      select * from unnest(${arrays.join(", ")}, $${arrays.length + 1}::boolean[])`;
  }

  /** Writes events through the sender's transaction. `own`: the workers that need not be told when it commits. */
  async post(tx: object, events: readonly PostedEvent[], own: string): Promise<void> {
    const name = events[0]?.event.name ?? "?";
    if (!isSender(tx)) throw refused(name, "is a client of pg in a transaction, or the tx of a step.transaction");
    if (tx.getTransactionStatus?.() === "I")
      throw refused(name, "is in no transaction: begin one first, or send without it");
    const session = sessionOn(tx);
    try {
      await this.#refuseConflicts(session, events);
      const rows = events.map(({ event }) => eventToCells({ ...event, acceptedMs: 0, dueMs: 0 }));
      const columns = COLUMNS.map((_column, place) => arrayText(rows.map((row) => row[place]!)));
      await session.run(this.#insert, ...columns, arrayText(events.map(({ isNamed }) => isNamed)));
      await session.rows(`select ${this.#surefoot}.tell_1($1)`, own);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== "42P01") throw error;
      throw refused(name, "is of another database than the store's");
    }
  }

  /** The oldest in the outbox, which nobody else is about to take. Inside a transaction. */
  async takeOut(
    session: PostgresSession,
    { limit, nowMs }: Pick<Parameters<NonNullable<Store["acceptPosted"]>>[0], "limit" | "nowMs">,
  ): Promise<readonly { readonly event: EventRecord; readonly isNamed: boolean }[]> {
    const rows = await session.rows(
      `with taken as (select position from ${this.#surefoot}.outbox order by position limit $1 for update skip locked),
         gone as (delete from ${this.#surefoot}.outbox o using taken t where o.position = t.position returning o.*)
       select * from gone order by position`,
      limit,
    );
    return rows.map((row) => {
      const event = rowToEvent(row);
      return {
        event: { ...event, acceptedMs: nowMs, dueMs: Math.max(nowMs, event.ts) },
        isNamed: row["is_named"] === 1,
      };
    });
  }

  async #refuseConflicts(session: PostgresSession, events: readonly PostedEvent[]): Promise<void> {
    const named = events.flatMap(({ event, isNamed }) => (isNamed ? [event] : []));
    if (named.length === 0) return;
    const known = await session.rows(
      `select id, name, data from ${this.#surefoot}.event where id = any ($1::text[])`,
      arrayText(named.map(({ id }) => id)),
    );
    for (const { id, name, data } of known) {
      const event = named.find((one) => one.id === id)!;
      if (event.name !== name || event.data !== data) throw EventConflictError.for(event.id);
    }
  }
}

function isSender(tx: object): tx is Sender {
  return typeof (tx as Partial<Sender>).query === "function";
}

function refused(name: string, what: string): EventRefusedError {
  return EventRefusedError.for(name, [{ path: "tx", message: what }]);
}
