import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SqliteConnection } from "./sqlite-connection.ts";

let folder: string;
let sql: SqliteConnection;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "surefoot-connection-"));
  sql = new SqliteConnection({ path: join(folder, "app.db") });
  await sql.open();
  sql.run("create table kept (value text) strict");
});
afterEach(() => {
  sql.close();
  rmSync(folder, { recursive: true });
});

const keep = (value: string) => sql.transaction(() => sql.run("insert into kept values (?)", value));
/** As another process sees it. */
function kept(): unknown[] {
  const other = new DatabaseSync(join(folder, "app.db"));
  const rows = other.prepare("select value from kept").all();
  other.close();
  return rows.map((row) => row["value"]);
}

it("Q3: transactions of one turn share one, which is kept when all of them have been made", async () => {
  let before: unknown[] = [];
  const done: Promise<unknown>[] = [];
  const isKept = sql.together(() => {
    done.push(keep("a"), keep("b"));
    before = kept();
  });
  expect({ isKept, before, after: kept() }).toEqual({ isKept: true, before: [], after: ["a", "b"] });
  await Promise.all(done);
});

it("Q3: one that throws takes back what it did, and nothing of its neighbours", async () => {
  const ends: Promise<unknown>[] = [];
  sql.together(() => {
    ends.push(keep("a"));
    ends.push(
      sql.transaction(() => {
        sql.run("insert into kept values (?)", "bad");
        throw new Error("turned down");
      }),
    );
    ends.push(keep("b"));
  });
  expect((await Promise.allSettled(ends)).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(kept()).toEqual(["a", "b"]);
});

it("Q3: where SQLite gives the whole up, nothing of it is kept, and the next ones are made by themselves", async () => {
  const ends: Promise<unknown>[] = [];
  const isKept = sql.together(() => {
    ends.push(keep("a"));
    ends.push(
      sql.transaction(() => {
        sql.run("rollback"); // as it does itself where the disk is full
        throw new Error("the disk is full");
      }),
    );
    ends.push(keep("b"));
  });
  expect(isKept).toBe(false);
  expect((await Promise.allSettled(ends)).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(kept()).toEqual([]);
  await keep("c");
  expect(kept()).toEqual(["c"]);
});

it("Q2, Q3: nothing is begun while another process has the lock", async () => {
  const other = new DatabaseSync(join(folder, "app.db"));
  other.exec("begin immediate");
  let isBegun = false;
  expect(sql.together(() => (isBegun = true))).toBe(false);
  expect(isBegun).toBe(false);
  other.exec("rollback");
  other.close();
  await keep("a");
  expect(kept()).toEqual(["a"]);
});
