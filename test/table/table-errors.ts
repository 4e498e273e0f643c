// The error classes that the table's bodies and handlers fail with.
import {
  AbstractError,
  CancelledError,
  StepTimeoutError,
  TaggedError,
  UnexpectedError,
  type AbstractErrorClass,
} from "../../src/index.ts";

export class Refused extends TaggedError("Refused")<{ code: string }> {}
/** What SocketError is translated to; its class is what the retry policy sees. */
export class Unreachable extends TaggedError("Unreachable", { retry: false })<{ host: string }> {}
export class Overdrawn extends TaggedError("Overdrawn")<{ by: number }> {}
export class Missing extends TaggedError("Missing")<{ what: string }> {}
/** What handlers raise. */
export class Replaced extends TaggedError("Replaced")<{ reason: string }> {}
class StepFailedBase extends AbstractError("StepFailed") {}
export const StepFailed: AbstractErrorClass<StepFailedBase> & typeof StepFailedBase = StepFailedBase;

/** A foreign error, as a library would throw it. */
export class SocketError extends Error {
  override readonly name = "SocketError";
}

export type ErrorConstructorOf = abstract new (...args: never[]) => Error;

/** By name: what an error is to be an instance of, on the first run as on replay. */
export const classesByName: ReadonlyMap<string, ErrorConstructorOf> = new Map<string, ErrorConstructorOf>([
  ["Refused", Refused],
  ["Unreachable", Unreachable],
  ["Overdrawn", Overdrawn],
  ["Missing", Missing],
  ["Replaced", Replaced],
  ["StepFailed", StepFailed],
  ["UnexpectedError", UnexpectedError],
  ["StepTimeoutError", StepTimeoutError],
  ["CancelledError", CancelledError],
  ["RangeError", RangeError],
]);
