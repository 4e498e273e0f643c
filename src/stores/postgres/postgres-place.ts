// Where the journal is, as people are told: never with the password. Pure.
import type { PostgresConnectionOptions, PostgresPlace, PostgresPool } from "./postgres-options.ts";

/** As the driver takes one: a URL, or a folder with the server's socket. */
const CONNECTION_STRING = /^(?:postgres(?:ql)?:\/\/|socket:|\/)/i;

/** What is wrong with what should be a place; undefined: nothing. No piece of a string is shown: the password may be in it. */
export function faultOf(place: unknown): string | undefined {
  if (typeof place === "object" && place !== null)
    return "connectionString" in place && place.connectionString !== undefined
      ? faultOf(place.connectionString)
      : undefined;
  if (typeof place !== "string") return `${place === null ? "null" : typeof place} is none`;
  if (place.trim() === "") return "it is empty";
  return CONNECTION_STRING.test(place) ? undefined : "it begins in another way";
}

export function isPool(place: PostgresPlace): place is PostgresPool {
  return typeof place === "object" && "connect" in place;
}

/** Whether a password that was not encoded runs into the path: its pieces would be taken for a host and a database. */
export function isMuddled(connectionString: string): boolean {
  return URL.canParse(connectionString) && new URL(connectionString).pathname.includes("@");
}

/** How the driver is told to connect. */
export function connectionOf(place: string | PostgresConnectionOptions): PostgresConnectionOptions {
  return typeof place === "string" ? { connectionString: place } : place;
}

/** The server, the database and the schema, for people. */
export function describePlace(place: PostgresPlace, schema: string): string {
  const options = isPool(place)
    ? (place as { readonly options?: PostgresConnectionOptions }).options
    : connectionOf(place);
  return `postgres ${serverOf(options ?? {})}, schema ${schema}`;
}

function serverOf({ connectionString, user, host, port, database }: PostgresConnectionOptions): string {
  if (connectionString === undefined) {
    const at = [user, host].filter((part) => part !== undefined).join("@");
    return `${at === "" ? "by the environment" : at}${port === undefined ? "" : `:${port}`}${database === undefined ? "" : `/${database}`}`;
  }
  // No piece of what cannot be read is shown: the password may be in it.
  if (!URL.canParse(connectionString) || isMuddled(connectionString))
    return "by a connection string that cannot be read";
  const url = new URL(connectionString);
  return `${url.username === "" ? "" : `${url.username}@`}${url.host}${url.pathname}`;
}
