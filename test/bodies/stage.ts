// Where the programs of these tests are played: in this process, on a store, and once more from its journal.
import assert from "node:assert/strict";
import { createAppWith } from "../../src/app/create-app.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { RunWrite, Store, WriteResult } from "../../src/durable/store.ts";
import {
  CancelledError,
  type FunctionOptions,
  type Observer,
  type StepDetails,
  type StepTools,
} from "../../src/index.ts";
import { ManualClock, settled } from "../../src/testing/manual-clock.ts";
import { PLACES, newSuiteStore, type SuitePlace } from "../suite-store.ts";

/** What a program writes down: `code` in the body of the function, `effects` in the bodies of steps. */
export interface Notes {
  readonly code: string[];
  readonly effects: string[];
}
/** The body of a function. What it returns is what a body may return: a value, a promise, a step, a generator. */
export type Program = (step: StepTools, notes: Notes) => unknown;

export type PlayEnd =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown }
  | "cancelled"
  | "under way";

export interface Played {
  /** Of the pass through the code that came to the end. */
  readonly code: readonly string[];
  /** Of all passes together. */
  readonly effects: readonly string[];
  readonly end: PlayEnd;
}

export { PLACES };
export type Place = SuitePlace;

interface PerformOptions {
  /** Of the function. Default: no retries, also on a store. */
  readonly options?: Omit<FunctionOptions, "name" | "id">;
  readonly clock?: ManualClock;
  readonly store?: Store;
  readonly observers?: readonly Observer[];
  readonly context?: object;
}

/** A program that is being played. Time passes when the test says so. */
export class Performance {
  readonly notes: Notes = { code: [], effects: [] };
  /** How often a worker took the run up. */
  claims = 0;
  /** `2.1 Charge completed`, as observers heard of it. */
  readonly told: string[] = [];
  readonly clock: ManualClock;
  end: PlayEnd = "under way";
  #id = "";
  readonly #app;

  private constructor(place: Place, { store, clock, observers = [] }: PerformOptions) {
    this.clock = clock ?? new ManualClock();
    const recorder: Observer = {
      onRunStart: () => void this.claims++,
      onRunResume: () => void this.claims++,
      onStepEnd: ({ number, name, outcome }) => void this.told.push(`${number} ${name} ${outcome}`),
    };
    this.#app = createAppWith(
      {
        name: "bodies",
        observers: [recorder, ...observers],
        ...(place === "on a store" ? { store: durableStore(store ?? newSuiteStore()) } : {}),
      },
      { clock: this.clock, random: systemRandomness },
    );
  }

  static async begin(place: Place, program: Program, options: PerformOptions = {}): Promise<Performance> {
    const performance = new Performance(place, options);
    await performance.#begin(place, program, options);
    return performance;
  }

  async #begin(place: Place, program: Program, { options, context }: PerformOptions) {
    const played = this.#app.createFunction(
      { name: "Program", retries: 0, ...options },
      { event: "program" },
      ({ step }) => program(step, this.notes),
    );
    if (place === "on a store") await this.#app.start();
    const run = this.#app.run(played, {
      id: "the-event",
      data: undefined,
      ...(context === undefined ? {} : { context }),
    });
    this.#id = run.id;
    run.result().then(
      (result) => {
        this.end = result;
      },
      (error: unknown) => {
        this.end = error instanceof CancelledError ? "cancelled" : { ok: false, error };
      },
    );
    await settled();
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }
  /** Lets time pass until the end, for at most two hours. */
  async toTheEnd(): Promise<PlayEnd> {
    for (let minute = 0; minute < 120 && this.end === "under way"; minute++) await this.pass(60_000);
    return this.end;
  }
  cancel(): Promise<boolean> {
    return this.#app.cancel(this.#id);
  }
  /** As the store knows them. */
  async steps(): Promise<readonly StepDetails[]> {
    return (await this.#app.runs.get(this.#id))!.steps;
  }
  async status(): Promise<string> {
    return (await this.#app.runs.get(this.#id))!.status;
  }
}

export async function play(place: Place, program: Program, options?: PerformOptions): Promise<Played> {
  const performance = await Performance.begin(place, program, options);
  const end = await performance.toTheEnd();
  return { ...performance.notes, end };
}

/** Plays to the last line in a process that is gone before the end is kept, and once more from what it recorded. */
export async function playAgain(program: Program, options: PerformOptions = {}): Promise<Played> {
  const store = newSuiteStore();
  const lost = new StoreThatForgetsEnds(store);
  const first = await Performance.begin("on a store", program, { ...options, store: lost.port });
  for (let minute = 0; minute < 120 && !lost.hasForgotten; minute++) await first.pass(60_000);
  for (const { incarnation } of await store.workers()) {
    await store.buryWorker({ incarnation, description: "process 1 on web-1", nowMs: first.clock.now() });
  }
  const again = await Performance.begin("on a store", program, {
    ...options,
    store,
    clock: new ManualClock(first.clock.now()),
  });
  const end = await again.toTheEnd();
  assert.ok(lost.hasForgotten, "the first pass came to its end");
  assert.deepEqual(again.notes.code, first.notes.code, "both passes saw the same");
  return { code: again.notes.code, effects: [...first.notes.effects, ...again.notes.effects], end };
}

/** The ways to play: the same program has to do the same in each. */
export const WAYS: readonly (readonly [
  way: string,
  play: (program: Program, options?: PerformOptions) => Promise<Played>,
])[] = [
  ...PLACES.map(
    (place) => [place, (program: Program, options?: PerformOptions) => play(place, program, options)] as const,
  ),
  ["in a replay", playAgain],
];

/** A store that keeps everything but the ends of runs. */
class StoreThatForgetsEnds {
  hasForgotten = false;
  readonly port: Store;

  constructor(store: Store) {
    const commit = (commits: { readonly incarnation: string; readonly writes: readonly RunWrite[] }) => {
      if (!commits.writes.some(({ change }) => change?.kind === "end")) return store.commit(commits);
      this.hasForgotten = true;
      return new Promise<WriteResult[]>(() => {});
    };
    this.port = new Proxy(store, {
      get(target, verb) {
        if (verb === "commit") return commit;
        const value: unknown = Reflect.get(target, verb);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}
