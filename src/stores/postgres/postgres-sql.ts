// What the functions in the database have in common. Pure.

/**
 * How statements in functions are planned: once a connection, by their indexes, whatever a table held then. A lock that
 * somebody holds for so long is not waited for any longer.
 */
export const PLANS = `set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
  set enable_sort = off set plan_cache_mode = force_generic_plan set lock_timeout = '10s'`;

/** What workers listen to. The longest name of a schema leaves no room for more: what is cut off makes two of them hear each other. */
export function channelOf(schema: string): string {
  return `surefoot:${schema.replaceAll('"', "")}`.slice(0, 63);
}

/** Statements as they are for the schema of this quoted name. They are written for a schema `surefoot`. */
export function inSchema(sql: string, schema: string): string {
  return sql
    .replaceAll("surefoot.", () => `${schema}.`)
    .replaceAll(":schema", () => schema)
    .replaceAll(":channel", () => channelOf(schema));
}

/** What the server's clock shows, whatever transaction asks. */
export const NOW_MS = "(extract(epoch from clock_timestamp()) * 1000)::float8";
