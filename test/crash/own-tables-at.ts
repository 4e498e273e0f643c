// A user's tables by the address of the journal beside which they lie.
import type { OwnTables } from "./own-tables.ts";
import { PostgresOwnTables } from "./postgres-own-tables.ts";
import { SqliteOwnTables } from "./sqlite-own-tables.ts";

export function ownTablesAt(address: string): OwnTables {
  return address.startsWith("postgres:") ? new PostgresOwnTables(address) : new SqliteOwnTables(address);
}
