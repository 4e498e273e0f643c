import { describe, expect, it } from "vitest";
import { storeContract } from "../../testing/store-contract.ts";
import { MemoryStore } from "./memory-store.ts";

describe("the contract of a store", () => {
  it.each(storeContract.map(({ name, check }) => [name, check] as const))("%s", async (_name, check) => {
    const store = new MemoryStore();
    await expect(check(async () => store)).resolves.toBeUndefined();
  });
});
