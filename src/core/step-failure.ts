// What a body's throw means: translated, typed or unexpected, and whether another attempt may follow. Pure but for the marks it reads.
import { isNativeError } from "../internal/native-error.ts";
import { isThrownOf, partOfThrown } from "../internal/thrown.ts";
import { UnexpectedError, placeOf } from "./errors.ts";
import { declaredIn } from "./step-chain.ts";
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

const failedSteps = new WeakMap<object, StepNode>();

/** Remembers that a step ended with this error, and writes the step's place at the end of its stack. */
export function markFailure(node: StepNode, error: unknown): void {
  if (typeof error !== "object" || error === null) return;
  const earlier = failedSteps.get(error);
  failedSteps.set(error, node);
  // A raised error has no step of its own: its place is the step that raised it.
  if (isNativeError(error) && node.plan.kind !== "fail") appendPlace(error, node, earlier);
}

/** Reads what the body of `attempt` threw. */
export function readFailure(node: StepNode, attempt: Attempt, thrown: unknown): Failure {
  const declared = declaredIn(node.chain, node.plan.options.errors);
  const isTyped = (error: unknown): boolean =>
    attempt.hasArrived(error) || declared.some((errorClass) => isThrownOf(error, errorClass));
  const translated = isTyped(thrown) ? thrown : translate(node, thrown);
  return {
    error: isTyped(translated) ? translated : UnexpectedError.from(translated),
    thrown: translated,
    mayRetry: !attempt.hasArrived(thrown) && !holdsSubstepFailure(thrown, node),
  };
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
    const failed = failedSteps.get(error);
    if (failed !== undefined && isBelow(failed, node)) return true;
    error = partOfThrown(error, "cause");
  }
  return false;
}

function isBelow(inner: StepNode, outer: StepNode): boolean {
  for (let node = inner.parent; node !== undefined; node = node.parent) if (node === outer) return true;
  return false;
}

const PLACE_LINE = /\n {4}at (step [\d.]+ |the function )[^\n]*$/;

function appendPlace(error: Error, node: StepNode, earlier: StepNode | undefined): void {
  const given = partOfThrown(error, "stack");
  if (typeof given !== "string") return;
  let stack = given;
  // An error object that is thrown again and again would collect the places of all its runs.
  if (earlier !== undefined && earlier !== node && !isBelow(earlier, node)) {
    while (PLACE_LINE.test(stack)) stack = stack.replace(PLACE_LINE, "");
  }
  const line = `\n    at ${placeInStack(node)}`;
  if (stack.endsWith(line)) return;
  putPart(error, "stack", stack + line);
}

/** Where it can be written: it may be frozen, or a proxy that is revoked. */
function putPart(error: object, part: string, value: unknown): void {
  try {
    Reflect.defineProperty(error, part, { value, writable: true, configurable: true });
  } catch {
    // then it stays as it is
  }
}

function placeInStack(node: StepNode): string {
  return node.number === "" ? placeOf(node) : placeOf(node).replaceAll('"', "");
}
