// postgres-sql.ts, and the functions in the database that are made of it.
import { expect, it } from "vitest";
import { ACCEPT_FUNCTIONS } from "./postgres-accept-sql.ts";
import { CLAIM_FUNCTIONS } from "./postgres-claim-sql.ts";
import { COMMIT_FUNCTIONS, STEP_CELLS } from "./postgres-commit-sql.ts";
import { inSchema } from "./postgres-sql.ts";
import { TABLES_1 } from "./postgres-tables.ts";
import { FIRST_SUSPECT, GIVEN, LOCK_LIMITS, TURNS } from "./postgres-turn-sql.ts";
import { WAIT_FUNCTIONS } from "./postgres-waits-sql.ts";
import { STEP_COLUMNS } from "../shared/row-codec.ts";

const ALL = [TABLES_1, WAIT_FUNCTIONS, ACCEPT_FUNCTIONS, ...COMMIT_FUNCTIONS, CLAIM_FUNCTIONS].join("\n");

it("statements are put into a schema of any name, as it is", () => {
  expect(inSchema("select surefoot.lock_of(':schema') from surefoot.run", '"$& x"')).toBe(
    `select "$& x".lock_of('"$& x"') from "$& x".run`,
  );
});

it("nothing is left that would depend on the search path: each table and function has its schema", () => {
  const names = [...ALL.matchAll(/create (?:table|function) (\S+?)[ (]/g)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !name.startsWith("surefoot."))).toEqual([]);
  const own = names.map((name) => name.slice("surefoot.".length)).join("|");
  const bare = new RegExp(`\\b(?:from|join|into|update|perform|table) (?:${own})\\b`, "g");
  expect([...ALL.matchAll(bare)].map(([text]) => text)).toEqual([]);
});

it("every function is planned by its indexes, and waits for no lock for ever", () => {
  const functions = ALL.split("create function ").slice(1);
  const unplanned = functions.filter((text) => text.includes("language plpgsql") && !text.includes("lock_timeout"));
  expect(unplanned.map((text) => text.slice(0, 40))).toEqual([]);
});

it("a claim has the limits of its functions locked before it counts who has runs of them", () => {
  const claim = CLAIM_FUNCTIONS.slice(0, CLAIM_FUNCTIONS.indexOf("next_due_1"));
  const places = [LOCK_LIMITS, FIRST_SUSPECT, TURNS, GIVEN].map((part) => claim.indexOf(part));
  expect(Math.min(...places)).toBeGreaterThan(0);
  expect(places).toEqual(places.toSorted((left, right) => left - right));
  expect(claim.indexOf("function_limit")).toBeGreaterThan(places[0]!);
});

it("the cells of a record are the journal's columns, in their order", () => {
  expect(STEP_CELLS.map(([column]) => column).join(", ")).toBe(STEP_COLUMNS);
});
