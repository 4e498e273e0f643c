// A Store port of which some verbs are others'. What the store does not have, the wrapped one has not either.
import type { Store } from "../../src/durable/store.ts";

export function wrappedStore(store: Store, own: Partial<Store>): Store {
  return new Proxy(store, {
    get: (_store, verb) => {
      if (!(verb in store)) return undefined;
      const call = (own[verb as keyof Store] ?? store[verb as keyof Store]) as (argument: never) => unknown;
      return (argument: never) => call.call(store, argument);
    },
  });
}
