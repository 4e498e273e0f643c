// Somebody reads the file for long, while runs are written: the WAL grows meanwhile, and is used again and cut back when it is let go.
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { sampleEvent } from "../../src/testing/journal-samples.ts";
import { temporaryFiles } from "../properties/temporary-folder.ts";

const newFile = temporaryFiles("reader");
const EVENTS = 24;
const MEGABYTE = 1024 * 1024;
const LIMIT_BYTES = 16 * MEGABYTE;

it("the WAL grows while a reader holds on to the past, and is cut back when it lets go", async () => {
  const path = newFile();
  const store = new SqliteStore({ path });
  await store.open();
  const walBytes = (): number => statSync(`${path}-wal`).size;
  let sent = 0;
  const write = async (howMany: number): Promise<void> => {
    for (let count = 0; count < howMany; count++) {
      const data = JSON.stringify("x".repeat(MEGABYTE));
      const events = [{ ...sampleEvent(), id: `event-${++sent}`, data }];
      await store.accept({ events, runId: () => "none" });
    }
  };
  await write(EVENTS);
  const usual = walBytes();

  const reader = new DatabaseSync(path);
  reader.exec("begin");
  const seen = reader.prepare("select count(*) as count from surefoot_event").get()!["count"];
  await write(EVENTS);
  const grown = walBytes();
  expect(reader.prepare("select count(*) as count from surefoot_event").get()!["count"]).toBe(seen);
  reader.exec("commit");
  reader.close();
  await write(8);
  const after = walBytes();

  expect(usual).toBeLessThan(LIMIT_BYTES);
  expect(grown).toBeGreaterThan(LIMIT_BYTES);
  expect(after).toBeLessThanOrEqual(LIMIT_BYTES);
  await store.close();
});
