// What is remembered of an error that a step failed with: which step that was, and what stands at the end of its stack.
//
// Owns: the mark, and the lines at the end of a stack. Does not own: errors; what a failure means (step-failure).
// Called by: carry-out, quick-lane, step-failure.
//   M1. The mark is a private field: it is in no listing and in no clone, goes with its error, and frozen errors have it too.
//   M2. A stack is put into words when somebody reads it. V8 takes microseconds for that, and most failures are recovered unread.
import { isNativeError } from "../internal/native-error.ts";
import { partOfThrown } from "../internal/thrown.ts";
import { placeOf } from "./errors.ts";
import type { StepNode } from "./step-tree.ts";

/** The steps that an error came through. */
interface Passage {
  /** The outermost so far. */
  node: StepNode;
  /** Those at the end of its stack, innermost first. Undefined: its stack cannot be written. */
  places: StepNode[] | undefined;
  /** The stack without them, or what makes it. */
  stack: StackSource;
}

type StackSource = { readonly text: unknown } | "native" | undefined;

const Itself = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

/** M1: a class whose constructor gives the error itself, and puts its field there. */
class FailureMark extends Itself {
  readonly #passage: Passage;

  private constructor(error: object, passage: Passage) {
    super(error);
    this.#passage = passage;
  }
  static on(error: object): Passage | undefined {
    return #passage in error ? error.#passage : undefined;
  }
  static put(error: object, passage: Passage): Passage {
    try {
      return new FailureMark(error, passage).#passage;
    } catch {
      return passage; // an engine that puts nothing on what is frozen
    }
  }
}

/** Remembers that a step ended with this error, and writes the step's place at the end of its stack. */
export function markFailure(node: StepNode, error: unknown): void {
  if (typeof error !== "object" || error === null) return;
  const passage =
    FailureMark.on(error) ?? FailureMark.put(error, { node, places: undefined, stack: stackSource(error) });
  const earlier = passage.node;
  passage.node = node;
  // A raised error has no step of its own: its place is the step that raised it.
  if (passage.stack === undefined || node.plan.kind === "fail") return;
  if (passage.places === undefined) {
    if (!isWritten(error)) return;
    passage.places = [];
  }
  // An error object that is thrown again and again would collect the places of all its runs.
  if (earlier !== node && !isBelow(earlier, node)) passage.places.length = 0;
  if (passage.places.at(-1) !== node) passage.places.push(node);
}

/** The outermost step that ended with this error so far. */
export function failedStep(error: object): StepNode | undefined {
  return FailureMark.on(error)?.node;
}

export function isBelow(inner: StepNode, outer: StepNode): boolean {
  for (let node = inner.parent; node !== undefined; node = node.parent) if (node === outer) return true;
  return false;
}

/** Where the engine has the stack of its own errors made by a function, it can be asked for later. */
const nativeStack = Reflect.get(Object.getOwnPropertyDescriptor(new Error("any"), "stack") ?? {}, "get") as
  | ((this: object) => unknown)
  | undefined;

function stackSource(error: object): StackSource {
  if (!isNativeError(error)) return undefined;
  try {
    if (nativeStack !== undefined && Object.getOwnPropertyDescriptor(error, "stack")?.get === nativeStack)
      return "native";
  } catch {
    return undefined; // a proxy that is revoked
  }
  const text = partOfThrown(error, "stack");
  return typeof text === "string" ? { text } : undefined;
}

// One pair for all errors: with a pair of its own, each error would get a shape of its own, and that costs more than its stack.
const writtenStack: PropertyDescriptor & ThisType<Error> = {
  configurable: true,
  get() {
    return stackOf(this);
  },
  set(text: unknown) {
    const passage = FailureMark.on(this);
    if (passage === undefined) {
      Object.defineProperty(this, "stack", { value: text, writable: true, configurable: true });
    } else {
      passage.stack = { text };
      passage.places = [];
    }
  },
};

/** Where it can be written: it may be frozen, or a proxy that is revoked. */
function isWritten(error: object): boolean {
  try {
    return Reflect.defineProperty(error, "stack", writtenStack);
  } catch {
    return false;
  }
}

/** M2: of the error, or of the one that an object was made from. */
function stackOf(error: object | null): unknown {
  if (error === null) return undefined;
  const passage = FailureMark.on(error);
  if (passage === undefined) return stackOf(Object.getPrototypeOf(error) as object | null);
  const { stack, places = [] } = passage;
  const text = typeof stack === "object" ? stack.text : nativeStack!.call(error);
  return typeof text === "string" ? withPlaces(text, places) : text;
}

/** An error that was revived has some of them in its text already. */
function withPlaces(given: string, places: readonly StepNode[]): string {
  return places.reduce((stack, node) => {
    const line = `\n    at ${placeInStack(node)}`;
    return stack.endsWith(line) ? stack : stack + line;
  }, given);
}

function placeInStack(node: StepNode): string {
  return node.number === "" ? placeOf(node) : placeOf(node).replaceAll('"', "");
}
