// What stores/sqlite/sqlite-thread and stores/sqlite/store-thread do, seen through the store of an app.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StoreClosedError, StoreOpenError, StoreThreadError } from "../../core/errors.ts";
import { SAMPLE_MS, sampleEvent, sampleWorker } from "../../testing/journal-samples.ts";
import { sqliteStore } from "./sqlite-place.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { ThreadedSqliteStore } from "./threaded-sqlite-store.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "surefoot-thread-"));
  path = join(folder, "app.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const REAL = new URL("./sqlite-thread.ts", import.meta.url);
const accepting = (id: string) => ({
  events: [sampleEvent({ id, name: "paid" })],
  runId: (_event: unknown, functionId: string) => `${id} ${functionId}`,
});
const listening = (...ids: string[]) => ids.map((id) => ({ id, name: id, events: ["paid"], schedules: [] }));

/** The thread as it is, but that one verb is the end of it. */
function endingAt(verb: string): URL {
  const code = `
    const { SqliteStore } = await import(${JSON.stringify(new URL("./sqlite-store.ts", import.meta.url).href)});
    SqliteStore.prototype[${JSON.stringify(verb)}] = () => process.exit(7);
    await import(${JSON.stringify(REAL.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

describe("a store whose thread is gone", () => {
  it("rejects what it was asked, in words, and works again with the next verb", async () => {
    const store = new ThreadedSqliteStore(endingAt("counts"), { path });
    await store.open();
    await store.accept({ ...accepting("e1"), functionId: "app/charge" });
    const [lost, behind] = await Promise.allSettled([store.counts(), store.workers()]);
    for (const end of [lost, behind]) {
      const { reason } = end as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(StoreThreadError);
      expect(String(reason)).toContain(`the store "${path}" has ended before it answered (it ended with 7)`);
    }
    expect((await store.run({ id: "e1 app/charge" }))?.run.status).toBe("queued");
    await store.close();
  });

  it("tells of a file that cannot be opened any more, and goes on when it can", async () => {
    const store = new ThreadedSqliteStore(endingAt("counts"), { path });
    await store.open();
    await store.counts().catch(() => {});
    for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) rmSync(file);
    writeFileSync(path, "this is no database, and longer than the header of one. ".repeat(40));
    await expect(store.workers()).rejects.toBeInstanceOf(StoreOpenError);
    await expect(store.workers()).rejects.toBeInstanceOf(StoreOpenError);
    rmSync(path);
    expect(await store.workers()).toEqual([]);
    await store.close();
  });

  it("is closed without it", async () => {
    const store = new ThreadedSqliteStore(endingAt("counts"), { path });
    await store.open();
    await store.counts().catch(() => {});
    await store.close();
    await expect(store.workers()).rejects.toBeInstanceOf(StoreClosedError);
  });
});

describe("what crosses the threads", () => {
  it("errors keep their class, their fields, their message and their cause", async () => {
    const at = join(folder, "no", "app.db");
    const [there, here] = await Promise.all(
      [true, false].map((thread) =>
        sqliteStore({ path: at, thread })
          .open()
          .catch((thrown: unknown) => thrown as StoreOpenError),
      ),
    );
    expect(there).toBeInstanceOf(StoreOpenError);
    const seen = ({ path: named, message, cause }: StoreOpenError) => ({
      named,
      message,
      why: String(cause),
      code: (cause as { errcode?: unknown }).errcode,
    });
    expect(seen(there as StoreOpenError)).toEqual(seen(here as StoreOpenError));
  });

  it("an event starts functions of which only another process knew, once each", async () => {
    const store = new ThreadedSqliteStore(REAL, { path });
    await store.open();
    await store.register({ app: "app", functions: listening("app/charge") });
    const other = new SqliteStore({ path });
    await other.open();
    await other.register({ app: "other", functions: listening("other/notify", "other/count") });
    const runIds = async () => (await store.accept(accepting("e1")))[0]!.runs.map(({ id }) => id).toSorted();
    const all = ["e1 app/charge", "e1 other/count", "e1 other/notify"];
    expect(await runIds()).toEqual(all);
    expect(await runIds()).toEqual(all);
    await other.close();
    await store.close();
  });
});

describe("what many ask at once", () => {
  it("is all done, each for itself: one that is turned down does not hold up its neighbours", async () => {
    const store = new ThreadedSqliteStore(REAL, { path });
    await store.open();
    const events = Array.from({ length: 20 }, (_, place) => sampleEvent({ id: `e${place}` }));
    const sends = events.map((event, place) =>
      store.accept({
        events: [event],
        functionId: "app/charge",
        runId: () => (place === 7 ? "run 6" : `run ${place}`),
      }),
    );
    const ends = await Promise.allSettled([...sends, store.counts()]);
    const rejected = ends.flatMap(({ status }, place) => (status === "rejected" ? [place] : []));
    expect(rejected).toEqual([7]);
    expect((ends.at(-1) as PromiseFulfilledResult<ReadonlyMap<string, number>>).value.get("queued")).toBe(19);
    await store.close();
  });
});

describe("the end of a store's thread", () => {
  it("what was asked before the store is closed is done, also where another process held the lock", async () => {
    const store = new ThreadedSqliteStore(REAL, { path });
    await store.open();
    const lock = new DatabaseSync(path);
    lock.exec("begin immediate");
    const accepted = store.accept({ ...accepting("e1"), functionId: "app/charge" });
    await store.workers();
    const closed = store.close();
    lock.exec("rollback");
    lock.close();
    expect((await accepted)[0]!.result).toBe("accepted");
    await closed;
  });

  it("a process ends when it has nothing else to do, though its store is open, and not before what it asked is done", () => {
    const program = `
      const { sqliteStore } = await import(${JSON.stringify(new URL("./sqlite-place.ts", import.meta.url).href)});
      const store = sqliteStore({ path: process.argv[1] });
      await store.open();
      void store.workers().then((workers) => console.log(store.constructor.name, workers.length));`;
    const { stdout, status } = spawnSync(
      process.execPath,
      ["--no-warnings", "--input-type=module", "-e", program, path],
      { encoding: "utf8", timeout: 15_000 },
    );
    expect({ stdout, status }).toEqual({ stdout: "ThreadedSqliteStore 0\n", status: 0 });
  });
});

describe("H2, of a look that accepts", () => {
  it("tells that something is due where it could not know beforehand who listens: the next look is given it", async () => {
    const [one, other] = [new ThreadedSqliteStore(REAL, places()), new ThreadedSqliteStore(REAL, places())];
    await one.open();
    await other.open();
    await other.register({ app: "app", functions: listening("app/charge") });
    await one.enterWorker(sampleWorker());
    const look = { incarnation: "worker-1", functionIds: ["app/charge"], limit: 9, nowMs: SAMPLE_MS, isBeating: false };
    const { accepted, claimed, nextDueMs } = await one.look({ ...look, accepting: accepting("a") });
    expect([accepted![0]!.runs.length, claimed, nextDueMs]).toEqual([1, [], SAMPLE_MS]);
    expect((await one.look(look)).claimed.map(({ run }) => run.id)).toEqual(["a app/charge"]);
    await one.close();
    await other.close();
  });
});

function places() {
  return { path, synchronous: "full" } as const;
}
