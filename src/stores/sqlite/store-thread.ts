// One life of the thread that works on a SQLite file, from the app's side: what is asked goes there, what is given comes back.
//
// Owns: the thread, and what it was asked and has not answered. Does not own: what a verb does (sqlite-store, over there).
// Called by: threaded-sqlite-store.
//   L1. A process that has nothing else to do ends, as if there were no thread; not while something is asked.
//   L2. Where the thread is gone, what it was asked is rejected.
import type { Worker } from "node:worker_threads";
import {
  StoreClosedError,
  StoreOpenError,
  StoreThreadError,
  StoreUnavailableError,
  StoreVersionError,
  UnsupportedSqliteError,
} from "../../core/errors.ts";
import { decodeValue } from "../../core/value-codec.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import type { Answered, Asked } from "./thread-messages.ts";

/** What may be thrown over there under a name of its own. */
const ERRORS = [StoreOpenError, StoreUnavailableError, StoreVersionError, UnsupportedSqliteError, StoreClosedError];

interface Waiting {
  readonly resolve: (given: never) => void;
  readonly reject: (thrown: unknown) => void;
}

export class StoreThread {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isGone = false;
  #isOpen = false;
  /** Settles when the file is open over there. */
  readonly opened: Promise<void>;

  constructor(file: URL, { path, synchronous }: SqliteOptions) {
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    this.#path = path;
    // Without the flags of its process: they are for the app's code, and some of them a thread does not take.
    this.#worker = new Worker(file, { name: "surefoot sqlite", workerData: { path, synchronous }, execArgv: [] });
    this.#worker.on("message", (answered: Answered) => this.#answered(answered));
    this.#worker.on("error", (thrown) => this.#left(thrown));
    this.#worker.on("exit", (code) => this.#left(`it ended with ${code}`));
    this.opened = this.ask<void>("open", undefined).then(() => void (this.#isOpen = true));
    this.opened.catch(() => {
      this.#isGone = true;
      void this.#worker.terminate();
    });
  }

  ask<Given>(verb: Asked["verb"], asked: unknown): Promise<Given> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#worker.postMessage({ id, verb, asked } satisfies Asked, []);
      if (this.#waiting.size === 0) this.#worker.ref(); // L1
      this.#waiting.set(id, { resolve, reject });
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }
  /** It does nothing any more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  #answered({ id, given, thrown }: Answered): void {
    const waiting = this.#waiting.get(id)!;
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (thrown === undefined) waiting.resolve(given as never);
    else waiting.reject(decodeValue(thrown, ERRORS));
  }

  /** L2 */
  #left(cause: unknown): void {
    this.#isGone = true;
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of left) reject(StoreThreadError.for(this.#path, cause));
  }
}
