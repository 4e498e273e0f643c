// What the cases of the engine's contract have in common. Needs no test runner.
//
// Owns: one run on the engine under test, and what was heard of it. Does not own: the engine, or what a case makes of it.
// Called by: engine-contract.ts and its parts.
import assert from "node:assert/strict";
import type { Clock } from "../core/clock.ts";
import type { Engine } from "../core/engine.ts";
import { TaggedError } from "../core/tagged-error.ts";
import type { Randomness } from "../core/ids.ts";
import { resolveRetryPolicy, defaultRetryPolicy, type RetryPolicy } from "../core/retry.ts";
import { LiveRun } from "../core/run.ts";
import { StepAudience } from "../core/step-audience.ts";
import { NO_LINKS, type Chain } from "../core/step-chain.ts";
import type { StepPlan } from "../core/step-plan.ts";
import { Attempt, StepNode } from "../core/step-tree.ts";
import type { StepTools } from "../core/step-types.ts";
import { ManualClock, settled } from "./manual-clock.ts";

/** What an engine is made with: its run's time, and whether some body of it may be in the middle of something other than a step. */
export interface EngineSeat {
  readonly clock: Clock;
  readonly isBusy: () => boolean;
}
/** Gives the engine of a new run, of which nothing is recorded. Whatever it keeps is kept at once, and nobody takes the run from it. */
export type NewEngine = (seat: EngineSeat) => Engine;

/** One promise of the port, and how it is checked. `check` rejects with an `AssertionError` where it is not kept. */
export interface EngineCase {
  readonly name: string;
  readonly check: (newEngine: NewEngine) => Promise<void>;
}

/** The body of the function. What it does besides its steps it writes down in `stage.effects`. */
export type Program = (step: StepTools, stage: EngineStage) => unknown;
export type ProgramEnd = { readonly value: unknown } | { readonly error: unknown } | "cancelled" | "under way";

/** A tagged error, an untagged one that a step has to declare, and what makes a body be tried again. */
export class Declined extends TaggedError("EngineCaseDeclined")<{ readonly code: string }> {}
export class SmtpDown extends Error {
  override readonly name = "SmtpDown";
  readonly host = "mail-1";
}
export class Flaky extends TaggedError("EngineCaseFlaky") {}

/** Once more, after a second. */
export const ONCE_MORE = { retries: 1, backoff: "fixed", initial: "1s", jitter: false } satisfies RetryPolicy;
export const TWICE_MORE = { ...ONCE_MORE, retries: 2 } satisfies RetryPolicy;

const NO_JITTER: Randomness = { fraction: () => 0.5, id: (prefix) => `${prefix}_1` };
const EVENT = {
  id: "event-1",
  name: "sample",
  data: undefined,
  user: undefined,
  ts: 0,
  v: undefined,
  context: { eventName: "sample" },
};

export interface StageOptions {
  readonly clock?: ManualClock;
  /** Of the function itself, and of its steps that say nothing of their own. Default: none. */
  readonly retries?: number | RetryPolicy;
  /** Of the function. */
  readonly chain?: Chain;
}
export interface StepPlace {
  readonly home?: Attempt | undefined;
  readonly chain?: Chain;
}

/** One run on the engine under test. Time passes when the case says so. */
export class EngineStage {
  readonly clock: ManualClock;
  readonly engine: Engine;
  readonly run: LiveRun;
  readonly effects: string[] = [];
  /** `1.2 Charge completed`, as observers hear of it. */
  readonly told: string[] = [];
  end: ProgramEnd = "under way";
  /** The function's own attempt, for cases that ask the engine themselves. */
  readonly body: Attempt;

  constructor(newEngine: NewEngine, { clock = new ManualClock(), retries = 0, chain = NO_LINKS }: StageOptions = {}) {
    this.clock = clock;
    this.engine = newEngine({ clock, isBusy: () => this.run.busyBodies > 0 });
    const audience = new StepAudience(
      [{ onStepEnd: ({ number, name, outcome }) => this.told.push(`${number} ${name} ${outcome}`) }],
      () => clock.now(),
    );
    this.run = new LiveRun(
      { id: "run_1", functionId: "charge", functionName: "Charge", event: EVENT, context: EVENT.context },
      {
        engine: this.engine,
        audience,
        clock,
        random: NO_JITTER,
        post: undefined,
        retries: resolveRetryPolicy(retries, defaultRetryPolicy(0)),
      },
    );
    const root = new StepNode(
      this.run,
      { kind: "function", name: "Charge", options: {}, body: () => undefined, input: [] },
      undefined,
    );
    root.chain = chain;
    root.moveTo("running");
    this.body = new Attempt(root, 1);
    root.attempt = this.body;
  }

  /** Plays a program on it until nothing is left that waits for no time. */
  static async play(newEngine: NewEngine, program: Program, options?: StageOptions) {
    const stage = new EngineStage(newEngine, options);
    const root = stage.run.enter({
      body: (step: StepTools) => program(step, stage),
      chain: options?.chain ?? NO_LINKS,
      options: {},
    });
    root.outcome().then(
      (value) => {
        stage.end = { value };
      },
      (error: unknown) => {
        stage.end = root.phase === "cancelled" ? "cancelled" : { error };
      },
    );
    await settled();
    return stage;
  }

  /** Lets time pass until the program has ended, for at most a day. */
  async toTheEnd(): Promise<ProgramEnd> {
    for (let minute = 0; minute < 24 * 60 && this.end === "under way"; minute++) await this.clock.advance(60_000);
    return this.end;
  }

  /** A step that has started, as carry-out hands it to `recall`: of the function's own attempt, unless another is given. */
  start(plan: StepPlan, { home = this.body, chain = NO_LINKS }: StepPlace = {}): StepNode {
    const node = new StepNode(this.run, plan, home);
    node.chain = chain;
    node.takePlace();
    node.moveTo("running");
    node.startedUs = this.run.nowUs();
    return node;
  }
  /** A step that nothing is known of, and whose first attempt is under way. */
  begin(plan: StepPlan, where?: StepPlace): StepNode {
    const node = this.start(plan, where);
    assert.equal(this.engine.recall(node), undefined);
    enterAttempt(node);
    return node;
  }
}

/** A wall clock that can be set back. Nothing else notices. */
export class AdjustedClock extends ManualClock {
  #backMs = 0;
  override now(): number {
    return super.now() - this.#backMs;
  }
  setBack(ms: number): void {
    this.#backMs += ms;
  }
}

/** The next attempt of a step, as carry-out makes it. */
export function enterAttempt(node: StepNode): Attempt {
  node.attempts++;
  node.attempt = new Attempt(node, node.attempts);
  node.countActivity();
  return node.attempt;
}

/** How something ended, once it has. */
export function watch<Value>(given: Value | PromiseLike<Value>): { readonly end: Value | undefined } {
  const watched: { end: Value | undefined } = { end: undefined };
  void Promise.resolve(given).then((end) => {
    watched.end = end;
  });
  return watched;
}

/** A wait that is no step. */
export function passed({ clock }: EngineStage, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.timer(ms, resolve));
}

/** Settles when the step is told to end. */
export function toldToEnd({ signal }: StepTools): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** The same class, name, message, fields and cause, down to the last cause. */
export function assertSameError(given: unknown, expected: unknown): void {
  if (!(expected instanceof Error)) return assert.deepEqual(given, expected);
  assert.ok(given instanceof Error, `an error is given for ${expected.name}`);
  assert.equal(Object.getPrototypeOf(given), Object.getPrototypeOf(expected), `an error of the class ${expected.name}`);
  assert.deepEqual([given.name, given.message], [expected.name, expected.message]);
  assert.deepEqual(fieldsOf(given), fieldsOf(expected));
  assertSameError(given.cause, expected.cause);
}

function fieldsOf(error: Error): object {
  const { name: _name, ...fields } = error;
  return fields;
}
