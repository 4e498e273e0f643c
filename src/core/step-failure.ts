// What a body's throw means: translated, typed or unexpected, and whether another attempt may follow. Pure but for the marks it reads.
import { partOfThrown } from "../internal/thrown.ts";
import { UnexpectedError } from "./errors.ts";
import { failedStep, isBelow } from "./failure-mark.ts";
import { isDeclaredIn } from "./step-chain.ts";
import type { Attempt, StepNode } from "./step-tree.ts";

/** A throw, read by the rules of the language (section 4). */
export interface Failure {
  /** As it leaves the step: typed, or an `UnexpectedError`. */
  readonly error: unknown;
  /** As the retry policy sees it: translated, not wrapped. */
  readonly thrown: unknown;
  /** False for what was raised, and for what came out of a substep: it has had its own retries. */
  readonly mayRetry: boolean;
}

/** Reads what the body of a step threw. Without an attempt: one that has had no steps. */
export function readFailure(node: StepNode, attempt: Attempt | undefined, thrown: unknown): Failure {
  const isExpected = isTyped(node, attempt, thrown);
  const translated = isExpected ? thrown : translate(node, thrown);
  return {
    error: isExpected || isTyped(node, attempt, translated) ? translated : UnexpectedError.from(translated),
    thrown: translated,
    mayRetry: attempt?.hasArrived(thrown) !== true && !holdsSubstepFailure(thrown, node),
  };
}

function isTyped({ chain, plan }: StepNode, attempt: Attempt | undefined, error: unknown): boolean {
  return attempt?.hasArrived(error) === true || isDeclaredIn(chain, plan.options.errors, error);
}

function translate(node: StepNode, thrown: unknown): unknown {
  for (const link of node.chain) {
    if (link.kind !== "possibleError" || link.translate === undefined) continue;
    try {
      const translated = link.translate(thrown);
      if (translated instanceof link.errorClass) return translated;
    } catch (error) {
      return withCause(error, thrown); // the translator failed: its error is what went wrong, and this is why it was asked
    }
  }
  return thrown;
}

/** The error, with a cause where it has none of its own. */
export function withCause(error: unknown, cause: unknown): unknown {
  if (typeof error === "object" && error !== null && error !== cause && partOfThrown(error, "cause") === undefined) {
    putPart(error, "cause", cause);
  }
  return error;
}

const LONGEST_CAUSE_CHAIN = 32;

function holdsSubstepFailure(thrown: unknown, node: StepNode): boolean {
  let error = thrown;
  for (let depth = 0; depth < LONGEST_CAUSE_CHAIN && typeof error === "object" && error !== null; depth++) {
    const failed = failedStep(error);
    if (failed !== undefined && isBelow(failed, node)) return true;
    error = partOfThrown(error, "cause");
  }
  return false;
}

/** Where it can be written: it may be frozen, or a proxy that is revoked. */
function putPart(error: object, part: string, value: unknown): void {
  try {
    Reflect.defineProperty(error, part, { value, writable: true, configurable: true });
  } catch {
    // then it stays as it is
  }
}
