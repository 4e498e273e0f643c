/** What a pool of the driver `pg` offers, as far as this store asks it. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** A connection that was taken from a pool. */
export interface PostgresClient {
  query(query: {
    readonly text: string;
    readonly values?: unknown[];
    readonly types?: { getTypeParser(oid: number, format?: "text" | "binary"): (text: string) => unknown };
  }): Promise<{ readonly rows: Record<string, unknown>[]; readonly rowCount: number | null }>;
  release(destroy?: boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

/** A connection that belongs to no pool. */
export interface PostgresListener {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  end(): Promise<void>;
  on(event: "error" | "end" | "notification", listener: (about?: unknown) => void): unknown;
}

/** Where the journal is, beside {@link PostgresOptions}: a connection string, or a pool of `pg` that you have. */
export type PostgresPlace = string | PostgresPool | PostgresConnectionOptions;

/** How to connect, as the driver `pg` has it. */
export interface PostgresConnectionOptions {
  readonly connectionString?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: string | (() => string | Promise<string>) | undefined;
  readonly database?: string | undefined;
  readonly ssl?: boolean | object | undefined;
}

/** How the database is used. */
export interface PostgresOptions {
  /** The schema that holds the tables. It is created where it is missing. Default: `"surefoot"`. */
  readonly schema?: string | undefined;
  /** How many connections at most. Default: 5. A pool of yours has its own. Bodies of `step.transaction` have all but one of them. */
  readonly connections?: number | undefined;
  /**
   * Where news of other processes is listened for, with LISTEN, on one connection more: `false`: nowhere, and what they made is found
   * within a second. Default: where the store is. Behind a pooler in transaction mode nothing is heard: then it is found within a
   * second as well, and a warning says so once. Give the connection string of the server itself there.
   */
  readonly listen?: false | string | PostgresConnectionOptions | undefined;
  /** How long a statement may take before its connection is given up. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
}
