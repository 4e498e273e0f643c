// What a store's door gives to `createApp`: the journal's place, with the engine that works on it. An app without a store carries neither.
//
// Owns: which apps of this process have the store open. Does not own: the store (stores), what an app does on it (durable-backend).
// Called by: the doors.
//   H1. Apps that were given one store share it: it is closed with the last of them.
import type { AppStore, BackendHost } from "../core/backend.ts";
import { DurableBackend } from "./durable-backend.ts";
import { localProcesses } from "./local-process.ts";
import type { Store } from "./store.ts";

/** `Tx`: what its transactions hand to code. */
export function durableStore<Tx = never>(store: Store): AppStore<Tx> {
  const holders = new Set<BackendHost>();
  return {
    "~attach": (host) =>
      new DurableBackend(store, host, localProcesses(), {
        open() {
          holders.add(host);
          return store.open().catch((error: unknown) => {
            holders.delete(host);
            throw error;
          });
        },
        // H1
        async close() {
          holders.delete(host);
          if (holders.size === 0) await store.close();
        },
      }),
  };
}
