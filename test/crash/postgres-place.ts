// A journal in a schema of a Postgres database.
//
// Owns: the connection by which the campaign looks. Does not own: the server, the workers' connections.
// Called by: the campaigns, and their workers, which have a store from it.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "pg";
import { CANCEL_KEY, SLICE_KEY, TAKEOVER_KEY } from "../../src/durable/journal.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { fromText } from "../../src/stores/postgres/postgres-text.ts";
import { machineMs } from "../machine-clock.ts";
import { NOTHING, type JournalLook } from "./journal-look.ts";
import type { JournalPlace } from "./journal-place.ts";

type Row = Record<string, unknown>;

/** Of each test's journal, and each one's worker: no connection is told from another one by more than its name. */
const SCHEMA = "schema";
/** A statement that waits for another process that stands still is not waited for. */
const LONGEST_CARRYING_OUT_MS = 1_000;
const LOOK_AGAIN_MS = 2;

/** What is at such an address: a connection string, with the schema among its parameters. */
export function postgresPlaceAt(address: string): PostgresPlace {
  const url = new URL(address);
  const schema = url.searchParams.get(SCHEMA)!;
  url.searchParams.delete(SCHEMA);
  return new PostgresPlace(url.href, schema);
}

export class PostgresPlace implements JournalPlace {
  readonly #url: string;
  readonly #schema: string;
  readonly complaints = undefined;
  #pool: Pool | undefined;

  constructor(url: string, schema: string) {
    this.#url = url;
    this.#schema = schema;
  }

  get address(): string {
    return this.addressBy(this.#url);
  }
  /** The same place, by another way to the server. */
  addressBy(url: string): string {
    return withParameter(url, SCHEMA, this.#schema);
  }

  store(): PostgresStore {
    const url = withParameter(this.#url, "application_name", nameOf(process.pid));
    return new PostgresStore(url, { schema: this.#schema });
  }

  async look(): Promise<JournalLook> {
    const client = await this.#connections.connect();
    const all = async <Found>(sql: string): Promise<Found[]> =>
      (await client.query({ text: sql, types: CELLS })).rows as Found[];
    try {
      // One snapshot, so that all three are of one moment.
      await client.query("begin isolation level repeatable read read only");
      const [tables] = await all<Row>(`select to_regclass('${this.#schema}.step') is not null as is_there`);
      const isThere = tables!["is_there"] === 1;
      const look = isThere
        ? {
            runs: await all<JournalLook["runs"][number]>(
              `select r.*, exists (select 1 from ${this.#schema}.step s where s.run = r.id and s.token = r.saved_token
                 and s.is_progress and not (${IS_NOTE})) as has_progress from ${this.#schema}.run r`,
            ),
            steps: await all<JournalLook["steps"][number]>(`select * from ${this.#schema}.step`),
            workers: await all<JournalLook["workers"][number]>(
              `select incarnation, process from ${this.#schema}.worker`,
            ),
          }
        : NOTHING;
      await client.query("commit");
      return look;
    } finally {
      client.release();
    }
  }
  workers(): Promise<JournalLook["workers"]> {
    return this.#all(`select incarnation, process from ${this.#schema}.worker`);
  }

  /** All that it sent has been read, and is no longer at work. */
  async untilCarriedOut(pid: number): Promise<void> {
    const untilMs = machineMs() + LONGEST_CARRYING_OUT_MS;
    let before = "";
    while (machineMs() < untilMs) {
      const unread = portsWithUnread();
      const sessions = await this.#all<{ readonly port: number; readonly state: string; readonly since: string }>(
        `select client_port as port, state, state_change::text as since from pg_stat_activity
         where application_name = '${nameOf(pid)}' order by pid`,
      );
      const now = sessions.map(({ port, state, since }) => `${port} ${state} ${since}`).join("\n");
      const isOver = sessions.every(({ port, state }) => state.startsWith("idle") && !unread.has(port));
      if (isOver && now === before) return;
      before = isOver ? now : "at work";
      await delay(LOOK_AGAIN_MS);
    }
  }
  async isLockHeld(pid: number): Promise<boolean> {
    const held = await this.#all(
      `select 1 from pg_stat_activity where application_name = '${nameOf(pid)}' and state like 'idle in transaction%'`,
    );
    return held.length > 0;
  }
  isLockedOut(): boolean {
    return false;
  }

  async integrity(): Promise<string> {
    await this.#all("create extension if not exists amcheck");
    const ofKind = (kind: string): string =>
      `(select oid from pg_class where relnamespace = '${this.#schema}'::regnamespace and relkind = '${kind}') c`;
    try {
      await this.#all(`select bt_index_check(c.oid::regclass, true) from ${ofKind("i")}`);
    } catch (error) {
      return String(error);
    }
    const [wrong] = await this.#all<{ readonly text: string }>(
      `select h.msg as text from ${ofKind("r")}, lateral verify_heapam(c.oid) h
       union all select 'a record of ' || run || ', which is no run' from ${this.#schema}.step
       where run not in (select id from ${this.#schema}.run)`,
    );
    return wrong?.text ?? "ok";
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
  }

  get #connections(): Pool {
    if (this.#pool !== undefined) return this.#pool;
    this.#pool = new Pool({ connectionString: this.#url, max: 1 });
    this.#pool.on("error", () => {}); // of one that is idle: the next look has a new one
    return this.#pool;
  }
  async #all<Found = Row>(sql: string): Promise<Found[]> {
    return (await this.#connections.query({ text: sql, types: CELLS })).rows as Found[];
  }
}

function withParameter(url: string, name: string, value: string): string {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed.href;
}

/** By which the sessions of a worker's process are known. */
function nameOf(pid: number): string {
  return `surefoot ${pid}`;
}

const IS_NOTE = [CANCEL_KEY, TAKEOVER_KEY, SLICE_KEY].map((key) => `starts_with(s.key, '${key}')`).join(" or ");

const BOOLEAN = 16;
const NUMBERS: ReadonlySet<number> = new Set([20, 23, 701]);
/** As SQLite has them: long numbers as numbers, truths as 1 and 0. */
const CELLS = {
  getTypeParser: (oid: number) => (text: string) =>
    NUMBERS.has(oid) ? Number(text) : oid === BOOLEAN ? Number(text === "t") : fromText(text),
};

/** Ports from which something has arrived at a socket of this machine that nobody has read yet. */
function portsWithUnread(): ReadonlySet<number> {
  const [, ...lines] = readFileSync("/proc/net/tcp", "utf8").trim().split("\n");
  return new Set(
    lines.flatMap((line) => {
      const [, , remote = "", , queues = ""] = line.trim().split(/\s+/);
      const isRead = Number.parseInt(queues.slice(queues.indexOf(":") + 1), 16) === 0;
      return isRead ? [] : [Number.parseInt(remote.slice(remote.indexOf(":") + 1), 16)];
    }),
  );
}
