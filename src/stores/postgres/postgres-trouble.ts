// What went wrong with a statement, and what may be done about it. Pure.
//
//   F1. A statement that the server turned down took no effect; one whose connection was lost may have taken effect.
import { StoreOpenError, StoreUnavailableError } from "../../core/errors.ts";

/** Of statements that were rolled back because of others. */
const ROLLED_BACK: ReadonlySet<string> = new Set(["40001", "40P01", "55P03"]);
/** Of servers that take no connections now. */
const TURNED_AWAY: ReadonlySet<string> = new Set(["53300", "57P03"]);
/** Of connections that the server has cut. */
const CUT: ReadonlySet<string> = new Set(["57P01", "57P02", "57P05", "25P03"]);

/** Of servers that take no writes: a standby, or what has become one. */
const READ_ONLY = "25006";

/** The five letters by which Postgres names an error; undefined for those of the network. */
function stateOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && code !== "EPIPE" ? code : undefined;
}

/** F1: it took no effect, and may go well another time. */
export function isRolledBack(error: unknown): boolean {
  return ROLLED_BACK.has(stateOf(error) ?? "");
}
/** No connection was made, and one may be made another time. */
export function isTurnedAway(error: unknown): boolean {
  const state = stateOf(error);
  return state === undefined ? isOfNetwork(error) : TURNED_AWAY.has(state) || state.startsWith("08");
}
/** F1: nobody knows what became of it. */
export function isLost(error: unknown): boolean {
  const state = stateOf(error);
  return state === undefined ? isOfNetwork(error) : CUT.has(state) || state.startsWith("08");
}

/** F1: it took no effect, and none will on this connection: another one may lead to a server that takes writes. */
export function isReadOnly(error: unknown): boolean {
  return stateOf(error) === READ_ONLY;
}

/** A row is not as the tables have it. */
export function isConstraint(error: unknown): boolean {
  return stateOf(error)?.startsWith("23") === true;
}
/** What needs a transaction, or a savepoint in it, found none. */
export function isOfNoTransaction(error: unknown): boolean {
  return ["25P01", "3B001"].includes(stateOf(error) ?? "");
}

/** Not those that will be no better another time: a host that has no address, a certificate that is not trusted. */
function isOfNetwork(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === "string") return /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_AGAIN)/.test(code);
  return /terminated|timeout|timed out|not queryable|ended/i.test(String(message));
}

const ENCODED =
  "Look at the connection string: postgres://user:password@host:5432/database, with what is special in the password encoded";

const REMEDIES: readonly (readonly [applies: (error: unknown) => boolean, remedy: string])[] = [
  [
    (error) => codeOf(error) === "ERR_MODULE_NOT_FOUND" || codeOf(error) === "MODULE_NOT_FOUND",
    "Install the driver beside surefoot: npm install pg",
  ],
  [
    (error) => ["28P01", "28000"].includes(codeOf(error)) || /password must be a string/i.test(String(error)),
    "Look at the user and the password, and whether the server's pg_hba.conf lets them in from here",
  ],
  [(error) => codeOf(error) === "3D000", "Create the database first; the schema and the tables are made by surefoot"],
  [
    (error) => codeOf(error) === "42501" && /for (table|sequence|function)/.test(String(error)),
    "Grant the user what is in the schema: grant usage on schema …, all on all tables and sequences in it, and execute on its functions",
  ],
  [
    (error) => codeOf(error) === "42501",
    "Grant the user create on the database, or create the schema for it: create schema … authorization …",
  ],
  [(error) => codeOf(error) === "ERR_INVALID_URL", ENCODED],
  [(error) => codeOf(error) === "ENOTFOUND", "Look at the name of the host"],
  [
    (error) => codeOf(error) === "53300",
    "Let the server have more connections (max_connections), or give apps fewer: postgres(place, { connections }), or a pooler before the server",
  ],
  [(error) => codeOf(error) === "53100", "Make room on the disk of the server"],
  [
    (error) => ["3F000", "42P01", "42883"].includes(codeOf(error)),
    "The schema, or something in it, is gone: put it back from a backup, or start the app again, which makes what is not there",
  ],
  [isReadOnly, "It is a standby, or read-only for this user: connect to the primary"],
  [
    (error) => /unsupported startup parameter/.test(String(error)),
    "Leave that parameter out of the connection: the pooler before the server takes none but the usual",
  ],
  [
    (error) => isTurnedAway(error) || isLost(error),
    "Look whether the server runs, and takes connections at this host and port",
  ],
];

/** What a user is told of a place that could not be opened. */
export function openError(place: string, thrown: unknown): unknown {
  const error = thrown instanceof StoreUnavailableError ? thrown.cause : thrown;
  if (!isTrouble(error)) return error;
  const message = `the store in ${place} could not be opened: ${error.message}. ${remedyOf(error)}`;
  return new StoreOpenError({ path: place, cause: error, message });
}

/** What a user is told of a place that was open, and could not do what it was asked. */
export function unavailableError(place: string, error: unknown): unknown {
  return isTrouble(error) ? StoreUnavailableError.for(`in ${place}`, error, remedyOf(error)) : error;
}

/** Whether it comes from the driver or the server, and not from this code. */
function isTrouble(error: unknown): error is Error {
  return error instanceof Error && ("code" in error || isLost(error));
}

function remedyOf(error: Error): string {
  return REMEDIES.find(([applies]) => applies(error))?.[1] ?? "Look what the server says of it";
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown }).code);
}

/** What a user is told of a place that takes no writes. */
export function readOnlyError(place: string): StoreOpenError {
  const remedy =
    "it is a standby, or read-only for this user. Connect to the primary: what a replica says of the journal is old";
  return new StoreOpenError({
    path: place,
    message: `the store in ${place} could not be opened: the server takes no writes; ${remedy}`,
  });
}

/** What a user is told of a connection string of which no piece is to be shown, nor tried. */
export function unreadableError(place: string): StoreOpenError {
  return new StoreOpenError({ path: place, message: `the store in ${place} could not be opened. ${ENCODED}` });
}
