import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StoreClosedError, StoreOpenError, StoreVersionError } from "../../core/errors.ts";
import { sampleEvent } from "../../testing/journal-samples.ts";
import { isGoodSqlite, openDatabase } from "./sqlite-database.ts";
import { SqliteStore } from "./sqlite-store.ts";

const NOBODY = 65_534;
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "surefoot-file-"));
  path = join(folder, "app.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function openingOf(at: string): Promise<unknown> {
  const store = new SqliteStore({ path: at });
  return store.open().then(
    () => store.close(),
    (error: unknown) => error,
  );
}

describe("isGoodSqlite", () => {
  it.each([
    ["3.51.3", true],
    ["3.51.4", true],
    ["3.52.0", true],
    ["4.0.0", true],
    ["3.51.2", false],
    ["3.51.0", false],
    ["3.50.7", true],
    ["3.50.8", true],
    ["3.50.6", false],
    ["3.50.70", true],
    ["3.44.6", true],
    ["3.44.5", false],
    ["3.45.9", false],
    ["3.49.99", false],
    ["2.99.99", false],
    ["3.6.1", false],
    ["3.51", false],
    ["", false],
    ["unknown", false],
  ])("%s: %s", (version, isGood) => {
    expect(isGoodSqlite(version)).toBe(isGood);
  });

  it("holds of the one that runs here", () => {
    expect(isGoodSqlite(process.versions["sqlite"]!)).toBe(true);
  });
});

describe("a file that cannot be a store", () => {
  it.each<[string, string | Buffer]>([
    ["text", "this is no database, and longer than the header of one. ".repeat(40)],
    ["noise", Buffer.alloc(8192, 7)],
  ])("that is %s is refused, named, and left as it is", async (_what, content) => {
    writeFileSync(path, content);
    const error = await openingOf(path);
    expect(error).toBeInstanceOf(StoreOpenError);
    expect((error as StoreOpenError).path).toBe(path);
    expect((error as StoreOpenError).message).toContain(path);
    expect(readFileSync(path).equals(Buffer.from(content))).toBe(true);
  });

  it("in a folder that is not there is refused, and no folder is made", async () => {
    const error = await openingOf(join(folder, "no", "such", "app.db"));
    expect(error).toBeInstanceOf(StoreOpenError);
    expect((error as StoreOpenError).message).toMatch(/could not be opened.*Look whether the folder exists/);
  });

  it("that is a folder is refused", async () => {
    mkdirSync(path);
    expect(await openingOf(path)).toBeInstanceOf(StoreOpenError);
  });

  it("in a folder that is read-only is refused: seen by a user that a mode applies to", () => {
    // For the root user every folder can be written to, so the file is opened by a process of another user.
    const program = `
      const { SqliteStore } = await import(${JSON.stringify(new URL("./sqlite-store.ts", import.meta.url).href)});
      const { StoreOpenError } = await import(${JSON.stringify(new URL("../../core/errors.ts", import.meta.url).href)});
      if (process.env.AS_NOBODY === "yes") { process.setgid(${NOBODY}); process.setuid(${NOBODY}); }
      const error = await new SqliteStore({ path: process.argv[1] }).open().catch((thrown) => thrown);
      console.log(error instanceof StoreOpenError ? error.message : String(error));`;
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
    chmodSync(folder, 0o555);
    const said = execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", program, path], {
      env: { ...process.env, AS_NOBODY: isRoot ? "yes" : "no" },
    }).toString();
    chmodSync(folder, 0o755);
    expect(said).toContain(`the store "${path}" could not be opened`);
  });
});

describe("a file of another version", () => {
  function setMeta(key: string, value: number): void {
    const database = new DatabaseSync(path);
    database.prepare("update surefoot_meta set value = ? where key = ?").run(value, key);
    database.close();
  }

  it("that this code cannot work beside is refused, with both versions named, and left as it is", async () => {
    await openingOf(path);
    setMeta("schema", 7);
    setMeta("oldest_compatible", 7);
    const before = readFileSync(path);
    const error = await openingOf(path);
    expect(error).toBeInstanceOf(StoreVersionError);
    expect((error as StoreVersionError).message).toMatch(/needs code that knows its schema 7.*knows 4/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("that is newer, and says that this code may still work there, is opened and keeps its version", async () => {
    await openingOf(path);
    setMeta("schema", 7);
    expect(await openingOf(path)).toBeUndefined();
    const database = new DatabaseSync(path);
    const rows = database.prepare("select key, value from surefoot_meta order by key").all();
    database.close();
    expect(rows.map((row) => [row["key"], row["value"]])).toEqual([
      ["oldest_compatible", 1],
      ["schema", 7],
    ]);
  });

  it("other tables in the file are left alone", async () => {
    const database = new DatabaseSync(path);
    database.exec("create table payments (id text); insert into payments values ('p-1')");
    database.close();
    expect(await openingOf(path)).toBeUndefined();
    const again = new DatabaseSync(path);
    expect(again.prepare("select id from payments").get()!["id"]).toBe("p-1");
    again.close();
  });
});

describe("durability", () => {
  it.each([
    [undefined, 2],
    ["full", 2],
    ["normal", 1],
  ] as const)("synchronous %s is what the connection has, in WAL", (synchronous, level) => {
    const database = openDatabase({ path, synchronous });
    expect(database.prepare("pragma synchronous").get()!["synchronous"]).toBe(level);
    expect(database.prepare("pragma journal_mode").get()!["journal_mode"]).toBe("wal");
    expect(Number(database.prepare("pragma busy_timeout").get()!["timeout"])).toBeGreaterThan(0);
    database.close();
  });
});

describe("a store that is closed, or busy", () => {
  it("refuses what is asked of it, and can be opened again", async () => {
    const store = new SqliteStore({ path });
    await expect(store.beat({ incarnation: "worker-1" })).rejects.toBeInstanceOf(StoreClosedError);
    await store.open();
    await store.close();
    await store.close();
    await expect(store.workers()).rejects.toBeInstanceOf(StoreClosedError);
    await store.open();
    expect(await store.workers()).toEqual([]);
    await store.close();
  });

  it("waits for another connection's lock between turns, and goes on when it is let go", async () => {
    const store = new SqliteStore({ path });
    await store.open();
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    let isAccepted = false;
    const accepting = store
      .accept({ events: [sampleEvent()], functionId: "app/charge", runId: () => "run_1" })
      .then(() => (isAccepted = true));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => void setImmediate(resolve));
    expect(isAccepted).toBe(false);
    other.exec("rollback");
    other.close();
    await accepting;
    expect(await store.run({ id: "run_1" })).toBeDefined();
    await store.close();
  });
});
