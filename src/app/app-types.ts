/// <reference lib="esnext.disposable" preserve="true" />
// `createApp`, apps and functions as users see them. Types only.
import type { AppStore } from "../core/backend.ts";
import type { CancelTrigger } from "../core/cancel-on.ts";
import type { BusinessContext, ContextInputOf, ContextOf, ContextSchema, WithContext } from "../core/context.ts";
import type { Duration } from "../core/duration.ts";
import type { UnexpectedError } from "../core/errors.ts";
import type {
  AnyEventType,
  CRON_EVENT,
  CronData,
  DataInputOf,
  DataOf,
  EventType,
  ReceivedEvent,
} from "../core/event.ts";
import type { FunctionOptions, RunTimeouts } from "../core/function.ts";
import type { StepLog } from "../core/log.ts";
import type { Instrument } from "../core/instrument.ts";
import type { RetryPolicy } from "../core/retry.ts";
import type { RedactOptions } from "../core/secret-keys.ts";
import type { RunDetails, RunFilter, RunPage } from "../core/run-details.ts";
import type { Signal } from "../core/step-options.ts";
import type {
  AbstractErrorClass,
  CaughtBy,
  ErrorClass,
  FailureOf,
  NoOtherTags,
  NoSuchOption,
  RaisedByHandlers,
  TaggedIn,
  ValueOf,
} from "../core/step-algebra.ts";
import type { ErrorsOf, ListedIn, Mapper, Nameable, Result } from "../core/step-arguments.ts";
import type { ErrorHandlers, StepTools, StepToolsFor } from "../core/step-types.ts";

/** What `createApp` takes. */
export interface AppOptions<Events extends readonly AnyEventType[], Context extends ContextSchema, Tx = any> {
  /** What the app's functions are registered under, and what people read. */
  readonly name: string;
  /** Where runs are kept: `memory()`, `sqlite(path)`. Without one, everything runs in this process and nothing is kept. */
  readonly store?: AppStore<Tx> | undefined;
  /** Event types: they type plain string triggers and `send`, and their schemas check what is sent. */
  readonly events?: Events | undefined;
  /** A Standard Schema of the business context that every sender gives and every step reads. */
  readonly context?: Context;
  /** Who watches. Given, it is the whole list: the console story is then told only with `story: true`. */
  readonly observers?: readonly Instrument[] | undefined;
  /** What observers, spans, logs and the story do not show, besides passwords, tokens, cards and their like. */
  readonly redact?: RedactOptions | undefined;
  /** Whether the story of each run is printed. Default: with a store and without `observers`. */
  readonly story?: boolean | undefined;
  /** The default for all functions. Default: 3 retries with a store, none without. */
  readonly retries?: number | RetryPolicy | undefined;
  /** After how long a silent worker's runs are taken over. Default: 15 s. */
  readonly lease?: Duration | undefined;
  /** What happens to a run whose code does not fit what it recorded. Default: it is paused before anything runs. */
  readonly onMismatch?: "pause" | "fail" | "ignore" | undefined;
  /** The most that one value may take in the store: bytes, or `"4mb"`. Default: 4 MiB. */
  readonly maxPayload?: number | string | undefined;
  /** How many steps a run may record before it is paused, as one whose loop does not end. Default: 100,000. */
  readonly maxSteps?: number | undefined;
  /** How long ended runs and old events are kept. Default: 90 days. `false`: for ever. */
  readonly retention?: Duration | false | undefined;
}

/** What starts a function: an event's name, an event type, or the clock. */
export type Trigger = { readonly event: string | AnyEventType } | AnyEventType | CronTrigger;
/** The clock, as what starts a function. */
export interface CronTrigger {
  /** Five fields: minute, hour, day, month, weekday. Or six: the second first. */
  readonly cron: string;
  /** Whose clocks it goes by: `"Europe/Berlin"`. Default: UTC. */
  readonly timezone?: string | undefined;
  /** The business context of its runs. */
  readonly context?: object | undefined;
}
/** One trigger, or several. */
export type Triggers = Trigger | readonly Trigger[];

type OnlyTrigger<T, Context extends ContextSchema> = T extends AnyEventType
  ? unknown
  : T extends CronTrigger
    ? { readonly [Key in Exclude<keyof T, keyof CronTrigger>]: NoSuchOption<Key> } & ContextLacking<T, Context>
    : { readonly [Key in Exclude<keyof T, "event">]: NoSuchOption<Key> };
// It adds nothing where nothing is lacking: a list in an option could not be told what its items are to have besides.
type ContextLacking<T, Context extends ContextSchema> = T extends { readonly cron: string } & WithContext<Context>
  ? unknown
  : { readonly context: ContextInputOf<Context> };
type OnlyTriggers<T, Context extends ContextSchema> = T extends readonly unknown[]
  ? { [Key in keyof T]: OnlyTrigger<T[Key], Context> }
  : OnlyTrigger<T, Context>;
type OneOf<T> = T extends readonly (infer Item)[] ? Item : T;
type NamedIn<Events, Name> = Extract<Events, { readonly name: Name }>;
type EventOfTrigger<T, Events, Context> =
  T extends EventType<infer Name, any>
    ? ReceivedEvent<Name, DataOf<T>, Context>
    : T extends { readonly event: infer Named }
      ? Named extends string
        ? ReceivedEvent<Named, [NamedIn<Events, Named>] extends [never] ? any : DataOf<NamedIn<Events, Named>>, Context>
        : Named extends EventType<infer Name, any>
          ? ReceivedEvent<Name, DataOf<Named>, Context>
          : never
      : T extends CronTrigger
        ? ReceivedEvent<typeof CRON_EVENT, CronData, Context>
        : never;
type DataOfTrigger<T, Events> =
  T extends EventType<any, any>
    ? DataInputOf<T>
    : T extends { readonly event: infer Named }
      ? Named extends string
        ? [NamedIn<Events, Named>] extends [never]
          ? any
          : DataInputOf<NamedIn<Events, Named>>
        : DataInputOf<Named>
      : T extends CronTrigger
        ? CronData
        : never;

// How it varies is written down for the reason that core/step-types has for `StepTools`.
/** What a handler is handed. */
export interface HandlerInput<
  out Event = ReceivedEvent,
  out Context = BusinessContext,
  in out Listed = unknown,
  out Tx = any,
> {
  readonly event: Event;
  readonly events: readonly [Event];
  readonly step: StepToolsFor<Context, Listed, Tx>;
  readonly context: Context;
  readonly runId: string;
  /** From 0, as in Inngest. */
  readonly attempt: number;
  readonly signal: Signal;
  readonly log: StepLog;
}

type WithName = { readonly id: string } | { readonly name: string };
type OnlyFunctionOptions<Options, Also extends string = never> = Only<Options, keyof FunctionOptions | Also> &
  (Options extends { readonly timeouts: infer Given }
    ? { readonly timeouts: Only<Given, keyof RunTimeouts> }
    : unknown) &
  (Options extends { readonly cancelOn: infer Given }
    ? { readonly cancelOn: { readonly [Key in keyof Given]: Only<Given[Key], keyof CancelTrigger> } }
    : unknown);
type Only<Given, Keys> = { readonly [Key in Exclude<keyof Given, Keys>]: NoSuchOption<Key> };

/** A function: what an event starts. Its links are those of a step, and close with its first run. */
export interface AppFunction<Data, Value, Failure> extends FunctionLinks<Data, Value, Failure> {
  possibleError<Class extends ErrorClass>(
    errorClass: Class,
    translate: (thrown: unknown) => InstanceType<Class> | undefined,
  ): AppFunction<Data, Value, Failure | InstanceType<Class>>;
  possibleError<const Classes extends readonly ErrorClass[]>(
    ...errorClasses: Classes
  ): AppFunction<Data, Value, Failure | InstanceType<Classes[number]>>;
  onError<Body>(
    handler: (error: Failure | UnexpectedError, step: StepTools) => Body,
  ): LookedAtFunction<Data, Value, Failure, FailureOf<Body>>;
  onError<Class extends ErrorClass, Body>(
    errorClass: Class & Nameable<Failure, Class>,
    handler: (error: Extract<Failure | UnexpectedError, InstanceType<Class>>, step: StepTools) => Body,
  ): HandledFunction<Data, Value, Failure, CaughtBy<Failure | UnexpectedError, InstanceType<Class>>, FailureOf<Body>>;
  onError<Handlers extends ErrorHandlers<Failure>>(
    handlers: Handlers & NoOtherTags<Handlers, Failure>,
  ): HandledFunction<Data, Value, Failure, TaggedIn<Failure>, RaisedByHandlers<Handlers>>;
  next(): AppFunction<Data, Value | undefined, never>;
  next(data: Value | Mapper<Failure | UnexpectedError, Value>): AppFunction<Data, Value, never>;
  next<const Given>(data: Given | Mapper<Failure | UnexpectedError, Given>): AppFunction<Data, Value | Given, never>;
}

/** What every function has. */
export interface FunctionLinks<Data, Value, Failure> {
  readonly id: string;
  readonly name: string;
  /** In types only: what a run takes, gives, and can fail with. */
  readonly "~function": { readonly data: Data; readonly value: Value; readonly failure: Failure };
  abstractError<Wrapper>(
    abstract: AbstractErrorClass<Wrapper>,
  ): AppFunction<Data, Value, Wrapper & { readonly cause: Failure | UnexpectedError }>;
  abstractError<Wrapper extends Error>(
    wrap: (cause: Failure | UnexpectedError) => Wrapper,
  ): AppFunction<Data, Value, Wrapper>;
}

/** A function after `onError` named some classes. */
export interface HandledFunction<Data, Value, Failure, Caught, Replaced> extends FunctionLinks<
  Data,
  Value,
  Failure | Replaced
> {
  onError<Body>(
    handler: (error: Failure | UnexpectedError, step: StepTools) => Body,
  ): HandledFunction<Data, Value, Failure, Caught, Replaced | FailureOf<Body>>;
  onError<Class extends ErrorClass, Body>(
    errorClass: Class & Nameable<Failure, Class>,
    handler: (error: Extract<Failure | UnexpectedError, InstanceType<Class>>, step: StepTools) => Body,
  ): HandledFunction<
    Data,
    Value,
    Failure,
    Caught | CaughtBy<Failure | UnexpectedError, InstanceType<Class>>,
    Replaced | FailureOf<Body>
  >;
  next(): AppFunction<Data, Value | undefined, Exclude<Failure, Caught> | Replaced>;
  next(data: Value | Mapper<Caught, Value>): AppFunction<Data, Value, Exclude<Failure, Caught> | Replaced>;
  next<const Given>(
    data: Given | Mapper<Caught, Given>,
  ): AppFunction<Data, Value | Given, Exclude<Failure, Caught> | Replaced>;
}
/** After a handler of everything: where it raises nothing, simply the function. */
type LookedAtFunction<Data, Value, Failure, Replaced> = [Replaced] extends [never]
  ? AppFunction<Data, Value, Failure>
  : HandledFunction<Data, Value, Failure, Failure | UnexpectedError, Replaced>;

/** A run that was started, and can be awaited. */
export interface Run<Value, Failure> extends Promise<Value> {
  readonly id: string;
  /** How it ended, as a value. Rejects only if the run was cancelled, or could not be started. */
  result(): Promise<Result<Value, Failure>>;
}

type PayloadOf<Type, Context extends ContextSchema> =
  Type extends EventType<infer Name, any>
    ? { readonly name: Name; readonly data: DataInputOf<Type> } & PayloadExtras<Context>
    : never;
type PayloadExtras<Context extends ContextSchema> = {
  /** Sending an id again starts nothing anew. Default: a new one. */
  readonly id?: string | undefined;
  readonly user?: any;
  /** Milliseconds since 1970. Default: now. */
  readonly ts?: number | undefined;
  readonly v?: string | undefined;
} & WithContext<Context>;
/** What `send` takes: one of the app's events, or any event where none are listed. */
export type SentEvent<Events extends readonly AnyEventType[], Context extends ContextSchema> = [
  Events[number],
] extends [never]
  ? { readonly name: string; readonly data?: any } & PayloadExtras<Context>
  : PayloadOf<Events[number], Context>;

type DataInput<Data> = undefined extends Data ? { readonly data?: Data } : { readonly data: Data };
/** What `run` takes. */
export type RunInput<Data, Context extends ContextSchema> = DataInput<Data> & {
  readonly user?: any;
  /** Running with an id again gives the same run. */
  readonly id?: string | undefined;
} & WithContext<Context>;

/** Functions that share a name, a store and a context. Made by `createApp`. */
export interface App<Events extends readonly AnyEventType[] = [], Context extends ContextSchema = undefined, Tx = any> {
  readonly name: string;
  /**
   * Defines a function: what runs when an event arrives. All three of Inngest's shapes are taken.
   *
   * Use it once for each thing that an event sets off, when the module is loaded. A `function*` handler has the failures of its
   * steps inferred; an `async` one declares them, with `possibleError` or `errors: [...]`. On replay, after a crash or a long
   * sleep, the handler is entered again from the start; steps that have an outcome are not.
   * Throws `InvalidDefinitionError` for options that are not supported, and for two functions with one id.
   *
   * @example
   * const remind = app.createFunction({ name: "Remind" }, { event: "api/invoice.created" }, function* ({ event, step }) {
   *   yield* step.sleep("7 days");
   *   yield* step.run("Send reminder", () => mail.send({ to: event.user.email }));
   * });
   */
  createFunction<const Options extends FunctionOptions & WithName, const T extends Triggers, Body>(
    options: Options & OnlyFunctionOptions<Options>,
    trigger: T & OnlyTriggers<T, Context>,
    handler: (
      input: HandlerInput<
        EventOfTrigger<OneOf<T>, Events[number], ContextOf<Context>>,
        ContextOf<Context>,
        ListedIn<Options>,
        Tx
      >,
    ) => Body,
  ): AppFunction<DataOfTrigger<OneOf<T>, Events[number]>, ValueOf<Body>, FailureOf<Body> | ErrorsOf<Options>>;
  createFunction<
    const T extends Triggers,
    const Options extends FunctionOptions & WithName & { readonly triggers: T },
    Body,
  >(
    options: Options & { readonly triggers: T & OnlyTriggers<T, Context> } & OnlyFunctionOptions<Options, "triggers">,
    handler: (
      input: HandlerInput<
        EventOfTrigger<OneOf<T>, Events[number], ContextOf<Context>>,
        ContextOf<Context>,
        ListedIn<Options>,
        Tx
      >,
    ) => Body,
  ): AppFunction<DataOfTrigger<OneOf<T>, Events[number]>, ValueOf<Body>, FailureOf<Body> | ErrorsOf<Options>>;
  /**
   * Sends events: each starts the functions that listen to it. When it resolves, they are in the store.
   *
   * With `tx`, a transaction on the store's own database, they are sent if and only if that commits: the `tx` of a
   * `step.transaction`, or a connection of your own that is in one. They are written before it returns; what is refused it throws at once.
   */
  send(
    events: SentEvent<Events, Context> | readonly SentEvent<Events, Context>[],
    options?: { readonly tx?: object | undefined },
  ): Promise<{ readonly ids: string[] }>;
  /** Runs one function. With a store the run is kept, and goes on after a crash; a started worker carries it out. */
  run<Data, Value, Failure>(
    target: FunctionLinks<Data, Value, Failure>,
    input: RunInput<Data, Context>,
  ): Run<Value, Failure>;
  /** Starts to carry out runs here. Not needed without a store. */
  start(options?: { readonly concurrency?: number | undefined }): Promise<void>;
  /** Takes up nothing more, lets what is at work end, and closes the store. After `timeout` (30 s), what is left is left to others. */
  stop(options?: { readonly timeout?: Duration | undefined }): Promise<void>;
  /**
   * Answers a `step.waitForSignal`, wherever its run is: at once, or when it comes to wait. A token is answered once; what comes
   * later for it is for the next wait with this token, if there is one.
   */
  signal(token: string, data?: unknown): Promise<void>;
  /** Asks a run to end. `false`: it has ended, or there is none. Once `true`, it ends as cancelled. */
  cancel(runId: string): Promise<boolean>;
  /**
   * Asks a run to stand still: what is at work ends and is recorded, nothing new begins, and the run is `paused` until `resume`.
   * Nothing is lost: what it waits for is kept, and its timers count on. `false`: it has ended, or there is none.
   */
  pause(runId: string): Promise<boolean>;
  /** Lets a run go on that is `paused` or `quarantined`. `false`: it is neither. */
  resume(runId: string): Promise<boolean>;
  /**
   * Runs what a run has run once more, as a new run with the same function and event: it takes over what was recorded before the
   * step `from`, given by its number or path, and goes on with the code of today. Without `from`, it begins anew.
   *
   * Use it to repair what failed, once its cause is mended. From that step on, bodies run again, with idempotency keys of their
   * own: what they do outside is done again. The old run stays as it is. The new one is kept before the promise of its outcome
   * settles, and survives a crash as any. Rejects with a `RunNotFoundError` or a `StepNotFoundError`.
   */
  replay(runId: string, options?: { readonly from?: string | undefined }): Run<unknown, Error>;
  /** What the store knows of runs. */
  readonly runs: {
    get(runId: string): Promise<RunDetails | undefined>;
    list(filter?: RunFilter): Promise<RunPage>;
  };
  [Symbol.asyncDispose](): Promise<void>;
}
