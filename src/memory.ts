import { durableStore } from "./durable/durable-store.ts";
import type { AppStore } from "./core/backend.ts";
import { MemoryStore } from "./stores/memory/memory-store.ts";

/**
 * A store in this process's memory: durable as long as the process is.
 *
 * Use it in tests, and to try things out. Runs retry and sleep as with any store, values are encoded and decoded as with any
 * store; nothing survives the process.
 *
 * @example
 * const app = createApp({ name: "billing", store: memory() });
 */
export function memory(): AppStore<never> {
  return durableStore(new MemoryStore());
}
export type { AppStore } from "./core/backend.ts";
