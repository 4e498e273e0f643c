// Where runs are operated on: one journal, one clock, and processes that come and go, each with code of its own.
import { createAppWith } from "../../src/app/create-app.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { Store } from "../../src/durable/store.ts";
import type { App, AppOptions, RunDetails } from "../../src/index.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { postgresPlaces } from "../postgres/postgres-places.ts";
import { hasPostgres } from "../postgres/server.ts";
import { ManualClock, settled } from "../../src/testing/manual-clock.ts";

export type Code<Given> = (app: App) => Given;

export interface Process<Given> {
  readonly app: App;
  readonly given: Given;
  readonly line: StoreLine;
}

export class Premises {
  readonly clock = new ManualClock();
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  async start<Given>(code: Code<Given>, options: Partial<AppOptions<[], undefined>> = {}): Promise<Process<Given>> {
    const line = new StoreLine(this.store);
    const app = this.#appOn(line, options);
    const given = code(app);
    await app.start();
    await this.pass(0);
    return { app, given, line };
  }

  /** Lets time pass, and everything happen that is due until then. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    for (let turn = 0; turn < 20; turn++) await settled();
  }

  async stop({ app }: Process<unknown>): Promise<void> {
    const stopped = app.stop({ timeout: "1s" });
    await this.pass(1_100);
    await stopped;
  }

  /** The process is gone, in the middle of whatever it was at, and that is known. */
  async lose({ line }: Process<unknown>): Promise<void> {
    const incarnation = line.cut();
    await this.store.buryWorker({ incarnation, description: "process 1", nowMs: this.clock.now() });
  }

  async run(id: string): Promise<RunDetails> {
    const found = await this.#appOn(new StoreLine(this.store), {}).runs.get(id);
    if (found === undefined) throw new RangeError(`there is no run ${id}`);
    return found;
  }

  #appOn({ port }: StoreLine, options: Partial<AppOptions<[], undefined>>): App {
    return createAppWith(
      { name: "works", store: durableStore(port), observers: [], ...options },
      { clock: this.clock, random: systemRandomness },
    );
  }
}

/** A process's line to the store. The store is closed with the test, and a process that is gone hears nothing any more. */
class StoreLine {
  readonly port: Store;
  #isCut = false;
  #incarnation = "";

  constructor(store: Store) {
    this.port = new Proxy(store, {
      get: (target, verb) => {
        if (verb === "clockOver") return undefined; // time is the test's, also where the server has one of its own
        const value: unknown = Reflect.get(target, verb);
        if (typeof value !== "function") return value;
        return (asked: { readonly incarnation: string }) => {
          if (this.#isCut) return new Promise(() => {});
          if (verb === "close") return Promise.resolve();
          if (verb === "enterWorker") this.#incarnation = asked.incarnation;
          return value.call(target, asked) as unknown;
        };
      },
    });
  }

  /** Gives who it was. */
  cut(): string {
    this.#isCut = true;
    return this.#incarnation;
  }
}

/** Each store that there is, on an empty place. To be called once in a file. */
export function stores(newFile: () => string): readonly (readonly [name: string, newStore: () => Store])[] {
  const inProcess = [
    ["memory", () => new MemoryStore()],
    ["sqlite", () => new SqliteStore({ path: newFile() })],
  ] as const;
  return hasPostgres() ? [...inProcess, ["postgres", postgresPlaces()]] : inProcess;
}

/** `1 Fetch completed`, and substeps behind their step. */
export function lines({ steps }: Pick<RunDetails, "steps">): readonly string[] {
  return steps.flatMap((step) => [`${step.number} ${step.name} ${step.status}`, ...lines(step)]);
}
