// The errors that the load's functions fail with.
import { AbstractError, TaggedError } from "../../src/index.ts";

export class Declined extends TaggedError("CrashDeclined", { retry: false })<{ readonly code: string }> {}
export class Flaky extends TaggedError("CrashFlaky")<{ readonly attempt: number }> {}
export class OrderLost extends TaggedError("CrashOrderLost", { retry: false })<{ readonly order: number }> {}
export class LoadFailed extends AbstractError("CrashLoadFailed") {}
/** Without a tag, and declared nowhere. */
export class PlainTrouble extends Error {
  override readonly name = "PlainTrouble";
}
