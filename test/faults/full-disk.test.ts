// The disk is full while runs are at work: SQLite itself says so, as no page may be added to the file.
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StoreUnavailableError } from "../../src/index.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { lookAtJournal } from "../crash/journal-look.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";
import { quiet, virtualApp } from "../properties/virtual-time.ts";

const newFile = temporaryFiles("full");
const LARGE = "x".repeat(200_000);
const RUNS = 3;

let warnings: string[];
beforeEach(() => {
  warnings = [];
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A disk that fills up: the store's own connection may add no more pages. */
class Disk {
  readonly #connection: DatabaseSync;
  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }
  static async under(open: () => Promise<void>): Promise<Disk> {
    const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
    await open();
    const connection = prepare.mock.contexts.at(-1) as DatabaseSync;
    prepare.mockRestore();
    return new Disk(connection);
  }
  fill(): void {
    const pages = this.#connection.prepare("pragma page_count").get()!["page_count"];
    this.#connection.exec(`pragma max_page_count = ${Number(pages)}`);
  }
  free(): void {
    this.#connection.exec("pragma max_page_count = 1000000");
  }
}

async function newApp() {
  const path = newFile();
  const clock = new ManualClock();
  const store = new SqliteStore({ path });
  const app = virtualApp(store, clock, { retries: 5 });
  const entered: string[] = [];
  app.createFunction({ name: "Load" }, { event: "load" }, function* ({ event, step }) {
    yield* step.run("Small", () => void entered.push(`${event.data} small`));
    yield* step.run("Wait", () => started.shift()!);
    const text = yield* step.run("Large", () => {
      entered.push(`${event.data} large`);
      return LARGE;
    });
    yield* step.run("Last", () => void entered.push(`${event.data} last`));
    return text.length;
  });
  const letGo: (() => void)[] = [];
  const started = Array.from({ length: RUNS }, () => new Promise<void>((resolve) => void letGo.push(resolve)));
  const disk = await Disk.under(() => app.start());
  const pass = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    await quiet();
  };
  return { path, app, disk, entered, pass, goOn: () => letGo.splice(0).forEach((go) => go()) };
}

describe("the disk is full", () => {
  it("what was done is kept in memory and saved when there is room: no body runs twice, nothing is lost", async () => {
    const { path, app, disk, entered, pass, goOn } = await newApp();
    await app.send(Array.from({ length: RUNS }, (_, place) => ({ id: `e${place}`, name: "load", data: place })));
    await pass(0);
    disk.fill();
    goOn();
    await pass(60_000);
    const full = lookAtJournal(path);
    expect(full.runs.map(({ status }) => status)).toEqual(["running", "running", "running"]);
    expect(full.steps.filter(({ name }) => name === "Large")).toEqual([]);
    expect(entered.filter((what) => what.endsWith("last"))).toEqual([]); // code sees no outcome that is not on the disk
    expect(warnings.join("\n")).toMatch(
      /the store did not take a save, which is tried again until it does: .*database or disk is full/,
    );
    disk.free();
    await pass(10_000);
    expect(lookAtJournal(path).runs.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
    expect(entered.toSorted()).toEqual(
      Array.from({ length: RUNS }, (_, place) => [`${place} large`, `${place} last`, `${place} small`]).flat(),
    );
    await app.stop();
  });

  it("an event that finds no room is refused to its sender, in words, and nothing of it is kept; later it is taken", async () => {
    const { path, app, disk, pass, goOn } = await newApp();
    disk.fill();
    goOn();
    const send = () => app.send({ id: "large", name: "load", data: LARGE });
    const refused = await send().catch((thrown: unknown) => thrown as StoreUnavailableError);
    expect(refused).toBeInstanceOf(StoreUnavailableError);
    expect(refused).toMatchObject({
      place: JSON.stringify(path),
      message: expect.stringMatching(/database or disk is full\. Make room on the disk\./),
    });
    expect((await app.runs.list()).items).toEqual([]); // what is there can still be read
    disk.free();
    await expect(send()).resolves.toEqual({ ids: ["large"] });
    await pass(10_000);
    expect((await app.runs.list()).items.map(({ status }) => status)).toEqual(["completed"]);
    await app.stop();
  });

  it("is tried again with waits that grow, and said once: there is no storm", async () => {
    const { app, disk, pass, goOn } = await newApp();
    await app.send({ id: "e0", name: "load", data: 0 });
    await pass(0);
    disk.fill();
    const commits = vi.spyOn(SqliteStore.prototype, "commit");
    goOn();
    await pass(300_000);
    expect(commits.mock.calls.length).toBeLessThan(100);
    expect(warnings.filter((text) => text.includes("did not take a save")).length).toBeLessThanOrEqual(1);
    disk.free();
    await pass(10_000);
    expect((await app.runs.list()).items.map(({ status }) => status)).toEqual(["completed"]);
    await app.stop();
  });
});
