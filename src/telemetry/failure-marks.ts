// How failures stand on the spans of one slice: each recorded where it arose, once.
//
// Owns: which errors were recorded. Called by: otel-tracing.
import { SpanStatusCode, type Span } from "@opentelemetry/api";
import type { Redact } from "../core/redaction.ts";
import { partOfThrown } from "../internal/thrown.ts";
import { CONVENTION, NAME } from "./attribute-names.ts";

const MOST_CAUSES = 16;

export class FailureMarks {
  readonly #redact: Redact;
  readonly #recorded = new WeakSet<object>();

  constructor(redact: Redact) {
    this.#redact = redact;
  }

  /** A failure that the span is of. */
  mark(span: Span, error: unknown): void {
    const { type, message, stack, causes } = this.#redact.error(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.setAttribute(CONVENTION.errorType, type);
    span.setAttribute(NAME.errorDeclared, partOfThrown(error, "_tag") !== "UnexpectedError");
    if (causes.length > 0)
      span.setAttribute(
        NAME.errorCauses,
        causes.map((cause) => cause.type),
      );
    if (this.#isNew(error)) span.recordException({ name: type, message, ...(stack === undefined ? {} : { stack }) });
  }

  /** What has become of it, at the end of the step. */
  settle(span: Span, error: unknown, isRecovered: boolean): void {
    if (isRecovered) return void span.setAttribute(NAME.errorDisposition, "recovered");
    const { type, causes } = this.#redact.error(error);
    span.setAttribute(CONVENTION.errorType, type); // an abstract error has taken its place
    if (causes.length > 0)
      span.setAttribute(
        NAME.errorCauses,
        causes.map((cause) => cause.type),
      );
    span.setAttribute(NAME.errorDisposition, "propagated");
    this.#isNew(error);
  }

  /** Neither it nor what it wraps was recorded before. */
  #isNew(error: unknown): boolean {
    let isNew = true;
    let part = error;
    for (let depth = 0; depth < MOST_CAUSES && typeof part === "object" && part !== null; depth++) {
      if (this.#recorded.has(part)) isNew = false;
      this.#recorded.add(part);
      part = partOfThrown(part, "cause");
    }
    return isNew;
  }
}
