import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TransactionEnd } from "../../durable/store.ts";
import { SAMPLE_MS, sampleStep, sampleWrite } from "../../testing/journal-samples.ts";
import { acceptRuns, claim, claimedRuns } from "../../testing/store-case.ts";
import { transactionContract, type TransactionPlace } from "../../testing/transaction-contract.ts";
import { SqliteStore } from "./sqlite-store.ts";
import type { SqliteTransaction } from "./sqlite-transaction.ts";

let folder: string;
let store: SqliteStore;
let own: DatabaseSync;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "surefoot-transactions-"));
  store = new SqliteStore({ path: join(folder, "app.db") });
  await store.open();
  own = new DatabaseSync(join(folder, "app.db"), { timeout: 1_000 });
  own.exec("create table effect (id integer primary key, name text not null)");
});
afterEach(async () => {
  own.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const effects = (): string[] =>
  own
    .prepare("select name from effect order by id")
    .all()
    .map(({ name }) => name as string);

const place = (): TransactionPlace => ({
  store,
  act: (tx, effect) => (tx as SqliteTransaction).prepare("insert into effect (name) values (?)").run(effect),
  effects: () => Promise.resolve(effects()),
  async within(end, work) {
    own.exec("begin immediate");
    try {
      await work(own);
    } finally {
      own.exec(end);
    }
  },
});

describe("the contract of transactions, on a file", () => {
  it.each(transactionContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    await expect(check(place())).resolves.toBeUndefined();
  });
});

function transact(body: (tx: SqliteTransaction) => unknown): Promise<TransactionEnd> {
  return store.transact({
    incarnation: "worker-1",
    alone: () => Promise.resolve(),
    body: (tx) => body(tx as SqliteTransaction),
    write: () => sampleWrite({ records: [sampleStep()] }),
  });
}
const messageOf = (end: TransactionEnd): unknown => (typeof end === "object" ? (end.thrown as Error).message : end);

describe("a body on SQLite", () => {
  beforeEach(() => claimedRuns(store, ["run_1"]));

  it.each(["commit", "rollback", "begin", "end", "attach ':memory:' as other", "detach main"])(
    "cannot %s, whatever it makes of the error",
    async (sql) => {
      const refused: unknown[] = [];
      const end = await transact((tx) => {
        tx.run("insert into effect (name) values ('kept')");
        for (const call of [() => tx.exec(sql), () => tx.prepare(sql), () => tx.run(sql)]) {
          try {
            call();
          } catch (error) {
            refused.push((error as Error).message);
          }
        }
      });
      expect(refused).toHaveLength(3);
      for (const message of refused) expect(message).toMatch(/^the body of a transaction cannot use "/);
      expect([end, effects()]).toEqual(["kept", ["kept"]]);
    },
  );
  it("may use savepoints, named parameters and statements that it prepares", async () => {
    const end = await transact((tx) => {
      const insert = tx.prepare("insert into effect (name) values ($name)");
      insert.run({ $name: "a" });
      tx.exec("savepoint here");
      insert.run({ $name: "b" });
      tx.exec("rollback to here");
      expect(tx.get("select count(*) as n from effect")).toEqual({ n: 1 });
      expect(tx.all("select name from effect where name = ?", "a")).toEqual([{ name: "a" }]);
      expect(insert.run({ $name: "c" }).changes).toBe(1);
    });
    expect([end, effects()]).toEqual(["kept", ["a", "c"]]);
  });
  it("keeps nothing when a statement of it has rolled the transaction back", async () => {
    const end = await transact((tx) => {
      tx.run("insert into effect (id, name) values (1, 'a')");
      expect(() => tx.run("insert or rollback into effect (id, name) values (1, 'b')")).toThrow(/UNIQUE/);
      expect(() => tx.run("insert into effect (name) values ('outside')")).toThrow(/has rolled the transaction back/);
    });
    expect([messageOf(end), effects()]).toEqual([expect.stringMatching(/has rolled the transaction back/), []]);
  });
  it("fails of a constraint that is checked by the commit, as of any other", async () => {
    own.exec("create table part (of integer not null references effect (id) deferrable initially deferred)");
    const end = await transact((tx) => void tx.run("insert into part (of) values (9)"));
    expect(messageOf(end)).toMatch(/FOREIGN KEY/);
    expect(own.prepare("select * from part").all()).toEqual([]);
  });
});

describe("a body on SQLite, in time,", () => {
  beforeEach(() => claimedRuns(store, ["run_1"]));

  it("may not be asynchronous: what it does later is refused", async () => {
    let later: Promise<unknown> | undefined;
    const end = await transact((tx) => {
      later = Promise.resolve().then(() => tx.run("insert into effect (name) values ('late')"));
      return later;
    });
    expect(messageOf(end)).toMatch(/^the body of a transaction is synchronous on SQLite/);
    await expect(later).rejects.toThrow("the transaction is over");
    expect(effects()).toEqual([]);
  });
  it("waits for the lock of another connection, and is not run before it has it", async () => {
    own.exec("begin immediate");
    let entered = 0;
    const end = transact(() => void entered++);
    await store.workers();
    expect(entered).toBe(0);
    own.exec("commit");
    expect([await end, entered]).toEqual(["kept", 1]);
  });
  it("whose error looks like a lock is not run again", async () => {
    let entered = 0;
    const busy = Object.assign(new Error("another file of theirs is locked"), { errcode: 5 });
    const end = await transact(() => {
      entered++;
      throw busy;
    });
    expect([end, entered]).toEqual([{ thrown: busy }, 1]);
  });
});

it("a database in memory has no second connection, and says so", async () => {
  const inMemory = new SqliteStore({ path: ":memory:" });
  await inMemory.open();
  await acceptRuns(inMemory, ["run_1"]);
  expect(await claim(inMemory, "worker-1", { nowMs: SAMPLE_MS })).toEqual([]);
  const end = await inMemory.transact({
    incarnation: "worker-1",
    alone: () => Promise.resolve(),
    body: () => undefined,
    write: () => sampleWrite(),
  });
  expect(messageOf(end)).toMatch(/^step.transaction needs a file/);
  await inMemory.close();
});
