// What a store's door gives to `createApp`: the journal's place, with the engine that works on it. An app without a store carries neither.
import type { AppStore } from "../core/backend.ts";
import { DurableBackend } from "./durable-backend.ts";
import { localProcesses } from "./local-process.ts";
import type { Store } from "./store.ts";

export function durableStore(store: Store): AppStore {
  return { "~attach": (host) => new DurableBackend(store, host, localProcesses()) };
}
