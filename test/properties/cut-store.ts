// A store that fails its worker at a chosen moment: so many writes are kept, and from then on it never answers.
import type { Store, WorkerRecord, WriteResult } from "../../src/durable/store.ts";

const never = (): Promise<never> => new Promise(() => {});

/** What happened at a store, as seen by one worker. */
export class CutStore {
  readonly #store: Store;
  readonly #limit: number;
  readonly #onLimit: (() => void) | undefined;
  #isCut = false;
  writes = 0;
  incarnation = "";
  /** As a worker is given it. */
  readonly port: Store;

  /** Keeps `limit` writes, then is cut. With `onLimit`, it goes on instead, and calls. */
  constructor(store: Store, limit = Infinity, onLimit?: () => void) {
    this.#store = store;
    this.#limit = limit;
    this.#onLimit = onLimit;
    this.port = this.#portOf(store);
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  #portOf(store: Store): Store {
    return new Proxy(store, {
      get: (_target, verb) => {
        if (!(verb in store)) return undefined;
        const call = store[verb as keyof Store] as (argument: never) => Promise<unknown>;
        return (argument: never): Promise<unknown> => {
          if (this.#isCut) return never();
          if (verb === "commit") return this.#commit(argument);
          if (verb === "enterWorker") this.incarnation = (argument as WorkerRecord).incarnation;
          return call.call(store, argument);
        };
      },
    });
  }

  /** One write after the other, so that a batch may be kept in part: its worker hears of none of it. */
  async #commit({ incarnation, writes }: Parameters<Store["commit"]>[0]): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = [];
    for (const write of writes) {
      if (this.writes === this.#limit && this.#onLimit === undefined) {
        this.#isCut = true;
        return never();
      }
      results.push(...(await this.#store.commit({ incarnation, writes: [write] })));
      this.writes++;
      if (this.writes === this.#limit) this.#onLimit?.();
    }
    return results;
  }
}
