// A store as one start of a process has it: after so many writes the process is gone, and is answered no more.
//
// Owns: how much was written by this start. Does not own: what was written, which outlives it.
// Called by: life.ts.
//   D1. The last write is kept and not answered: what came of it, the dead process never hears.
import { never } from "../internal/never.ts";
import type { Store, WorkerRecord, WriteResult } from "../durable/store.ts";

/** What changes something by being asked; all else merely looks. */
const NEWS: ReadonlySet<string> = new Set<keyof Store>([
  "accept",
  "tick",
  "requestCancel",
  "enterWorker",
  "buryWorker",
]);

export class MortalStore {
  readonly #store: Store;
  readonly #limit: number;
  readonly #onNews: () => void;
  writes = 0;
  isCut = false;
  incarnation = "";
  /** As the app has it. */
  readonly port: Store;

  constructor(store: Store, { limit, onNews }: { readonly limit: number; readonly onNews: () => void }) {
    this.#store = store;
    this.#limit = limit;
    this.#onNews = onNews;
    this.port = new Proxy(store, {
      get: (target, verb) => (verb in target ? (argument: never) => this.#ask(verb as string, argument) : undefined),
    });
  }

  async #ask(verb: string, argument: never): Promise<unknown> {
    if (this.isCut) return never();
    if (verb === "commit") return this.#commit(argument);
    if (verb === "enterWorker") this.incarnation = (argument as WorkerRecord).incarnation;
    const call = this.#store[verb as keyof Store] as (argument: never) => Promise<unknown>;
    const answer = await call.call(this.#store, argument);
    const isNews = verb === "claim" ? (answer as readonly unknown[]).length > 0 : NEWS.has(verb);
    if (isNews) this.#onNews();
    return answer;
  }

  /** One write after the other, so that the process may be gone in the middle of a batch. D1 */
  async #commit({ incarnation, writes }: Parameters<Store["commit"]>[0]): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = [];
    for (const write of writes) {
      if (this.writes >= this.#limit) this.isCut = true;
      if (this.isCut) return never();
      results.push(...(await this.#store.commit({ incarnation, writes: [write] })));
      this.writes++;
      this.#onNews();
      if (this.writes >= this.#limit) this.isCut = true;
    }
    return this.isCut ? never() : results;
  }
}
