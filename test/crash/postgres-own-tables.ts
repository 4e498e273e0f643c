// A user's tables in the database of a Postgres store, beside its schema.
//
// Owns: the connection of the user's. Does not own: the store. Called by: transaction-worker, and the trial that looks.
import { Client } from "pg";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { PostgresTransaction } from "../../src/postgres.ts";
import { insertInto, OWN_TABLES, textOfRow, type OwnTable, type OwnTables } from "./own-tables.ts";
import { postgresPlaceAt } from "./postgres-place.ts";

export class PostgresOwnTables implements OwnTables {
  readonly #address: string;
  #client: Client | undefined;

  /** The address of the journal, with its schema. */
  constructor(address: string) {
    this.#address = address;
  }

  get store() {
    return durableStore<object>(postgresPlaceAt(this.#address).store());
  }
  async #own(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const url = new URL(this.#address);
    url.searchParams.delete("schema");
    const client = new Client({ connectionString: url.href });
    await client.connect();
    return (this.#client = client);
  }

  async make(): Promise<void> {
    const client = await this.#own();
    await client.query(OWN_TABLES);
  }
  async bodyOf<Value>(acts: readonly (() => unknown)[], value: Value): Promise<Value> {
    for (const act of acts) await act();
    return value;
  }
  add(tx: object, table: OwnTable, ...values: readonly string[]): Promise<unknown> {
    const marks = values.map((_value, place) => `$${place + 1}`);
    return (tx as PostgresTransaction).query(insertInto(table, marks), values);
  }
  async note(table: OwnTable, value: string): Promise<void> {
    await this.add(await this.#own(), table, value);
  }
  async within(end: "commit" | "rollback", work: (tx: object) => Promise<unknown>): Promise<void> {
    const client = await this.#own();
    await client.query("begin");
    await work(client);
    await client.query(end);
  }

  journal(table: string): string {
    return `${new URL(this.#address).searchParams.get("schema")!}.${table}`;
  }
  async all(sql: string): Promise<readonly string[]> {
    const { rows } = await (await this.#own()).query<object>(sql);
    return rows.map(textOfRow);
  }
  async close(): Promise<void> {
    await this.#client?.end();
    this.#client = undefined;
  }
}
