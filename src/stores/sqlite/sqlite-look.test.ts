import { describe, expect, it } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lookContract, type LookedAt } from "../../testing/look-contract.ts";
import { sqliteStore } from "./sqlite-place.ts";

describe.each([
  ["on a thread of its own", true],
  ["on the app's thread", false],
])("a file, %s", (_where, thread) => {
  it.each(lookContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    const folder = mkdtempSync(join(tmpdir(), "surefoot-look-"));
    const store = sqliteStore({ path: join(folder, "app.db"), synchronous: "full", thread }) as LookedAt;
    try {
      await store.open();
      await expect(check(store)).resolves.toBeUndefined();
    } finally {
      await store.close();
      rmSync(folder, { recursive: true });
    }
  });
});
