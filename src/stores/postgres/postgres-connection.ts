// The connections to one Postgres: statements, transactions, and what is tried again.
//
// Owns: the pool, where it made one. Does not own: what is said there (postgres-store), a pool that it was given.
// Called by: postgres-store and its parts.
//   C1. No statement leaves anything behind in its session: no name, no setting, no lock. A pooler may give each to another session.
//   C2. What took no effect is tried again; what may have taken effect only where that makes no difference.
//   C3. A connection that does not answer in time is given up, and so is one to a server that takes no writes any more.
//   C4. A process that stands still within a transaction does not hold up the others: the server ends it.
//   C5. Users' code, which takes as long as it takes, never has the last connection.
//   C6. What the driver and the server say leaves here with the place and a remedy.
import { systemClock } from "../../core/clock.ts";
import { StoreClosedError, StoreTimeoutError } from "../../core/errors.ts";
import type { Row } from "../shared/row-codec.ts";
import { Lending } from "./postgres-lending.ts";
import type {
  PostgresClient,
  PostgresConnectionOptions,
  PostgresListener,
  PostgresOptions,
  PostgresPlace,
  PostgresPool,
} from "./postgres-options.ts";
import { connectionOf, describePlace, isMuddled, isPool } from "./postgres-place.ts";
import { fromText, quotedName, toText } from "./postgres-text.ts";
import {
  isLost,
  isReadOnly,
  isRolledBack,
  isTurnedAway,
  openError,
  readOnlyError,
  unavailableError,
  unreadableError,
} from "./postgres-trouble.ts";

const CONNECTIONS = 5;
/** As many as a pool of `pg` has that was not told. */
const POOL_OF_PG = 10;
const CONNECT_TIMEOUT_MS = 10_000;
const TIMEOUT_MS = 30_000;
/** Between two statements of a transaction: long for a process that runs, short for those that wait for its locks. */
const LONGEST_IDLE = "set local idle_in_transaction_session_timeout = '2s'";
/** What is rare is planned by its indexes too, whatever is known of the tables, and waits for no lock for ever. Over with the transaction. C1 */
const BEGIN = `begin; ${LONGEST_IDLE}; set local enable_seqscan = off; set local lock_timeout = '10s'`;
const PAUSES_MS = [20, 50, 100, 200, 400, 800, 1_600];

export type PostgresCell = string | number | boolean | null;

/** Whether a statement may be made again when nobody knows whether it took effect. C2 */
export type Repeats = "repeatable" | "once";

/** Carries out statements: on any connection, or on the one of a transaction. */
export interface PostgresSession {
  rows(text: string, ...cells: readonly PostgresCell[]): Promise<Row[]>;
  /** Gives how many rows it changed. */
  run(text: string, ...cells: readonly PostgresCell[]): Promise<number>;
}

export class PostgresConnection {
  readonly #place: PostgresPlace;
  readonly #options: PostgresOptions;
  /** The quoted name of the schema. */
  readonly schema: string;
  /** For people. */
  readonly name: string;
  readonly #lending: Lending;
  #pool: PostgresPool | undefined;

  constructor(place: PostgresPlace, options: PostgresOptions, schema: string) {
    this.#place = place;
    this.#options = options;
    this.schema = quotedName(schema);
    this.name = describePlace(place, schema);
    this.#lending = new Lending(isPool(place) ? connectionsOf(place) : this.#connections);
  }

  get #connections(): number {
    return this.#options.connections ?? CONNECTIONS;
  }
  get isOpen(): boolean {
    return this.#pool !== undefined;
  }

  /** Connects, and prepares what is there. Rejects with what a user can act on. */
  async open(prepare: (session: PostgresSession) => Promise<void>): Promise<void> {
    try {
      this.#pool = isPool(this.#place) ? this.#place : await this.#newPool(connectionOf(this.#place));
      await this.transaction("repeatable", async (session) => {
        if (await takesNoWrites(session)) throw readOnlyError(this.name);
        await prepare(session);
      });
    } catch (error) {
      await this.close();
      throw openError(this.name, error);
    }
  }

  /** A connection of its own to the server itself; undefined: there is to be none, or nothing is known of where it would be. */
  async direct(): Promise<PostgresListener | undefined> {
    const { listen } = this.#options;
    const place = listen ?? this.#place;
    const options = isPool(place as PostgresPlace)
      ? (place as { readonly options?: object }).options
      : place === false
        ? undefined
        : connectionOf(place as string);
    if (options === undefined || this.#pool === undefined) return undefined;
    const { default: driver } = await import("pg");
    return new driver.Client({
      application_name: "surefoot listens",
      keepAlive: true,
      ...options,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    if (pool !== undefined && !isPool(this.#place)) await pool.end();
  }

  /** Statements that are each a transaction of their own. */
  statements(repeats: Repeats): PostgresSession {
    return {
      rows: (text, ...cells) => this.#again(repeats, async (client) => (await query(client, text, cells)).rows),
      run: (text, ...cells) => this.#again(repeats, async (client) => (await query(client, text, cells)).rowCount ?? 0),
    };
  }
  transaction<Given>(repeats: Repeats, work: (session: PostgresSession) => Promise<Given>): Promise<Given> {
    return this.#again(repeats, async (client) => {
      await query(client, BEGIN, []); // C4
      try {
        const given = await work(sessionOn(client));
        await query(client, "commit", []);
        return given;
      } catch (error) {
        if (!isLost(error)) await query(client, "rollback", []);
        throw error;
      }
    });
  }

  /** Whether there are connections enough for users' code to have one. C5 */
  get canLend(): boolean {
    return this.#lending.isPossible;
  }
  /** A connection for as long as users' code needs it. Where that fails, nobody else is given it. */
  lend<Given>(work: (client: PostgresClient, session: PostgresSession) => Promise<Given>): Promise<Given> {
    return this.#lending.inTurn(() => this.#lent(work));
  }
  async #lent<Given>(work: (client: PostgresClient, session: PostgresSession) => Promise<Given>): Promise<Given> {
    if (this.#pool === undefined) throw StoreClosedError.for(this.name);
    const client = await this.#pool.connect();
    client.on("error", ignore);
    try {
      const given = await work(client, sessionOn(client));
      release(client, false);
      return given;
    } catch (error) {
      release(client, true);
      throw unavailableError(this.name, error);
    }
  }

  async #newPool(connection: PostgresConnectionOptions): Promise<PostgresPool> {
    if (isMuddled(connection.connectionString ?? "")) throw unreadableError(this.name);
    const { default: driver } = await import("pg");
    const pool = new driver.Pool({
      application_name: "surefoot",
      keepAlive: true,
      ...connection,
      max: this.#connections,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    // An idle connection that the server cuts is replaced by the pool; without a listener it would end the process.
    pool.on("error", ignore);
    return pool;
  }

  /** C2 */
  async #again<Given>(repeats: Repeats, work: (client: PostgresClient) => Promise<Given>): Promise<Given> {
    for (let tries = 0; ; tries++) {
      const attempt = { isSent: false };
      try {
        return await this.#once(attempt, work);
      } catch (error) {
        const mayRepeat =
          isRolledBack(error) ||
          isReadOnly(error) ||
          (attempt.isSent ? repeats === "repeatable" && isLost(error) : isTurnedAway(error));
        const pauseMs = PAUSES_MS[tries];
        if (!mayRepeat || pauseMs === undefined || this.#pool === undefined) throw unavailableError(this.name, error); // C6
        await new Promise<void>((resolve) => void systemClock.timer(pauseMs, resolve));
      }
    }
  }

  /** C3 */
  async #once<Given>(attempt: { isSent: boolean }, work: (client: PostgresClient) => Promise<Given>): Promise<Given> {
    if (this.#pool === undefined) throw StoreClosedError.for(this.name);
    const client = await this.#pool.connect();
    client.on("error", ignore);
    const timeoutMs = this.#options.timeoutMs ?? TIMEOUT_MS;
    let isOver = false;
    const stopTimer = systemClock.timer(timeoutMs, () => {
      isOver = true;
      client.release(true);
    });
    attempt.isSent = true;
    try {
      const given = await work(client);
      if (!isOver) release(client, false);
      return given;
    } catch (error) {
      if (isOver) throw StoreTimeoutError.for(this.name, timeoutMs);
      release(client, isLost(error) || isReadOnly(error));
      throw error;
    } finally {
      stopTimer();
    }
  }
}

/** Of a pool that was given. */
function connectionsOf(pool: PostgresPool & { readonly options?: { readonly max?: number } }): number {
  return pool.options?.max ?? POOL_OF_PG;
}

/** A connection that is lost tells its statement, which rejects, and whoever listens; nobody listening would end the process. */
function ignore(): void {}

/** One that was lost still tells of it later: then nobody else may have it, and the listener stays. */
function release(client: PostgresClient, isBroken: boolean): void {
  if (!isBroken) client.off("error", ignore);
  client.release(isBroken);
}

/** Whether the server is a standby, or read-only for this user. Outside of a transaction that was made so. */
export async function takesNoWrites(session: PostgresSession): Promise<boolean> {
  const [row] = await session.rows("select current_setting('transaction_read_only') = 'on' as is_read_only");
  return row!["is_read_only"] === 1;
}

/** Statements on one connection. */
export function sessionOn(client: Pick<PostgresClient, "query">): PostgresSession {
  return {
    rows: async (text, ...cells) => (await query(client, text, cells)).rows,
    run: async (text, ...cells) => (await query(client, text, cells)).rowCount ?? 0,
  };
}

function query(
  client: Pick<PostgresClient, "query">,
  text: string,
  cells: readonly PostgresCell[],
): ReturnType<PostgresClient["query"]> {
  const values = cells.map((cell) => (typeof cell === "string" ? toText(cell) : cell));
  return client.query(values.length === 0 ? { text, types: CELLS } : { text, values, types: CELLS });
}

const BOOLEAN = 16;
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 700, 701]);

/** Cells as the journal has them, and as SQLite gives them: numbers as numbers, also where they are long, truths as 1 and 0. */
const CELLS = {
  getTypeParser: (oid: number) =>
    NUMBERS.has(oid) ? Number : oid === BOOLEAN ? (text: string) => (text === "t" ? 1 : 0) : fromText,
};
