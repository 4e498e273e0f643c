// What the body of a `step.transaction` is handed on SQLite. Types only: they need none of Node's.

/** What a column can hold. */
export type SqliteValue = null | number | bigint | string | Uint8Array;
/** What a statement is given: values in their places, or first one object with the named ones. */
export type SqliteParameter = SqliteValue | Readonly<Record<string, SqliteValue>>;
/** A row by its columns' names. */
export interface SqliteRow {
  readonly [column: string]: SqliteValue;
}
/** How many rows a statement changed, and the id of the last one that was inserted. */
export interface SqliteChanges {
  readonly changes: number | bigint;
  readonly lastInsertRowid: number | bigint;
}

/** A statement of a transaction. */
export interface SqliteStatement {
  run(...parameters: readonly SqliteParameter[]): SqliteChanges;
  get(...parameters: readonly SqliteParameter[]): SqliteRow | undefined;
  all(...parameters: readonly SqliteParameter[]): SqliteRow[];
}

/**
 * A transaction on the store's own file, as a `step.transaction` is handed it. It is committed when the body returns, and rolled back
 * when it throws. Savepoints can be used in it; statements that begin or end a transaction, or attach another file, are refused.
 */
export interface SqliteTransaction {
  /** Carries statements out that give nothing, one or several. */
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  run(sql: string, ...parameters: readonly SqliteParameter[]): SqliteChanges;
  /** The first row. */
  get(sql: string, ...parameters: readonly SqliteParameter[]): SqliteRow | undefined;
  all(sql: string, ...parameters: readonly SqliteParameter[]): SqliteRow[];
}
