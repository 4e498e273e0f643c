// Does what a generator yields for it, and says how the generator goes on.
//
//   F1. What came through `yield*`, a raise or a returned step may leave the body typed; what came through `await` may not.
import { InvalidYieldError } from "./errors.ts";
import { RaiseMarker } from "./raise.ts";
import type { Attempt, StepNode } from "./step-tree.ts";
import { StepMarker, StepView, awaitedStep } from "./step-view.ts";

/** How a generator is resumed. */
export interface Resume {
  readonly how: "next" | "throw" | "return";
  readonly value: unknown;
}

/** How it goes on after what it yielded. Never rejects. */
export function performed(attempt: Attempt, yielded: unknown, generator: Generator | AsyncGenerator): Promise<Resume> {
  return resumedAfter(attempt, () => perform(attempt, yielded, generator));
}

/** How it goes on after a step that was started for it. Never rejects. */
export function performedStep(attempt: Attempt, node: StepNode): Promise<Resume> {
  return resumedAfter(attempt, () => arrivingOf(attempt, node));
}

async function resumedAfter(attempt: Attempt, work: () => unknown): Promise<Resume> {
  try {
    return resumeOf(attempt, "next", await work());
  } catch (error) {
    return resumeOf(attempt, "throw", error);
  }
}

/** How a body goes on after this, wherever it is in its life. */
export function resumeOf(attempt: Attempt, how: "next" | "throw", value: unknown): Resume {
  if (goesOn(attempt)) return { how, value };
  if (attempt.phase === "cancelled") attempt.beginCleanup();
  return { how: "return", value: undefined };
}

function goesOn(attempt: Attempt): boolean {
  return attempt.phase === "open" || attempt.phase === "cleaning";
}

function perform(attempt: Attempt, yielded: unknown, generator: Generator | AsyncGenerator): unknown {
  if (yielded instanceof StepMarker) return arriving(attempt, yielded.view);
  if (yielded instanceof StepView) return arriving(attempt, yielded);
  if (yielded instanceof RaiseMarker) {
    attempt.arrives(yielded.error); // F1
    throw yielded.error;
  }
  // An async generator awaits what a plain `yield` is given: a step has been run by then, and this is its value.
  if (Symbol.asyncIterator in generator) return yielded;
  throw InvalidYieldError.for(attempt.node);
}

/** Waits for a step whose failure may leave the body typed. */
export async function arriving(attempt: Attempt, view: StepView): Promise<unknown> {
  return arrivingOf(attempt, awaitedStep(view));
}

async function arrivingOf(attempt: Attempt, node: StepNode): Promise<unknown> {
  try {
    return await node.outcome();
  } catch (error) {
    noteArrival(attempt, node, error);
    throw error;
  }
}

/** F1: only what the step failed with; that it was cancelled, or never ran, is in no type. */
export function noteArrival(attempt: Attempt, node: StepNode, error: unknown): void {
  if (node.phase === "failed" && node.error === error) attempt.arrives(error);
}
