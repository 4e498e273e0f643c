// The library's own errors: one class per failure that a user can act on. PURE: what a bundle does not use of them, it leaves out.
import { isNativeError } from "../internal/native-error.ts";
import { stackless } from "../internal/stackless.ts";
import { isThrownOf, partOfThrown, textOfThrown } from "../internal/thrown.ts";
import { TaggedError } from "./tagged-error.ts";

/**
 * A failure that was not declared on the step it left: a bug, or an error that nobody named yet.
 *
 * It carries the message and the stack of the original, which is its `cause`, and is wrapped once however far it travels.
 * To have it typed instead, declare it with `possibleError`.
 */
export class UnexpectedError extends /* @__PURE__ */ TaggedError("UnexpectedError") {
  /** Wraps what was thrown; an UnexpectedError stays as it is. */
  static from(thrown: unknown): UnexpectedError {
    if (isThrownOf(thrown, UnexpectedError)) return thrown as UnexpectedError;
    const original = isNativeError(thrown) ? thrown : undefined;
    const message = partOfThrown(original, "message");
    const error = stackless(
      () => new UnexpectedError({ message: typeof message === "string" ? message : describe(thrown), cause: thrown }),
    );
    const stack = partOfThrown(original, "stack");
    if (typeof stack === "string")
      Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
    return error;
  }
}

/** An attempt took longer than the step's `timeout`. Its `signal` was aborted; a body that ignores it may still be running. */
export class StepTimeoutError
  extends /* @__PURE__ */ TaggedError("StepTimeoutError")<{
    readonly number: string;
    readonly step: string;
    readonly timeoutMs: number;
  }>
{
  static for(step: Placed, timeoutMs: number): StepTimeoutError {
    const { number, name } = step;
    return new StepTimeoutError({
      number,
      step: name,
      timeoutMs,
      message: `${placeOf(step)} took longer than ${timeoutMs} ms`,
    });
  }
}

/** An `atMostOnce` body was entered, and its process was gone before an outcome was recorded. It is not entered again. */
export class StepInterruptedError
  extends /* @__PURE__ */ TaggedError("StepInterruptedError", { retry: false })<{
    readonly number: string;
    readonly step: string;
  }>
{
  static for(step: Placed): StepInterruptedError {
    return new StepInterruptedError({
      number: step.number,
      step: step.name,
      message: `${placeOf(step)} was entered once and interrupted; whether it took effect is not known. It runs at most once, so it is not entered again: look, then go on with onError`,
    });
  }
}

/** The run, or this branch of it, was cancelled. Not a failure: no handler sees it, and each later step of an async body throws it again. */
export class CancelledError
  extends /* @__PURE__ */ TaggedError("CancelledError", { retry: false, message: "cancelled" }) {}

/** Thrown by a body: this failure is final, whatever the retry policy. */
export class NonRetriableError extends Error {
  override readonly name = "NonRetriableError";
}

/** Thrown by a body: the next attempt is not before then. */
export class RetryAfterError extends Error {
  override readonly name = "RetryAfterError";
  /** Milliseconds from the throw, a `"30s"`-like text, or a date. */
  readonly retryAfter: number | string | Date;
  constructor(message: string, retryAfter: number | string | Date, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.retryAfter = retryAfter;
  }
}

/** A duration that cannot be read. Nothing waited. */
export class InvalidDurationError extends /* @__PURE__ */ TaggedError("InvalidDurationError", { retry: false }) {
  static for(received: unknown): InvalidDurationError {
    return new InvalidDurationError({
      message: `${show(received)} is no duration: write "90s", "1h30m", "2 days", milliseconds from 0 up, or a Temporal duration`,
    });
  }
}

/** A time that cannot be read. Nothing waited. */
export class InvalidTimeError extends /* @__PURE__ */ TaggedError("InvalidTimeError", { retry: false }) {
  static for(received: unknown): InvalidTimeError {
    return new InvalidTimeError({
      message: `${show(received)} is no time: give a Date, an ISO text such as "2026-12-01T09:00:00Z", milliseconds since 1970, or a Temporal instant`,
    });
  }
}

/** A number of retries that makes no sense. */
export class InvalidRetryPolicyError extends /* @__PURE__ */ TaggedError("InvalidRetryPolicyError", { retry: false }) {
  static for(received: unknown): InvalidRetryPolicyError {
    return new InvalidRetryPolicyError({
      message: `${show(received)} is no number of retries: give a whole number from 0 to 1,000,000`,
    });
  }
}

/** A step was created with arguments that make no sense. Nothing ran. */
export class InvalidStepError extends /* @__PURE__ */ TaggedError("InvalidStepError", { retry: false }) {
  static for(message: string): InvalidStepError {
    return new InvalidStepError({ message });
  }
}

/** A value that a store cannot keep, and where in it. The body that made it is not run again. */
export class UnstorableValueError
  extends /* @__PURE__ */ TaggedError("UnstorableValueError", { retry: false })<{
    /** `.items[2].send`; `""` for the value itself. */
    readonly path: string;
    readonly what: string;
  }>
{
  static for({ path, what }: { readonly path: string; readonly what: string }, place?: string): UnstorableValueError {
    const whose = place === undefined ? "a value" : `a value of ${place}`;
    return new UnstorableValueError({
      path,
      what,
      message: `${whose} cannot be stored: ${path === "" ? "it" : path} is ${what}. Use plain data: JSON's kinds, Date, Map, Set, BigInt, typed arrays, errors`,
    });
  }
}

/** A value is larger than the app's `maxPayload`. The body that made it is not run again. */
export class PayloadTooLargeError
  extends /* @__PURE__ */ TaggedError("PayloadTooLargeError", { retry: false })<{
    readonly bytes: number;
    readonly mostBytes: number;
  }>
{
  static for(bytes: number, mostBytes: number, place: string): PayloadTooLargeError {
    return new PayloadTooLargeError({
      bytes,
      mostBytes,
      message: `a value of ${place} takes ${bytes} bytes, and at most ${mostBytes} are stored. Keep it elsewhere and return where it is, or raise createApp({ maxPayload })`,
    });
  }
}

interface Placed {
  readonly number: string;
  readonly name: string;
  readonly run: { readonly id: string; readonly functionName: string };
}

/** `2.1 "Charge card" (Handle payments, run_01k…)`: a step as messages name it. */
export function placeOf({ number, name, run }: Placed): string {
  return number === ""
    ? `the function "${run.functionName}" (${run.id})`
    : `step ${number} "${name}" (${run.functionName}, ${run.id})`;
}

/** A step was created after the body that it belongs to had ended. It did not run. Await what starts it. */
export class ParentEndedError extends /* @__PURE__ */ TaggedError("ParentEndedError", { retry: false }) {
  static for(name: string, parent: Placed): ParentEndedError {
    return new ParentEndedError({
      message: `"${name}" was not run: it was created after ${placeOf(parent)} had ended. Await or yield* whatever starts it`,
    });
  }
}

/** A generator body yielded something that is no step. */
export class InvalidYieldError extends /* @__PURE__ */ TaggedError("InvalidYieldError", { retry: false }) {
  static for(step: Placed): InvalidYieldError {
    return new InvalidYieldError({
      message: `the body of ${placeOf(step)} yielded something that is no step. In a generator only steps are yielded, with yield*; to await a promise, put it in a step or write async function*`,
    });
  }
}

/** The code of a function does not fit what its run has recorded. Nothing was run. */
export class ReplayMismatchError extends /* @__PURE__ */ TaggedError("ReplayMismatchError", { retry: false }) {
  static for(functionName: string, runId: string, difference: string): ReplayMismatchError {
    return new ReplayMismatchError({
      message: `${runId} of "${functionName}" cannot go on with this code: ${difference}. Nothing was run. Start the code that recorded it, or a version that still asks for the same steps`,
    });
  }
}

/** An event id was sent before with other data. An id stands for one event: nothing was kept. */
export class EventConflictError
  extends /* @__PURE__ */ TaggedError("EventConflictError", { retry: false, status: 409 })<{
    readonly eventId: string;
  }>
{
  static for(eventId: string): EventConflictError {
    return new EventConflictError({
      eventId,
      message: `an event with the id "${eventId}" was accepted before, with another name or other data. An id stands for one event: send this one with an id of its own`,
    });
  }
}

/** An event was refused before anything was kept: it is not what its type says. */
export class EventRefusedError
  extends /* @__PURE__ */ TaggedError("EventRefusedError", { retry: false, status: 400 })<{
    readonly eventName: string;
    /** What is wrong, and where: `amount`, `lines[2].price`, `context.userId`. */
    readonly issues: readonly { readonly path: string; readonly message: string }[];
  }>
{
  static for(
    eventName: string,
    issues: readonly { readonly path: string; readonly message: string }[],
  ): EventRefusedError {
    const list = issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
    return new EventRefusedError({ eventName, issues, message: `event "${eventName}" was not sent: ${list}` });
  }
}

/** There is no such run in the store: its id is another one, or it ended long ago and was removed. */
export class RunNotFoundError
  extends /* @__PURE__ */ TaggedError("RunNotFoundError", { retry: false, status: 404 })<{ readonly runId: string }>
{
  static for(runId: string): RunNotFoundError {
    return new RunNotFoundError({
      runId,
      message: `there is no run "${runId}" in this store: look at app.runs.list(), and whether it has been removed since (retention)`,
    });
  }
}

/** A run has no such step. Nothing was started. */
export class StepNotFoundError
  extends /* @__PURE__ */ TaggedError("StepNotFoundError", { retry: false, status: 404 })<{
    readonly runId: string;
    readonly step: string;
  }>
{
  static for(runId: string, step: string, steps: readonly string[]): StepNotFoundError {
    const known = steps.length === 0 ? "it has recorded none" : `it has ${steps.join(", ")}`;
    return new StepNotFoundError({ runId, step, message: `${runId} has no step "${step}": ${known}` });
  }
}

/** `createApp` or `createFunction` was given something that it cannot take. */
export class InvalidDefinitionError extends /* @__PURE__ */ TaggedError("InvalidDefinitionError", { retry: false }) {
  static for(message: string): InvalidDefinitionError {
    return new InvalidDefinitionError({ message });
  }
}

/** Something was asked that needs a store. */
export class NoStoreError extends /* @__PURE__ */ TaggedError("NoStoreError", { retry: false }) {
  static for(what: string): NoStoreError {
    return new NoStoreError({
      message: `${what} needs a store: createApp({ store: sqlite("app.db") }), or memory() in a test. Without one, nothing is kept`,
    });
  }
}

/** The store's place could not be opened. Nothing was changed there. */
export class StoreOpenError extends /* @__PURE__ */ TaggedError("StoreOpenError")<{ readonly path: string }> {
  static for(path: string, cause: Error, remedy: string): StoreOpenError {
    return new StoreOpenError({
      path,
      cause,
      message: `the store "${path}" could not be opened: ${cause.message}. It was left as it is. ${remedy}`,
    });
  }
}

/** The store could not do what it was asked: its disk is full, its server is away, its file is damaged. */
export class StoreUnavailableError
  extends /* @__PURE__ */ TaggedError("StoreUnavailableError")<{
    readonly place: string;
  }>
{
  static for(place: string, cause: Error, remedy: string): StoreUnavailableError {
    return new StoreUnavailableError({
      place,
      cause,
      message: `the store ${place} could not do what it was asked: ${cause.message}. ${remedy}. Runs go on by themselves once it can; what you asked for, ask for again`,
    });
  }
}

/** The store did not answer in time: what it was asked for may have taken effect. */
export class StoreTimeoutError extends /* @__PURE__ */ TaggedError("StoreTimeoutError") {
  static for(place: string, timeoutMs: number): StoreTimeoutError {
    return new StoreTimeoutError({
      message: `the store in ${place} did not answer for ${timeoutMs} ms, and its connection was given up. Look what the server is busy with, and who holds its locks`,
    });
  }
}

/** The store was used by a newer version that this code cannot work beside. */
export class StoreVersionError extends /* @__PURE__ */ TaggedError("StoreVersionError") {
  static for(needed: number, known: number): StoreVersionError {
    return new StoreVersionError({
      message: `the store needs code that knows its schema ${needed}; this version of surefoot knows ${known}. Update surefoot, or use another store`,
    });
  }
}

/** This Node's SQLite is missing, or can lose commits. */
export class UnsupportedSqliteError extends /* @__PURE__ */ TaggedError("UnsupportedSqliteError") {
  static for(version: string | undefined, node: string | undefined): UnsupportedSqliteError {
    return new UnsupportedSqliteError({
      message: `sqlite() needs SQLite 3.51.3 or later, because earlier ones can lose commits in WAL mode; this runtime (Node ${node ?? "unknown"}) has ${version ?? "none"}. Use Node 24.15 or later`,
    });
  }
}

/** The server is too old. */
export class UnsupportedPostgresError extends /* @__PURE__ */ TaggedError("UnsupportedPostgresError") {
  static for(version: string): UnsupportedPostgresError {
    return new UnsupportedPostgresError({
      message: `postgres() needs PostgreSQL 14 or later; this server is ${version}. Use a later server`,
    });
  }
}

/** The app was stopped, and its store is closed. */
export class StoreClosedError extends /* @__PURE__ */ TaggedError("StoreClosedError") {
  static for(path: string): StoreClosedError {
    return new StoreClosedError({ message: `the store "${path}" is closed: the app was stopped` });
  }
}

/** The thread that works on the store's file is gone. It is begun anew with the next call; what was asked is kept, or is not. */
export class StoreThreadError extends /* @__PURE__ */ TaggedError("StoreThreadError") {
  static for(path: string, cause: unknown): StoreThreadError {
    return new StoreThreadError({
      cause,
      message: `the thread that works on the store "${path}" has ended before it answered (${textOfThrown(cause)}). The next call begins a new one; whether what was asked took effect is seen there`,
    });
  }
}

/** Two different views of one step's chain were used. A step runs once, so its chain is one: keep the last link's result. */
export class StepForkedError extends /* @__PURE__ */ TaggedError("StepForkedError", { retry: false }) {
  static forAwait(step: Placed): StepForkedError {
    return new StepForkedError({
      message: `${placeOf(step)} was awaited with two different chains. A step runs once, with one chain: await only what the last link returned`,
    });
  }
  static forLink(step: Placed): StepForkedError {
    return new StepForkedError({
      message: `${placeOf(step)} has started already: links are added before a step is awaited, yielded or passed to all, map or race`,
    });
  }
}

const LONGEST_SHOWN = 60;

function show(received: unknown): string {
  const text =
    typeof received === "string"
      ? JSON.stringify(received)
      : received instanceof Date
        ? "an invalid Date"
        : String(received);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function describe(thrown: unknown): string {
  try {
    return `${show(typeof thrown === "object" ? JSON.stringify(thrown) : thrown)} was thrown, which is no Error`;
  } catch {
    return `something was thrown that is no Error: ${typeof thrown}`;
  }
}
