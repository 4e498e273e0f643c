// The outbox in SQLite: what senders write through transactions of their own, and what is taken out of it.
import type { PostedEvent } from "../../durable/store.ts";
import type { EventRecord } from "../../durable/journal.ts";
import { EventConflictError, EventRefusedError } from "../../core/errors.ts";
import { EVENT_COLUMNS, eventToCells, rowToEvent, type Cell, type Row } from "../shared/row-codec.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** A connection in a transaction, as far as it is needed: Node's own, the one of a step, or one of another driver. */
interface Sender {
  readonly prepare: (sql: string) => {
    readonly run: (...cells: readonly Cell[]) => unknown;
    readonly get: (...cells: readonly Cell[]) => unknown;
  };
  /** Of Node's. */
  readonly isTransaction?: unknown;
  /** Of better-sqlite3's. */
  readonly inTransaction?: unknown;
}

const INSERT = `insert into surefoot_outbox (${EVENT_COLUMNS}, is_named) values (${EVENT_COLUMNS.replace(/\w+/g, "?")}, ?)`;

/** Writes events through the sender's transaction, before it returns. */
export function postThrough(tx: object, events: readonly PostedEvent[]): void {
  const name = events[0]?.event.name ?? "?";
  if (!isSender(tx)) throw refused(name, "is a connection to the store's file, or the tx of a step.transaction");
  if (tx.isTransaction === false || tx.inTransaction === false)
    throw refused(name, "is in no transaction: begin one first, or send without it");
  try {
    for (const { event, isNamed } of events) if (isNamed) refuseConflict(tx, event);
    const insert = tx.prepare(INSERT);
    for (const { event, isNamed } of events)
      insert.run(...eventToCells({ ...event, acceptedMs: 0, dueMs: 0 }), isNamed ? 1 : 0);
  } catch (error) {
    if (!String(error).includes("no such table: surefoot_")) throw error;
    throw refused(name, "is of another file than the store's");
  }
}

/** The oldest in the outbox, without anything being changed. */
export function posted(
  sql: SqliteConnection,
  limit: number,
): readonly (PostedEvent & { readonly event: EventRecord; readonly position: number })[] {
  return sql.all("select * from surefoot_outbox order by position limit ?", limit).map((row) => ({
    event: rowToEvent(row),
    isNamed: row["is_named"] === 1,
    position: row["position"] as number,
  }));
}
export function takeOut(sql: SqliteConnection, position: number): void {
  sql.run("delete from surefoot_outbox where position = ?", position);
}

function isSender(tx: object): tx is Sender {
  return typeof (tx as Partial<Sender>).prepare === "function";
}

function refuseConflict(tx: Sender, event: PostedEvent["event"]): void {
  const row = tx.prepare("select name, data from surefoot_event where id = ?").get(event.id) as Row | undefined;
  if (row !== undefined && (row["name"] !== event.name || row["data"] !== event.data))
    throw EventConflictError.for(event.id);
}

function refused(name: string, what: string): EventRefusedError {
  return EventRefusedError.for(name, [{ path: "tx", message: what }]);
}
