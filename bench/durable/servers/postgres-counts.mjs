// What Postgres did meanwhile: statements, transactions that wrote, bytes of its log, and how often it waited for the disk.
import { Client } from "pg";

/** A backend that has nothing to do tells what it counted after ten seconds, one that ends at once. */
const SQL = `select
    (select coalesce(sum(calls), 0)::float8 from pg_stat_statements s join pg_database d on d.oid = s.dbid
      where d.datname = $1 and s.toplevel) as statements,
    pg_snapshot_xmax(pg_current_snapshot())::text::float8 as commits,
    pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as "walBytes",
    (select coalesce(sum(fsyncs), 0)::float8 from pg_stat_io where object = 'wal') as fsyncs`;

/** Makes a database of this name anew. */
export async function freshDatabase(server, name) {
  await asked(server, async (client) => {
    await client.query(`drop database if exists "${name}" with (force)`);
    await client.query(`create database "${name}"`);
    await client.query("create extension if not exists pg_stat_statements");
    await client.query("checkpoint");
  });
}

/** @returns {Promise<import("../sample.ts").Metrics>} */
export async function countsOf(server, name) {
  return asked(server, async (client) => (await client.query(SQL, [name])).rows[0]);
}

async function asked(server, act) {
  const client = new Client({ connectionString: `${server}/postgres` });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
