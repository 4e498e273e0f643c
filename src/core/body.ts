// Drives a body to its end: plain, async, generator or async generator.
import { goingOn } from "./entering.ts";
import { driveGenerator } from "./generator-drive.ts";
import { arriving, performed } from "./perform.ts";
import { isGenerator } from "./quick-body.ts";
import { inScope } from "./scope.ts";
import type { Attempt } from "./step-tree.ts";
import { StepView } from "./step-view.ts";

const asyncGeneratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()));

/** Calls a body in its attempt, and gives what it returns in the end or throws what it throws. */
export function runBody(attempt: Attempt, call: () => unknown): Promise<unknown> {
  return inScope(attempt, async (body: () => unknown) => driven(attempt, body()), call);
}

/** The same for a body that was called elsewhere. */
export function takeGiven(attempt: Attempt, given: unknown): Promise<unknown> {
  return goingOn(attempt, () => inScope(attempt, async (value: unknown) => driven(attempt, value), given));
}

/** Only real generator objects are driven: `map.values()` is a value. */
function driven(attempt: Attempt, given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  if (isGenerator(given)) return driveGenerator(attempt, given);
  if (isAsyncGenerator(given)) return driveAsyncGenerator(attempt, given);
  if (given instanceof StepView) return arriving(attempt, given);
  if (typeof (given as { then?: unknown }).then !== "function") return given;
  return busily(attempt, () => given as PromiseLike<unknown>);
}

function isAsyncGenerator(given: object): given is AsyncGenerator {
  return Object.prototype.isPrototypeOf.call(asyncGeneratorPrototype, given);
}

async function driveAsyncGenerator(attempt: Attempt, generator: AsyncGenerator): Promise<unknown> {
  let turn = await busily(attempt, () => generator.next());
  while (turn.done !== true) {
    const { how, value } = await performed(attempt, turn.value, generator);
    turn = await busily(attempt, () => generator[how](value));
  }
  return turn.value;
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
