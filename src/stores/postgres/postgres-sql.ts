// What the functions in the database have in common. Pure.

/**
 * How statements in functions are planned: by their indexes, whatever a table held when the connection first planned them. A lock that
 * somebody holds for so long is not waited for any longer.
 */
export const PLANS = `set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
  set enable_sort = off set lock_timeout = '10s'`;

/** Statements as they are for the schema of this quoted name. They are written for a schema `surefoot`. */
export function inSchema(sql: string, schema: string): string {
  return sql.replaceAll("surefoot.", () => `${schema}.`).replaceAll(":schema", () => schema);
}
