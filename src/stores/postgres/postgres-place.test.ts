// postgres-place.ts: a place, as people are told: never with the password.
import { expect, it } from "vitest";
import type { PostgresPool } from "./postgres-options.ts";
import { connectionOf, describePlace, faultOf, isPool } from "./postgres-place.ts";

const POOL = {
  connect: () => Promise.reject(new RangeError("not asked")),
  end: () => Promise.resolve(),
  on: () => {},
  options: { host: "db", user: "ada", password: "secret", database: "app" },
} satisfies PostgresPool & { readonly options: object };

it.each([
  ["postgres://ada:secret@db:5433/app?sslmode=require", "postgres ada@db:5433/app, schema s"],
  ["postgres://db/app", "postgres db/app, schema s"],
  ["postgres://ada:sec ret@db:nonsense/app secret", "postgres by a connection string that cannot be read, schema s"],
  ["postgres://ada:secret/@db/app", "postgres by a connection string that cannot be read, schema s"],
  [{ host: "db", port: 5433, user: "ada", password: "secret", database: "app" }, "postgres ada@db:5433/app, schema s"],
  [{ connectionString: "postgres://ada:secret@db/app" }, "postgres ada@db/app, schema s"],
  [{}, "postgres by the environment, schema s"],
  [POOL, "postgres ada@db/app, schema s"],
])("of %j, %s", (place, told) => {
  expect(describePlace(place, "s")).toBe(told);
  expect(describePlace(place, "s")).not.toContain("secret");
});

it("a connection string is what the driver takes, and so is what the driver takes", () => {
  expect(connectionOf("postgres://db/app")).toEqual({ connectionString: "postgres://db/app" });
  expect(connectionOf({ host: "db" })).toEqual({ host: "db" });
  expect([isPool(POOL), isPool({ host: "db" }), isPool("postgres://db")]).toEqual([true, false, false]);
});

it.each([
  [undefined, "undefined is none"],
  [null, "null is none"],
  [5, "number is none"],
  ["", "it is empty"],
  [" ", "it is empty"],
  ["db.internal", "it begins in another way"],
  ["mysql://ada:secret@db/app", "it begins in another way"],
  [{ connectionString: "" }, "it is empty"],
])("%j is no place: %s", (place, fault) => {
  expect(faultOf(place)).toBe(fault);
});
it.each([
  "postgres://db/app",
  "postgresql://db/app",
  "POSTGRES://db/app",
  "socket:/var/run/postgresql/?db=app",
  "/var/run/postgresql app",
  {},
  { host: "db" },
  { connectionString: undefined },
  POOL,
])("%j is one", (place) => {
  expect(faultOf(place)).toBeUndefined();
});
