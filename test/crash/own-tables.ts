// Tables of a user's, in the journal's own database: what transactions of steps and senders write.
import type { AppStore } from "../../src/core/backend.ts";

/** Each has one column, but for `effect`, which has a run and a step. */
export type OwnTable = "effect" | "heard" | "sent" | "undone";
export const OWN_TABLES = `
  create table if not exists effect (run text not null, step text not null);
  create table if not exists heard (what text not null);
  create table if not exists sent (what text not null);
  create table if not exists undone (what text not null);
`;

export interface OwnTables {
  /** Of the same database. */
  readonly store: AppStore<object>;
  make(): Promise<void>;
  /** What a body gives that does all this in their order: where a body is to be synchronous, none of it is waited for. */
  bodyOf<Value>(acts: readonly (() => unknown)[], value: Value): Value | Promise<Value>;
  /** A row more, in a transaction. */
  add(tx: object, table: OwnTable, ...values: readonly string[]): unknown;
  /** A row more, on its own. */
  note(table: OwnTable, value: string): Promise<void>;
  /** A transaction of the user's own. */
  within(end: "commit" | "rollback", work: (tx: object) => Promise<unknown>): Promise<void>;
  /** What a table of the journal is called. */
  journal(table: "run" | "step" | "outbox"): string;
  /** The rows, each as a text. */
  all(sql: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export function insertInto(table: OwnTable, marks: readonly string[]): string {
  return `insert into ${table} values (${marks.join(", ")})`;
}
export function textOfRow(row: object): string {
  return Object.values(row).join(" ");
}
