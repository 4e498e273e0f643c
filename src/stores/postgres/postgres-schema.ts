// The schema, as migrations: additive, in order, each once, under a lock that whoever opens it takes.
import { StoreVersionError, UnsupportedPostgresError } from "../../core/errors.ts";
import { ACCEPT_FUNCTIONS } from "./postgres-accept-sql.ts";
import { CLAIM_FUNCTIONS } from "./postgres-claim-sql.ts";
import { COMMIT_FUNCTIONS } from "./postgres-commit-sql.ts";
import type { PostgresSession } from "./postgres-connection.ts";
import { inSchema } from "./postgres-sql.ts";
import { TABLES_1 } from "./postgres-tables.ts";
import { WAIT_FUNCTIONS } from "./postgres-waits-sql.ts";

/** As `server_version_num` has it. */
const OLDEST_SERVER = 140_000;

interface Migration {
  readonly version: number;
  /** The oldest schema that code may know and still work after this. */
  readonly oldestCompatible: number;
  readonly sql: readonly string[];
}

const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    oldestCompatible: 1,
    sql: [TABLES_1, WAIT_FUNCTIONS, ACCEPT_FUNCTIONS, ...COMMIT_FUNCTIONS, CLAIM_FUNCTIONS],
  },
];

const LATEST = MIGRATIONS.at(-1)!;

/** Brings the schema to this code's version, or throws a {@link StoreVersionError} if it is too new for this code. Inside a transaction. */
export async function migrate(session: PostgresSession, surefoot: string): Promise<void> {
  const [server] = await session.rows(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as name",
  );
  if ((server!["number"] as number) < OLDEST_SERVER) throw UnsupportedPostgresError.for(server!["name"] as string);
  const [table] = await session.rows("select to_regclass($1) is not null as is_there", `${surefoot}.meta`);
  if (table!["is_there"] === 1 && (await versionOf(session, surefoot)) >= LATEST.version) return;
  await session.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", `surefoot schema ${surefoot}`);
  const [schema] = await session.rows("select to_regnamespace($1) is not null as is_there", surefoot);
  if (schema!["is_there"] !== 1) await session.run(`create schema ${surefoot}`);
  await session.run(`create table if not exists ${surefoot}.meta (key text primary key, value bigint not null)`);
  const known = await versionOf(session, surefoot);
  if (known >= LATEST.version) return;
  for (const { version, sql } of MIGRATIONS) if (version > known) await session.run(inSchema(sql.join("\n"), surefoot));
  await session.run(
    `insert into ${surefoot}.meta values ('schema', $1), ('oldest_compatible', $2) on conflict (key) do update set value = excluded.value`,
    LATEST.version,
    LATEST.oldestCompatible,
  );
}

/** The version that is there; 0: none yet. */
async function versionOf(session: PostgresSession, surefoot: string): Promise<number> {
  const rows = await session.rows(`select key, value from ${surefoot}.meta`);
  const values = new Map(rows.map(({ key, value }) => [key, value as number]));
  const needed = values.get("oldest_compatible") ?? 0;
  if (needed > LATEST.version) throw StoreVersionError.for(needed, LATEST.version);
  return values.get("schema") ?? 0;
}
