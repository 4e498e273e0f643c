// `createTestApp`, and what it gives, as users see them. Types only.
import type { FunctionLinks, Run, RunInput, SentEvent } from "../app/app-types.ts";
import type { ContextSchema } from "../core/context.ts";
import type { Duration, Instant } from "../core/duration.ts";
import type { AnyEventType } from "../core/event.ts";
import type { StepStatus } from "../core/outcome.ts";
import type { MockOf, StepMock } from "./mock-types.ts";

/** What `createTestApp` takes besides the app. */
export interface TestAppOptions {
  /** The time at which the test begins. Default: the first moment of 2026, UTC. */
  readonly now?: Instant | undefined;
}

/** A step as a snapshot shows it: nothing in it differs from one run of the test to the next. */
export interface TestedStep {
  readonly number: string;
  readonly name: string;
  readonly status: StepStatus;
  /** Where it was tried more than once. */
  readonly attempts?: number;
  readonly output?: unknown;
  /** The tag of the error that it failed with, recovered from, or is retried for; the name of an error without one. */
  readonly error?: string;
  readonly steps?: readonly TestedStep[];
}

/** A run that an event started. */
export interface SentRun extends Run<unknown, unknown> {
  /** The id of its function. */
  readonly function: string;
}

/** What `crashEverywhere` takes: what a run takes, and what has to happen meanwhile. */
export type CrashInput<Data, Events extends readonly AnyEventType[], Context extends ContextSchema> = RunInput<
  Data,
  Context
> & {
  /** Called once the run has begun, in each play: it sends what the run waits for, and lets time pass in between. */
  readonly meanwhile?: ((play: CrashPlay<Events, Context>) => Promise<void>) | undefined;
};

/** One play of a function, as `meanwhile` is given it. */
export type CrashPlay<Events extends readonly AnyEventType[], Context extends ContextSchema> = Pick<
  TestApp<Events, Context>,
  "advance" | "send" | "signal"
>;

/** An app under test. Made by `createTestApp`. */
export interface TestApp<Events extends readonly AnyEventType[], Context extends ContextSchema> {
  /** What the clock of the app says. */
  readonly now: Date;
  /**
   * Lets time pass: all that is due on the way happens, in order and each at its time.
   *
   * Use it to come to a moment in the middle of a run: before a reminder, after a timeout. Sleeps, retries, timeouts and what
   * was sent for later are due on the way; a week takes milliseconds. A run that is merely awaited needs no `advance`.
   * Crashes come only from `crashEverywhere`. Rejects with `InvalidDurationError` for what is no duration.
   *
   * @example
   * const t = createTestApp(app);
   * const run = t.run(chargeCustomer, { data: { amount: 4200 } });
   * await t.advance("7 days");
   * console.log(await t.steps(run));
   */
  advance(duration: Duration): Promise<void>;
  /**
   * Has something else stand in for the body of a step: a value, an error that it fails with, or another body.
   *
   * Use it for steps that reach out into the world, wait, or invoke another function. A step is named by its name, or by its path
   * (`"Score/Ask service 1"`) where names repeat; `all` and `race` are mocked branch by branch. Only the body is replaced: it is retried by the step's policy, goes through its links and is recorded as ever,
   * so that a replay does not enter it again. Give the type of the step, or of the function that makes it, and only what this
   * step gives and fails with is taken.
   *
   * @example
   * const t = createTestApp(app);
   * t.mock("Update db", undefined);
   * t.mock<Step<Charge, CardDeclined>>("Charge", new CardDeclined({ code: "expired" }));
   */
  mock<Mocked = any>(step: string, mock: MockOf<Mocked>): StepMock;
  /** Sends events, and does what is due at once. Gives the runs that they started. */
  send(
    events: SentEvent<Events, Context> | readonly SentEvent<Events, Context>[],
  ): Promise<{ readonly ids: readonly string[]; readonly runs: readonly SentRun[] }>;
  /** Answers a `step.waitForSignal`, and does what is due at once. */
  signal(token: string, data?: unknown): Promise<void>;
  /**
   * Runs a function. To await the run lets time pass until it has ended.
   *
   * Use it where the function is tested and not its trigger. The run is recorded, retried and replayed as on any store; it is
   * typed as with `app.run`. A wait for something that the test has not sent ends with its timeout. Awaiting the run rejects with
   * `StuckRunError` if it is paused, because a replay asked for other steps, or if nothing is left that could end it.
   *
   * @example
   * const t = createTestApp(app);
   * const result = await t.run(chargeCustomer, { data: { amount: 4200 } }).result();
   */
  run<Data, Value, Failure>(
    target: FunctionLinks<Data, Value, Failure>,
    input: RunInput<Data, Context>,
  ): Run<Value, Failure>;
  /** The steps of a run, with their substeps: for a snapshot. */
  steps(run: string | { readonly id: string }): Promise<readonly TestedStep[]>;
  /** Asks a run to end, and does what is due at once. `false`: it has ended, or there is none. */
  cancel(run: string | { readonly id: string }): Promise<boolean>;
  /** Called by the fakes of a test: says what was just done to the world, so that `crashEverywhere` sees what is done twice. */
  effect(description: string): void;
  /**
   * Runs a function once undisturbed, then once for each thing that it records, with a crash right behind it, and compares.
   *
   * Use it on each function of an app. After a crash, a replay has to come to the same steps, the same inputs and the same
   * outcome; no step that was recorded is entered again, and no `effect` outside of steps is done again. What steps without
   * substeps gave in the first play is given again in the others, so that a step may well draw an id. Rejects with
   * `CrashTestError` at the first difference: its message tells the story. Mocks stand in as in `run`.
   *
   * @example
   * const t = createTestApp(app);
   * await t.crashEverywhere(chargeCustomer, { data: { amount: 4200 } });
   */
  crashEverywhere<Data>(
    target: FunctionLinks<Data, unknown, unknown>,
    input: CrashInput<Data, Events, Context>,
  ): Promise<void>;
}
