// Enters the body of a `step.transaction`: what it does and its outcome are kept together, or neither is.
//
//   X1. Once it is being committed, what becomes of that is how the attempt ends, whatever its time, or a cancellation, says.
//   X2. Its code is entered in no turn of its own: a store may need to have all of it done before it returns.
import { runAttempt, type AttemptEnd, type AttemptLimit } from "./attempt-run.ts";
import { takeGiven } from "./body.ts";
import type { Carrier } from "./carrier.ts";
import { entering } from "./entering.ts";
import { InvalidYieldError } from "./errors.ts";
import { isGenerator } from "./quick-body.ts";
import { RaiseMarker } from "./raise.ts";
import { inScope } from "./scope.ts";
import type { TransactionPlan } from "./step-plan.ts";
import type { Attempt } from "./step-tree.ts";

/** Enters the body of the attempt's step. Never rejects. */
export async function enterTransaction(
  { engine, clock }: Carrier,
  attempt: Attempt,
  plan: TransactionPlan,
  limit: AttemptLimit | undefined,
): Promise<AttemptEnd> {
  const { node } = attempt;
  let committed: Promise<unknown> | undefined;
  const transacted = (): Promise<unknown> => {
    const work = engine.transact(node, {
      body: (tx) => inScope(attempt, (given: unknown) => driven(attempt, plan.body(given)), tx),
      isOver: () => attempt.phase !== "open" || attempt.run.isDropped,
      onCommit: () => {
        committed = work;
      },
    });
    return work;
  };
  const end = await runAttempt(clock, attempt, () => entering(node, attempt.number, transacted, undefined), limit);
  if (end.kind === "returned" || committed === undefined) return end;
  return committed.then(
    (value): AttemptEnd => ({ kind: "returned", value }), // X1
    () => end,
  );
}

function driven(attempt: Attempt, given: unknown): unknown {
  if (isGenerator(given)) return drivenAtOnce(attempt, given);
  const isAsyncGenerator =
    typeof given === "object" && given !== null && Symbol.asyncIterator in given && "next" in given;
  return isAsyncGenerator ? takeGiven(attempt, given) : given;
}

/** X2: there are no steps in it, so that all it can yield is an error that it raises. */
function drivenAtOnce(attempt: Attempt, generator: Generator): unknown {
  let turn = generator.next();
  while (turn.done !== true) {
    const isRaise = turn.value instanceof RaiseMarker;
    const error: unknown = isRaise ? (turn.value as RaiseMarker).error : InvalidYieldError.for(attempt.node);
    if (isRaise) attempt.arrives(error);
    turn = generator.throw(error);
  }
  return turn.value;
}
