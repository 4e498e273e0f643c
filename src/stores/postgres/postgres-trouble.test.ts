// postgres-trouble.ts: what may be tried again, and what a user is told.
import { describe, expect, it } from "vitest";
import { StoreOpenError, StoreUnavailableError, StoreVersionError } from "../../core/errors.ts";
import {
  isLost,
  isReadOnly,
  isRolledBack,
  isTurnedAway,
  openError,
  readOnlyError,
  unavailableError,
} from "./postgres-trouble.ts";

function trouble(code: string | undefined, message = "no"): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

describe("a statement", () => {
  it.each(["40001", "40P01", "55P03"])("that others had rolled back took no effect: %s", (code) => {
    expect([isRolledBack(trouble(code)), isLost(trouble(code))]).toEqual([true, false]);
  });
  it.each([
    trouble(undefined, "Connection terminated unexpectedly"),
    trouble("ECONNRESET"),
    trouble("57P01"),
    trouble("08006"),
  ])("whose connection is gone may have taken effect: $code $message", (error) => {
    expect([isLost(error), isRolledBack(error)]).toEqual([true, false]);
  });
  it.each(["23505", "42P01", "22021", "28P01"])("that the server turned down is not made again: %s", (code) => {
    const error = trouble(code);
    expect([isLost(error), isRolledBack(error), isTurnedAway(error)]).toEqual([false, false, false]);
  });
  it.each(["ECONNREFUSED", "57P03", "53300"])("for which no connection was to be had took no effect: %s", (code) => {
    expect(isTurnedAway(trouble(code))).toBe(true);
  });
  it("of a server that takes no writes took no effect, and its connection is of no use", () => {
    const error = trouble("25006");
    expect([isReadOnly(error), isLost(error), isRolledBack(error), isTurnedAway(error)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(isReadOnly(trouble("40001"))).toBe(false);
  });
  it("for a host that has no address is not made again", () => {
    expect(isTurnedAway(trouble("ENOTFOUND"))).toBe(false);
  });
});

describe("a place that cannot be opened", () => {
  it.each([
    ["ERR_MODULE_NOT_FOUND", "npm install pg"],
    ["28P01", "the user and the password"],
    ["3D000", "Create the database"],
    ["42501", "Grant the user create"],
    ["ERR_INVALID_URL", "postgres://user:password@host"],
    ["ENOTFOUND", "the name of the host"],
    ["ECONNREFUSED", "whether the server runs"],
    ["XX000", "what the server says"],
  ])("says what to do: %s", (code, remedy) => {
    const error = openError("postgres ada@db/app, schema surefoot", trouble(code, "reason")) as Error;
    expect(error).toBeInstanceOf(StoreOpenError);
    expect(error.message).toContain("postgres ada@db/app, schema surefoot could not be opened: reason. ");
    expect(error.message).toContain(remedy);
  });

  it("says of one that takes no writes what to connect to", () => {
    expect(readOnlyError("postgres ada@db/app, schema surefoot").message).toContain("Connect to the primary");
  });

  it("says what to do: a pooler that takes no such parameter", () => {
    const refused = trouble("08P01", "unsupported startup parameter: options");
    expect((openError("postgres", refused) as Error).message).toContain("Leave that parameter out of the connection");
  });

  it("says what to do: tables that are there, and not for this user", () => {
    const refused = trouble("42501", "permission denied for table meta");
    expect((openError("postgres", refused) as Error).message).toContain("all on all tables and sequences in it");
  });

  it("says it once, also where it failed behind what was tried again", () => {
    const error = openError("postgres", unavailableError("postgres", trouble("ECONNREFUSED", "reason"))) as Error;
    expect(error).toBeInstanceOf(StoreOpenError);
    expect(error.message).not.toContain("could not do");
  });

  it("leaves alone what already says it, and what is a bug", () => {
    for (const error of [StoreVersionError.for(2, 1), new RangeError("bug"), "text"])
      expect(openError("postgres", error)).toBe(error);
  });
});

describe("a place that was open", () => {
  it.each([
    ["ECONNREFUSED", "whether the server runs"],
    ["53300", "max_connections"],
    ["53100", "Make room on the disk of the server"],
    ["3F000", "put it back from a backup"],
    ["42P01", "put it back from a backup"],
    ["25006", "connect to the primary"],
    ["XX000", "what the server says"],
  ])("says what to do, and that runs go on: %s", (code, remedy) => {
    const cause = trouble(code, "reason");
    const error = unavailableError("postgres ada@db/app, schema surefoot", cause) as StoreUnavailableError;
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect([error.place, error.cause]).toEqual(["in postgres ada@db/app, schema surefoot", cause]);
    expect(error.message).toContain("could not do what it was asked: reason. ");
    expect(error.message).toContain(remedy);
    expect(error.message).toContain("Runs go on by themselves");
  });

  it("leaves alone what is no trouble of its own", () => {
    for (const error of [StoreVersionError.for(2, 1), new RangeError("bug"), "text"])
      expect(unavailableError("postgres", error)).toBe(error);
  });
});
