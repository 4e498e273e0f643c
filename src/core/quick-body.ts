// The body of a step in the quick lane: how it is entered, and whether what it gave is all there is.
import type { RunPlan } from "./step-plan.ts";
import { toolsAt } from "./step-tools.ts";
import type { Attempt, StepNode } from "./step-tree.ts";

const generatorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})()));

/** Enters the body of a step in the quick lane. */
export function callBody(node: StepNode): unknown {
  const { body, input } = node.plan as RunPlan;
  return input.length > 0 ? body(...input) : body(toolsAt(node));
}

/** Notes whether a body may be in the middle of something other than a step, for as long as the step is in the quick lane. */
export function noteBusy(node: StepNode, isBusy: boolean): void {
  if (node.special.isBusy === isBusy) return;
  node.extras.isBusy = isBusy;
  node.run.busyBodies += isBusy ? 1 : -1;
}

/** Whether there is more to do at the end of a body than to note it. */
export function hasMoreToDo({ attempt, home }: StepNode): boolean {
  return home?.phase === "ended" || (attempt !== undefined && !isQuiet(attempt));
}

/** Whether all the steps of a body have ended, and no failure of theirs is left that nobody waited for. */
function isQuiet(attempt: Attempt): boolean {
  if (attempt.openSteps > 0 || attempt.hasUnstarted || attempt.lingering.length > 0) return false;
  return !attempt.children.some((child) => child.phase === "failed" && !child.isAwaited);
}

/** Whether what a body gave is a generator object, and nothing that merely has the methods of one. */
export function isGenerator(given: unknown): given is Generator {
  return Object.prototype.isPrototypeOf.call(generatorPrototype, given as object);
}

/** Whether what a body gave is its value, and neither a promise nor something to be driven. */
export function isPlainValue(given: unknown): boolean {
  if (typeof given !== "object" || given === null) return true;
  try {
    return !("then" in given) && !("next" in given);
  } catch {
    return false; // a proxy that is revoked
  }
}

/** What a body gave that threw at once: somebody may hear of it, or nobody. */
export function rejected(thrown: unknown): Promise<never> {
  const given = Promise.reject<never>(thrown);
  given.catch(() => {});
  return given;
}
