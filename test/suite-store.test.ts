// suite-store.ts: a project is played on the store that it is named for, and not on the other one without a word.
import { expect, it } from "vitest";
import { PLACES, newSuiteStore } from "./suite-store.ts";

it("the project says which store its suites are played on", async ({ task }) => {
  const isOnPostgres = task.file.projectName === "on Postgres";
  // One that was not opened: Postgres refuses, with its place; the one in memory has no worker.
  const said = await newSuiteStore()
    .workers()
    .then(({ length }) => `${length} workers`, String);
  expect(said).toMatch(isOnPostgres ? /"postgres postgres@127\.0\.0\.1/ : /^0 workers$/);
  expect(PLACES).toEqual(isOnPostgres ? ["on a store"] : ["in process", "on a store"]);
});
