import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../durable/store.ts";
import { storeContract } from "../../testing/store-contract.ts";
import { sqliteStore } from "./sqlite-place.ts";

let folder: string;
const opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "surefoot-store-"));
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(folder, { recursive: true });
});

async function openStore(thread: boolean): Promise<Store> {
  const store = sqliteStore({ path: join(folder, "app.db"), thread });
  opened.push(store);
  await store.open();
  return store;
}

describe.each([
  ["on the app's thread", false],
  ["on a thread of its own", true],
])("the contract of a store, on a file, %s", (_where, thread) => {
  it.each(storeContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    await expect(check(() => openStore(thread))).resolves.toBeUndefined();
  });
});
