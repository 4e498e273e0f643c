import { InvalidDefinitionError } from "./core/errors.ts";
import { durableStore } from "./durable/durable-store.ts";
import type { AppStore } from "./core/backend.ts";
import type { PostgresOptions, PostgresPlace } from "./stores/postgres/postgres-options.ts";
import { faultOf } from "./stores/postgres/postgres-place.ts";
import type { PostgresTransaction } from "./stores/postgres/postgres-transaction.ts";
import { PostgresStore } from "./stores/postgres/postgres-store.ts";

/** As Postgres takes a name as it is. */
const SCHEMA = /^(?!pg_)[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/**
 * A store in a schema of a Postgres database, 14 or later, through the driver `pg`, which you install beside surefoot.
 *
 * Use it wherever the processes of an app do not share one disk, or where a database is at hand. The schema is made when the store is
 * first opened. It works behind a pooler in transaction mode. A pool that you pass stays yours: it is not closed with the app.
 *
 * @example
 * const app = createApp({ name: "billing", store: postgres("postgres://billing@localhost/billing") });
 */
export function postgres(place: PostgresPlace, options: PostgresOptions = {}): AppStore<PostgresTransaction> {
  const fault = faultOf(place);
  if (fault !== undefined)
    throw InvalidDefinitionError.for(
      `postgres() needs a connection string, postgres://user:password@host:5432/database, or a pool of pg: ${fault}. Is an environment variable not set?`,
    );
  const { schema } = options;
  if (schema !== undefined && !SCHEMA.test(schema))
    throw InvalidDefinitionError.for(
      `the schema ${JSON.stringify(schema)} of postgres() is no name of a schema: use letters, digits and _, up to 63 of them, not beginning with pg_`,
    );
  return durableStore<PostgresTransaction>(new PostgresStore(place, options));
}
export type { AppStore } from "./core/backend.ts";
export type {
  PostgresClient,
  PostgresConnectionOptions,
  PostgresOptions,
  PostgresPlace,
  PostgresPool,
} from "./stores/postgres/postgres-options.ts";
export type { PostgresResult, PostgresTransaction } from "./stores/postgres/postgres-transaction.ts";
