// What the code of one program did and saw, over all executions of its run.
import type { Origin } from "./model.ts";
import type { Program } from "./cells.ts";

/** What the code around the step saw of it. `returned`: neither a value nor an error; the generator was ended. */
export type Seen =
  | { readonly is: "value"; readonly value: unknown }
  | { readonly is: "error"; readonly error: unknown }
  | { readonly is: "returned" };

/** How often code of the user's has run. */
export interface Counts {
  readonly bodyCalls: number;
  readonly substepCalls: Readonly<Record<string, number>>;
  readonly translations: number;
  readonly handlerRuns: number;
  readonly nextRuns: number;
}

export class Observation {
  readonly program: Program;
  runId = "";
  bodyCalls = 0;
  translations = 0;
  /** `catch` blocks of the body that ran. */
  bodyCatches = 0;
  readonly substepCalls: Record<string, number> = {};
  readonly handlerRuns: { readonly id: string; readonly given: unknown }[] = [];
  readonly nextRuns: unknown[] = [];
  readonly lastByOrigin = new Map<Origin, unknown>();
  /** The value that the body gave last. */
  value: unknown;
  /** One for each execution of the function that got past the step. */
  readonly passes: Seen[] = [];
  /** Resolves when the body is where it waits to be cancelled. */
  readonly begun: Promise<void>;
  /** Resolves when the first execution has seen the step's outcome. */
  readonly passed: Promise<void>;
  markBegun: () => void = () => {};
  #markPassed: () => void = () => {};

  constructor(program: Program) {
    this.program = program;
    this.begun = new Promise((resolve) => (this.markBegun = resolve));
    this.passed = new Promise((resolve) => (this.#markPassed = resolve));
  }

  /** Remembers an error by where it comes from, and gives it back. */
  made<E>(origin: Origin, error: E): E {
    this.lastByOrigin.set(origin, error);
    return error;
  }
  enterSubstep(name: string): void {
    this.substepCalls[name] = (this.substepCalls[name] ?? 0) + 1;
  }
  pass(seen: Seen): void {
    this.passes.push(seen);
    this.#markPassed();
  }

  get counts(): Counts {
    return {
      bodyCalls: this.bodyCalls,
      substepCalls: { ...this.substepCalls },
      translations: this.translations,
      handlerRuns: this.handlerRuns.length,
      nextRuns: this.nextRuns.length,
    };
  }
}
