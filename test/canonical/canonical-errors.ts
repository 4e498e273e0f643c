// The errors that the canonical functions fail with.
import { AbstractError, TaggedError } from "../../src/index.ts";

export class CardDeclined extends TaggedError("CanonicalCardDeclined", { retry: false })<{ readonly code: string }> {}
export class LineBusy extends TaggedError("CanonicalLineBusy")<{ readonly attempt: number }> {}
export class OrderFailed extends AbstractError("CanonicalOrderFailed") {}
