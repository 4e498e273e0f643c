// What is no place for a journal is refused where it is given, before anything is opened.
import { expect, it } from "vitest";
import { InvalidDefinitionError } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import { sqlite } from "../../src/sqlite.ts";

function refusal(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error;
  }
  return undefined;
}

it.each<[string, unknown]>([
  ["no path", undefined],
  ["an empty path, whose file SQLite would delete", ""],
  ["a number", 5],
  ["a zero byte in it", "app\0.db"],
  ["options without a path", {}],
  ["options with an empty path", { path: "" }],
])("sqlite() with %s says that a path is needed, and why there may be none", (_what, given) => {
  const error = refusal(() => sqlite(given as string));
  expect(error).toBeInstanceOf(InvalidDefinitionError);
  expect(String(error)).toMatch(/sqlite\(\) needs the path of a file, .* Is an environment variable not set\?/);
});

it("sqlite() takes no durability that there is not", () => {
  const error = refusal(() => sqlite({ path: "app.db", synchronous: "off" as "full" }));
  expect(error).toBeInstanceOf(InvalidDefinitionError);
  expect(String(error)).toContain('synchronous of sqlite() is "full" or "normal", and not "off"');
});

it.each<[string, unknown]>([
  ["nothing", undefined],
  ["an empty string", ""],
  ["the URL of another database", "mysql://ada:secret@db/app"],
  ["a sentence", "hello world"],
  ["options with an empty string", { connectionString: "" }],
])("postgres() with %s says what is needed, and shows nothing of what was given", (_what, given) => {
  const error = refusal(() => postgres(given as string));
  expect(error).toBeInstanceOf(InvalidDefinitionError);
  expect(String(error)).toMatch(/postgres\(\) needs a connection string, postgres:\/\/user:password@host/);
  expect(String(error)).not.toMatch(/secret|mysql|hello/);
});
