// Where runs that wait and talk are watched: in this process, or on a store, whose process can be lost and another one begin.
import { createAppWith } from "../../src/app/create-app.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { Store } from "../../src/durable/store.ts";
import type { App } from "../../src/index.ts";
import { ManualClock, settled } from "../../src/testing/manual-clock.ts";
import { PLACES, newSuiteStore, type SuitePlace } from "../suite-store.ts";

export { PLACES };

/** Registers the functions of an app, and gives what a test does with them. */
export type Functions<Given> = (app: App) => Given;

export class Stage<Given> {
  readonly clock: ManualClock;
  readonly store: Store | undefined;
  readonly #functions: Functions<Given>;
  app!: App;
  given!: Given;

  private constructor(place: SuitePlace, functions: Functions<Given>, store?: Store) {
    this.clock = new ManualClock();
    this.store = place === "on a store" ? (store ?? newSuiteStore()) : undefined;
    this.#functions = functions;
  }

  static async begin<Given>(place: SuitePlace, functions: Functions<Given>, store?: Store): Promise<Stage<Given>> {
    const stage = new Stage(place, functions, store);
    await stage.#start();
    return stage;
  }

  async #start(): Promise<void> {
    const options = {
      name: "waits",
      observers: [],
      ...(this.store === undefined ? {} : { store: durableStore(this.store) }),
    };
    this.app = createAppWith(options, { clock: this.clock, random: systemRandomness });
    this.given = this.#functions(this.app);
    if (this.store !== undefined) await this.app.start();
    await settled();
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  async send(name: string, data: unknown, extras: object = {}): Promise<void> {
    await this.app.send({ name, data, ...extras });
    await settled();
  }

  /** The process is gone, and another one takes over. */
  async lose(): Promise<void> {
    for (const { incarnation } of await this.store!.workers())
      await this.store!.buryWorker({ incarnation, description: "process 1", nowMs: this.clock.now() });
    await this.#start();
    await this.pass(1_000);
  }
}

/** What a promise has come to by now: its value, its error, or that it is pending. */
export async function stateOf(promise: PromiseLike<unknown>): Promise<unknown> {
  let state: unknown = "pending";
  const settle = (end: unknown): void => {
    state = end;
  };
  promise.then(settle, settle);
  await settled();
  return state;
}
