// Drives a body to its end: plain, async, generator or async generator.
//
//   B1. A failure is thrown into the generator where it was yielded, so try, catch and finally mean what they mean in plain code.
//   B2. A cancelled generator ends by `return()`: no catch runs, and the steps of its `finally` do.
//   B3. What came through `yield*`, a raise or a returned step may leave the body typed; what came through `await` may not.
import { InvalidYieldError } from "./errors.ts";
import { RaiseMarker } from "./raise.ts";
import { inScope } from "./scope.ts";
import { startSteps } from "./step-start.ts";
import type { Attempt } from "./step-tree.ts";
import { StepMarker, StepView, awaitView } from "./step-view.ts";

type Resume<Turn> = () => Turn;

const generatorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})()));
const asyncGeneratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()));

/** Calls a body in its attempt, and gives what it returns in the end or throws what it throws. */
export function runBody(attempt: Attempt, call: () => unknown): Promise<unknown> {
  return inScope(attempt, async () => {
    const given = call();
    if (typeof given !== "object" || given === null) return given;
    if (isFrom(generatorPrototype, given)) return driveGenerator(attempt, given as Generator);
    if (isFrom(asyncGeneratorPrototype, given)) return driveAsyncGenerator(attempt, given as AsyncGenerator);
    if (given instanceof StepView) return arriving(attempt, given);
    if (typeof (given as { then?: unknown }).then !== "function") return given;
    return busily(attempt, () => given as PromiseLike<unknown>);
  });
}

/** Only real generator objects are driven: `map.values()` is a value. */
function isFrom(prototype: object, value: object): boolean {
  return Object.prototype.isPrototypeOf.call(prototype, value);
}

async function driveGenerator(attempt: Attempt, generator: Generator): Promise<unknown> {
  const resume = (turn: Resume<IteratorResult<unknown>>): IteratorResult<unknown> => {
    attempt.isDriving = true;
    try {
      return turn();
    } finally {
      attempt.isDriving = false;
      startSteps(attempt);
    }
  };
  let turn = resume(() => generator.next());
  while (!turn.done) {
    const next = await performed(attempt, turn.value, generator);
    turn = resume(next as Resume<IteratorResult<unknown>>);
  }
  return turn.value instanceof StepView ? arriving(attempt, turn.value) : turn.value;
}

async function driveAsyncGenerator(attempt: Attempt, generator: AsyncGenerator): Promise<unknown> {
  let turn = await busily(attempt, () => generator.next());
  while (!turn.done) {
    const next = await performed(attempt, turn.value, generator);
    turn = await busily(attempt, next as Resume<Promise<IteratorResult<unknown>>>);
  }
  return turn.value;
}

/** Does what the body yielded for it, and gives how the body goes on. */
async function performed(
  attempt: Attempt,
  yielded: unknown,
  generator: Generator | AsyncGenerator,
): Promise<Resume<unknown>> {
  try {
    const value = await perform(attempt, yielded, generator);
    if (goesOn(attempt)) return () => generator.next(value);
  } catch (error) {
    if (goesOn(attempt)) return () => generator.throw(error); // B1
  }
  if (attempt.phase === "cancelled") attempt.beginCleanup();
  return () => generator.return(undefined); // B2
}

function goesOn(attempt: Attempt): boolean {
  return attempt.phase === "open" || attempt.phase === "cleaning";
}

function perform(attempt: Attempt, yielded: unknown, generator: Generator | AsyncGenerator): unknown {
  if (yielded instanceof StepMarker) return arriving(attempt, yielded.view);
  if (yielded instanceof StepView) return arriving(attempt, yielded);
  if (yielded instanceof RaiseMarker) {
    attempt.arrives(yielded.error); // B3
    throw yielded.error;
  }
  // An async generator awaits what a plain `yield` is given: a step has been run by then, and this is its value.
  if (Symbol.asyncIterator in generator) return yielded;
  throw InvalidYieldError.for(attempt.node);
}

/** B3: only what the step failed with; that it was cancelled, or never ran, is in no type. */
async function arriving(attempt: Attempt, view: StepView): Promise<unknown> {
  try {
    return await awaitView(view);
  } catch (error) {
    if (StepView.failedWith(view, error)) attempt.arrives(error);
    throw error;
  }
}

/** While this is pending, the body may be in the middle of something other than a step. */
async function busily<Given>(attempt: Attempt, call: () => Given | PromiseLike<Given>): Promise<Given> {
  const { run } = attempt.node;
  run.busyBodies++;
  try {
    return await call();
  } finally {
    run.busyBodies--;
  }
}
