// sqlite-trouble.ts: what a user is told of a file that cannot be worked on.
import { describe, expect, it } from "vitest";
import { StoreClosedError, StoreOpenError, StoreUnavailableError } from "../../core/errors.ts";
import { isBusy, openError, unavailableError } from "./sqlite-trouble.ts";

function trouble(errcode: number): Error {
  return Object.assign(new Error("reason"), { errcode });
}

describe("a file that was open", () => {
  it.each([
    ["SQLITE_FULL", 13, "Make room on the disk"],
    ["SQLITE_IOERR_WRITE", 10 + (3 << 8), "the system's log"],
    ["SQLITE_READONLY_DBMOVED", 8 + (4 << 8), "the right to write"],
    ["SQLITE_CORRUPT", 11, "take a backup"],
    ["SQLITE_NOTADB", 26, "take a backup"],
    ["SQLITE_CANTOPEN", 14, "are still there"],
    ["SQLITE_BUSY", 5, "leaves a transaction open"],
  ])("is named with what to do, and that runs go on: %s", (_name, errcode, remedy) => {
    const cause = trouble(errcode);
    const error = unavailableError("data/app.db", cause) as StoreUnavailableError;
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect([error.place, error.cause]).toEqual(['"data/app.db"', cause]);
    expect(error.message).toContain('the store "data/app.db" could not do what it was asked: reason. ');
    expect(error.message).toContain(remedy);
    expect(error.message).toContain("Runs go on by themselves");
  });

  it("and what is no trouble of its own is left alone: a constraint, a closed store, a bug", () => {
    for (const error of [trouble(19), StoreClosedError.for("app.db"), new RangeError("bug"), "text", undefined])
      expect(unavailableError("app.db", error)).toBe(error);
  });
});

describe("a file that could not be opened", () => {
  it.each([
    ["SQLITE_FULL", 13, "Make room on the disk"],
    ["SQLITE_READONLY", 8, "the right to write"],
    ["SQLITE_CORRUPT", 11, "take a backup"],
    ["SQLITE_NOTADB", 26, "whether the file is an SQLite database"],
    ["SQLITE_CANTOPEN", 14, "whether the folder exists"],
    ["SQLITE_ERROR", 1, "whether the folder exists"],
  ])("is named with what to do, and was left as it is: %s", (_name, errcode, remedy) => {
    const error = openError("data/app.db", trouble(errcode)) as StoreOpenError;
    expect(error).toBeInstanceOf(StoreOpenError);
    expect(error.message).toContain('the store "data/app.db" could not be opened: reason. It was left as it is. ');
    expect(error.message).toContain(remedy);
  });

  it("and a lock is left as it is, for it is waited for", () => {
    const busy = trouble(5);
    expect([openError("app.db", busy), isBusy(busy), isBusy(trouble(13)), isBusy("text")]).toEqual([
      busy,
      true,
      false,
      false,
    ]);
  });
});
