// `Step` and `step` as users see them. Types only.
import type { BusinessContext } from "./context.ts";
import type { Duration, Instant } from "./duration.ts";
import type { StepTimeoutError, UnexpectedError } from "./errors.ts";
import type {
  AwaitedEvent,
  EventToSend,
  FailureOfFunction,
  InvokableFunction,
  InvokeOptions,
  ValueOfFunction,
  WaitForEventOptions,
  WaitForSignalOptions,
} from "./awaiting-types.ts";
import type { AnyEventType } from "./event.ts";
import type {
  BranchIn,
  CaughtByClass,
  ErrorsOf,
  FailureOfBranch,
  LimitsOf,
  ListedIn,
  Mapper,
  Nameable,
  OnlyStepOptions,
  Result,
  ValueOfBranch,
  ValuesOf,
  WithName,
} from "./step-arguments.ts";
import type { MapOptions, StepOptions } from "./step-options.ts";
import type { StepPlace } from "./step-place.ts";
import type {
  AbstractErrorClass,
  CaughtBy,
  ErrorClass,
  FailureOf,
  NoOtherTags,
  NotListed,
  RaisedByHandlers,
  Raises,
  TagOf,
  TaggedIn,
  ValueOf,
  WithTag,
} from "./step-algebra.ts";

/** The handlers of `onError({ Tag: handler })`: one for each tag of `Failure`, and one for `UnexpectedError` if wanted. */
export type ErrorHandlers<Failure> = {
  readonly [Tag in TagOf<Failure>]: (error: WithTag<Failure, Tag>, step: StepTools) => unknown;
} & { readonly UnexpectedError?: (error: UnexpectedError, step: StepTools) => unknown };

type Named<Failure, Class extends ErrorClass> = Extract<Failure | UnexpectedError, InstanceType<Class>>;

/** A step, or a checked step where the errors that its parent may fail with are listed. */
export type StepIn<Listed, Value, Failure> = unknown extends Listed
  ? Step<Value, Failure>
  : CheckedStep<Value, Failure, Listed>;
/** A handled step, or a checked one. */
export type HandledStepIn<Listed, Value, Failure, Caught, Replaced> = unknown extends Listed
  ? HandledStep<Value, Failure, Caught, Replaced>
  : CheckedHandledStep<Value, Failure, Caught, Replaced, Listed>;
/** After a handler of everything: where it raises nothing, simply the step. The condition is on `Replaced` alone: `Step` stays covariant. */
export type LookedAtStepIn<Listed, Value, Failure, Replaced> = [Replaced] extends [never]
  ? StepIn<Listed, Value, Failure>
  : HandledStepIn<Listed, Value, Failure, Failure | UnexpectedError, Replaced>;

/** The links that a chain can end with. */
export interface StepLinks<Value, Failure, Listed> extends Promise<Value> {
  readonly [Symbol.toStringTag]: "Step";
  [Symbol.iterator](): Iterator<Raises<Failure>, Value, any>;
  /** Whatever went wrong below, expected or not, leaves as this one error, with what it stands for as its typed `cause` (N11). */
  abstractError<Wrapper>(
    abstract: AbstractErrorClass<Wrapper>,
  ): StepIn<Listed, Value, Wrapper & { readonly cause: Failure | UnexpectedError }>;
  abstractError<Wrapper extends Error>(
    wrap: (cause: Failure | UnexpectedError) => Wrapper,
  ): StepIn<Listed, Value, Wrapper>;
  /** The outcome as a value: `{ ok: true, value }` or `{ ok: false, error }`. The step itself then never fails. */
  result(): StepIn<Listed, Result<Value, Failure>, never>;
}

// It writes the links out that it could inherit from StepLinks: every interface between a step and its Promise costs a program a
// tenth of its instantiations (bench/types).
/** What a step's chain can be given before a class was named in `onError`. */
export interface StepChain<Value, Failure, Listed> extends Promise<Value> {
  readonly [Symbol.toStringTag]: "Step";
  [Symbol.iterator](): Iterator<Raises<Failure>, Value, any>;
  /**
   * Declares errors that the step's own code may throw (N8): they leave typed, and a store revives them as these classes.
   * With a second function, a foreign error is translated first, before the retry policy looks at it.
   */
  possibleError<Class extends ErrorClass>(
    errorClass: Class,
    translate: (thrown: unknown) => InstanceType<Class> | undefined,
  ): StepIn<Listed, Value, Failure | InstanceType<Class>>;
  possibleError<Classes extends readonly ErrorClass[]>(
    ...errorClasses: Classes
  ): StepIn<Listed, Value, Failure | InstanceType<Classes[number]>>;
  /**
   * Looks at a failure after the last attempt (N9). The failure then goes on as before, unless the handler raises another,
   * or `next` follows. A handler may run steps; its outcome is recorded with the step's, and it does not run again on replay.
   */
  onError<Body>(
    handler: (error: Failure | UnexpectedError, step: StepTools) => Body,
  ): LookedAtStepIn<Listed, Value, Failure, FailureOf<Body>>;
  onError<Class extends ErrorClass, Body>(
    errorClass: Class & Nameable<Failure, Class>,
    handler: (error: Named<Failure, Class>, step: StepTools) => Body,
  ): HandledStepIn<Listed, Value, Failure, CaughtByClass<Failure, Class>, FailureOf<Body>>;
  onError<Handlers extends ErrorHandlers<Failure>>(
    handlers: Handlers & NoOtherTags<Handlers, Failure>,
  ): HandledStepIn<Listed, Value, Failure, TaggedIn<Failure>, RaisedByHandlers<Handlers>>;
  /** Goes on with the next step after a failure (N10): with `undefined`, with this data, or with what this function makes of the error. */
  next(): StepIn<Listed, Value | undefined, never>;
  next(data: Value | Mapper<Failure | UnexpectedError, Value>): StepIn<Listed, Value, never>;
  next<const Data>(data: Data | Mapper<Failure | UnexpectedError, Data>): StepIn<Listed, Value | Data, never>;
  /**
   * Whatever went wrong below, expected or not, leaves as this one error, with what it stands for as its typed `cause` (N11).
   *
   * Use it at the border of a piece of work whose callers should not know its parts. On replay the recorded error is handed out.
   */
  abstractError<Wrapper>(
    abstract: AbstractErrorClass<Wrapper>,
  ): StepIn<Listed, Value, Wrapper & { readonly cause: Failure | UnexpectedError }>;
  abstractError<Wrapper extends Error>(
    wrap: (cause: Failure | UnexpectedError) => Wrapper,
  ): StepIn<Listed, Value, Wrapper>;
  /** The outcome as a value: `{ ok: true, value }` or `{ ok: false, error }`. The step itself then never fails. */
  result(): StepIn<Listed, Result<Value, Failure>, never>;
}

/** What a chain can be given after `onError` named some classes: `next` recovers exactly those (`Caught`), never what a handler raised (`Replaced`). */
export interface HandledStepChain<Value, Failure, Caught, Replaced, Listed> extends StepLinks<
  Value,
  Failure | Replaced,
  Listed
> {
  onError<Body>(
    handler: (error: Failure | UnexpectedError, step: StepTools) => Body,
  ): HandledStepIn<Listed, Value, Failure, Caught, Replaced | FailureOf<Body>>;
  onError<Class extends ErrorClass, Body>(
    errorClass: Class & Nameable<Failure, Class>,
    handler: (error: Named<Failure, Class>, step: StepTools) => Body,
  ): HandledStepIn<
    Listed,
    Value,
    Failure,
    Caught | CaughtBy<Failure | UnexpectedError, InstanceType<Class>>,
    Replaced | FailureOf<Body>
  >;
  next(): StepIn<Listed, Value | undefined, Exclude<Failure, Caught> | Replaced>;
  next(data: Value | Mapper<Caught, Value>): StepIn<Listed, Value, Exclude<Failure, Caught> | Replaced>;
  next<const Data>(
    data: Data | Mapper<Caught, Data>,
  ): StepIn<Listed, Value | Data, Exclude<Failure, Caught> | Replaced>;
}

/**
 * One step: it gives a `Value`, or fails with a `Failure` (or an {@link UnexpectedError}, which is never listed).
 *
 * Await it, or `yield*` it in a generator body so that its failures are inferred into the outer step. It starts when it is
 * awaited, yielded or adopted by `all`, `map` or `race`, else in the next microtask.
 */
export interface Step<Value, Failure> extends StepChain<Value, Failure, unknown> {}
/** What `onError(Class, …)` and `onError({ … })` return: a {@link Step} that remembers what was named. */
export interface HandledStep<Value, Failure, Caught, Replaced> extends HandledStepChain<
  Value,
  Failure,
  Caught,
  Replaced,
  unknown
> {}

type Gate<Failure, Listed> = [Failure] extends [Listed] ? unknown : NotListed<Exclude<Failure, Listed>>;

/** A {@link Step} inside a body with `errors: [...]`: awaiting it compiles only if all its failures are `Listed`. */
export interface CheckedStep<Value, Failure, Listed> extends StepChain<Value, Failure, Listed> {
  then<Fulfilled = Value, Rejected = never>(
    this: Gate<Failure, Listed>,
    onfulfilled?: ((value: Value) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected>;
}
/** A {@link HandledStep} inside a body with `errors: [...]`. */
export interface CheckedHandledStep<Value, Failure, Caught, Replaced, Listed> extends HandledStepChain<
  Value,
  Failure,
  Caught,
  Replaced,
  Listed
> {
  then<Fulfilled = Value, Rejected = never>(
    this: Gate<Failure | Replaced, Listed>,
    onfulfilled?: ((value: Value) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected>;
}

/** What `all` and `race` take: a step, or a body that becomes one. */
export type Branch<Context = BusinessContext, Tx = any> =
  | PromiseLike<unknown>
  | ((step: StepTools<Context, Tx>) => unknown);
/** Several of them: a list, or a record. */
export type Branches<Context = BusinessContext, Tx = any> =
  | readonly Branch<Context, Tx>[]
  | { readonly [name: string]: Branch<Context, Tx> };
/** What both {@link StepTools} and {@link CheckedStepTools} can do. */
export interface StepToolsIn<Context, Listed, Tx = any> extends StepPlace<Context> {
  /**
   * Runs a body as a step: named, numbered, observed, retried, and with a store recorded once.
   *
   * Use it around each effect on the outside world, and around a piece of work that people know by one name; `body` is handed
   * `step`, for substeps. On replay a step with an outcome hands it out and its body is not entered. A body whose process died
   * before its outcome was recorded runs again, with the same `step.idempotencyKey`.
   * @example
   * const charge = yield* step.run("Charge", () => stripe.charges.create({ amount })).possibleError(CardDeclined);
   */
  run<Body>(name: string, body: (step: StepTools<Context, Tx>) => Body): StepIn<Listed, ValueOf<Body>, FailureOf<Body>>;
  /** The same with inputs, which alone are handed to the body, and stand for what it works on: other inputs on replay are a mismatch. */
  run<const Input extends readonly [unknown, ...unknown[]], Body>(
    name: string,
    body: (...input: Input) => Body,
    ...input: Input
  ): StepIn<Listed, ValueOf<Body>, FailureOf<Body>>;
  /** The same with options: retries, a timeout, tags. With `errors: [...]` the body is checked against them. */
  run<const Options extends StepOptions & WithName, Body>(
    options: Options & OnlyStepOptions<Options>,
    body: (step: StepToolsFor<Context, ListedIn<Options>, Tx>) => Body,
  ): StepIn<Listed, ValueOf<Body>, FailureOf<Body> | ErrorsOf<Options> | LimitsOf<Options>>;
  /** The same with options and inputs. */
  run<const Options extends StepOptions & WithName, const Input extends readonly [unknown, ...unknown[]], Body>(
    options: Options & OnlyStepOptions<Options>,
    body: (...input: Input) => Body,
    ...input: Input
  ): StepIn<Listed, ValueOf<Body>, FailureOf<Body> | ErrorsOf<Options> | LimitsOf<Options>>;
  /** The same, named after the function. Minifiers rename functions: with a store, give a name. */
  run<Body>(body: (step: StepTools<Context, Tx>) => Body): StepIn<Listed, ValueOf<Body>, FailureOf<Body>>;
  /**
   * Runs code in a transaction of the store's own database, in which its outcome is kept too: what it does there, it does exactly once.
   *
   * Use it for rows that lie in that database. `tx` is what the store gives; with `sqlite` the code is synchronous. It creates no
   * steps. When it throws, all is rolled back, and retried as of any step; on replay and after a crash, it ran or it did not.
   * @example
   * yield* step.transaction("Update db", (tx) => tx.run("update account set paid = 1 where id = ?", id));
   */
  transaction<Body>(name: string, body: (tx: Tx) => Body): StepIn<Listed, ValueOf<Body>, FailureOf<Body>>;
  transaction<const Options extends StepOptions & WithName, Body>(
    options: Options & OnlyStepOptions<Options>,
    body: (tx: Tx) => Body,
  ): StepIn<Listed, ValueOf<Body>, FailureOf<Body> | ErrorsOf<Options> | LimitsOf<Options>>;
  /**
   * Waits for a duration: `"90s"`, `"1h30m"`, `"2 days"`, milliseconds, or a Temporal duration.
   *
   * Use it instead of a timer. With a store, a sleep of five seconds or more leaves memory. On replay, and after a crash, it
   * goes on until the time that was recorded; an overdue one is over at once. An unreadable duration fails the step.
   * @example
   * yield* step.sleep("Cool off", "2 days");
   */
  sleep(duration: Duration): StepIn<Listed, void, never>;
  /** The same with a name. */
  sleep(name: string, duration: Duration): StepIn<Listed, void, never>;
  /**
   * Waits until a time: a `Date`, an ISO text, milliseconds since 1970, or a Temporal instant. A past one returns at once.
   *
   * Use it for dates that the business knows. On replay, and after a crash, the time that was recorded counts. An unreadable
   * time fails the step.
   * @example
   * yield* step.sleepUntil("Wait for the billing date", event.data.invoiceDate);
   */
  sleepUntil(time: Instant): StepIn<Listed, void, never>;
  /** The same with a name. */
  sleepUntil(name: string, time: Instant): StepIn<Listed, void, never>;
  /**
   * Runs branches in parallel, and gives their values as a list or a record.
   *
   * Use it instead of `Promise.all`: branches are substeps n.1, n.2 …, and names in them never mix. The first failure fails it,
   * after the other branches were told by `signal` and have ended. On replay each branch hands out its own recorded outcome.
   * @example
   * const { user, orders } = yield* step.all({ user: () => findUser(id), orders: () => findOrders(id) });
   */
  all<const B extends Branches<Context, Tx>>(branches: B): StepIn<Listed, ValuesOf<B>, FailureOfBranch<BranchIn<B>>>;
  /** The same with a name. */
  all<const B extends Branches<Context, Tx>>(
    name: string,
    branches: B,
  ): StepIn<Listed, ValuesOf<B>, FailureOfBranch<BranchIn<B>>>;
  /** The same as the one below, with a name. */
  map<Item, Body>(
    name: string,
    items: Iterable<Item>,
    body: (item: Item, step: StepTools<Context, Tx>, index: number) => Body,
    options?: MapOptions<Item>,
  ): StepIn<Listed, ValueOf<Body>[], FailureOf<Body>>;
  /**
   * Runs a body for each item, one substep an item, and gives the values in the items' order.
   *
   * Use it for lists; `concurrency` bounds how many run at once. The first failure fails it, as with `all`. On replay each item
   * hands out its own recorded outcome; give a `key` where items may be added or moved between a crash and its replay.
   * @example
   * const sent = yield* step.map(users, (user) => mail.send({ to: user.email }), { concurrency: 5, key: (user) => user.id });
   */
  map<Item, Body>(
    items: Iterable<Item>,
    body: (item: Item, step: StepTools<Context, Tx>, index: number) => Body,
    options?: MapOptions<Item>,
  ): StepIn<Listed, ValueOf<Body>[], FailureOf<Body>>;
  /**
   * Gives what the first branch to end gives, value or failure. The others are cancelled.
   *
   * Use it for a deadline, or for the fastest of several sources. On replay the branch that won wins again.
   * @example
   * const answer = yield* step.race("Answer or time out", [() => ask1(), step.sleep("10s")]);
   */
  race<const B extends Branches<Context, Tx>>(
    branches: B,
  ): StepIn<Listed, ValueOfBranch<BranchIn<B>>, FailureOfBranch<BranchIn<B>>>;
  /** The same with a name. */
  race<const B extends Branches<Context, Tx>>(
    name: string,
    branches: B,
  ): StepIn<Listed, ValueOfBranch<BranchIn<B>>, FailureOfBranch<BranchIn<B>>>;
  /**
   * Waits for an event, and gives it; `null` when the time for it is over.
   *
   * Use it where a run goes on with an answer from elsewhere: a payment, a webhook. It is for events that were accepted since the run
   * began and within the timeout, also before the step was asked for; waits that follow each other are given each event once. `match`
   * is a part of the event's data. While it waits, the run leaves memory; on replay the recorded event is handed out.
   * @example
   * const paid = yield* step.waitForEvent("Paid?", { event: "invoice.paid", match: { id: invoice.id }, timeout: "7 days" });
   */
  waitForEvent<Event extends string | AnyEventType>(
    name: string,
    options: WaitForEventOptions<Event>,
  ): StepIn<Listed, AwaitedEvent<Event, Context> | null, never>;
  /**
   * Waits for a signal by its token, and gives what came with it; `null` when the time for it is over.
   *
   * Use it for the approval of a human: make a token in a step of its own, send a link with it, and have its endpoint call
   * `app.signal(token, data)`. A signal that came before the step was asked for is seen. On replay the recorded answer is handed out.
   * @example
   * const answer = yield* step.waitForSignal("Approved?", { token: approvalToken, timeout: "3 days" });
   */
  waitForSignal(name: string, options: WaitForSignalOptions): StepIn<Listed, any, never>;
  /**
   * Sends events, exactly once for this step however often it is tried, and gives their ids.
   *
   * Use it instead of `app.send` in a run. They carry the run's context unless they have their own. On replay nothing is sent, and the
   * recorded ids are handed out. An event that is refused fails the step.
   * @example
   * yield* step.sendEvent("Tell shipping", { name: "invoice.paid", data: { id: invoice.id } });
   */
  sendEvent(
    name: string,
    events: EventToSend | readonly EventToSend[],
  ): StepIn<Listed, { readonly ids: string[] }, never>;
  /**
   * Runs a function of the app as a run of its own, once for this step, and gives what it ends with; its failures are this step's.
   *
   * Use it to make a function of several others. The run has this one's context and is cancelled with it. On replay the same run is
   * waited for. When a `timeout` is over, the step fails with a `StepTimeoutError`, and the run goes on.
   * @example
   * const receipt = yield* step.invoke("Charge", { function: chargeCustomer, data: { amount } });
   */
  invoke<Invoked extends InvokableFunction>(
    name: string,
    options: InvokeOptions<Invoked> & { readonly timeout?: undefined },
  ): StepIn<Listed, ValueOfFunction<Invoked>, FailureOfFunction<Invoked>>;
  invoke<Invoked extends InvokableFunction>(
    name: string,
    options: InvokeOptions<Invoked> & { readonly timeout: Duration },
  ): StepIn<Listed, ValueOfFunction<Invoked>, FailureOfFunction<Invoked> | StepTimeoutError>;
  /**
   * Whether this run may take the new way: `true` where nothing that was recorded lies ahead, `false` in a run that had passed here.
   *
   * Use it to insert or remove steps of a function whose runs are under way. On replay the answer is the same.
   * @example
   * if (yield* step.patched("check fraud")) yield* step.run("Check fraud", () => charge(amount));
   */
  patched(id: string): StepIn<Listed, boolean, never>;
  /**
   * Raises an error: the body's answer is this error, typed, and it is not retried.
   * Use it where a step's answer is a failure; `throw yield*` makes TypeScript narrow behind it. A tagged error can be raised by
   * itself: `throw yield* new CardDeclined(…)`. It has no number and no record: on replay the body raises it again.
   * @example
   * if (amount > limit) throw yield* step.fail(new RangeError("over the limit"));
   */
  fail<const Failure>(error: Failure): StepIn<Listed, never, Failure>;
}

// How these vary TypeScript finds out by itself; written down, it need not, which saves the first function of a program a quarter of a
// million instantiations (bench/types). Of `Step` it is not written down: what TypeScript finds there has exceptions.
/** `step`: what every body is handed, and what `import { step } from "surefoot"` finds by itself. */
export interface StepTools<out Context = BusinessContext, out Tx = any> extends StepToolsIn<Context, unknown, Tx> {}
/** `step` in a body with `errors: [...]`: awaiting a step that can fail with anything else does not compile. */
export interface CheckedStepTools<out Context, in out Listed, out Tx = any> extends StepToolsIn<Context, Listed, Tx> {}
/** {@link StepTools}, or {@link CheckedStepTools} where errors are listed. */
export type StepToolsFor<Context, Listed, Tx = any> = unknown extends Listed
  ? StepTools<Context, Tx>
  : CheckedStepTools<Context, Listed, Tx>;
