// All attempts at the body of a step: entered until one returns, or none may follow.
//
//   T1. A body is entered again only by the retry policy.
import { enterBody, runAttempt, type AttemptEnd, type AttemptLimit } from "./attempt-run.ts";
import { takeGiven } from "./body.ts";
import type { Carrier } from "./carrier.ts";
import { durationToMs } from "./duration.ts";
import type { Recalled } from "./engine.ts";
import { entering } from "./entering.ts";
import { InvalidStepError, StepInterruptedError, UnexpectedError } from "./errors.ts";
import { resolveRetryPolicy, retryDelayMs, type ResolvedRetryPolicy } from "./retry.ts";
import { enterTransaction } from "./transacting.ts";
import { readFailure, withCause, type Failure } from "./step-failure.ts";
import { Attempt, type StepNode } from "./step-tree.ts";
import { never } from "../internal/never.ts";

/** How a body ended, all its attempts together. */
export type BodyEnd =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "failure"; readonly error: unknown }
  | { readonly kind: "cancelled" };

/** What a body gave that was entered elsewhere: its value, a promise, a generator. */
export interface Begun {
  readonly given: unknown;
}

/** How the body of a step ends. With `begun`, its first attempt has been entered already, and this is what it gives. */
export async function bodyEndOf(
  carrier: Carrier,
  node: StepNode,
  recalled: Recalled | undefined,
  begun: Begun | undefined,
): Promise<BodyEnd> {
  if (recalled?.kind === "settled") {
    node.attempts = recalled.attempts;
    return { kind: "failure", error: recalled.error };
  }
  if (recalled?.kind === "interrupted") return { kind: "failure", error: StepInterruptedError.for(node) }; // typed, as a timeout is
  try {
    return await attempted(carrier, node, recalled, begun);
  } catch (thrown) {
    return { kind: "failure", error: UnexpectedError.from(thrown) }; // an option that makes no sense
  }
}

/** T1: attempts until one returns, or none may follow. */
async function attempted(
  carrier: Carrier,
  node: StepNode,
  recalled: Recalled | undefined,
  begun: Begun | undefined,
): Promise<BodyEnd> {
  const { engine, clock } = carrier;
  const policy = policyOf(carrier, node);
  node.retries = policy.retries;
  const limit = limitOf(carrier, node);
  let number = recalled !== undefined && "attempt" in recalled ? recalled.attempt : 1;
  if (recalled?.kind === "retrying") {
    node.moveTo("retrying");
    if ((await engine.resume(node, recalled.dueMs)) === "cancelled") return { kind: "cancelled" };
    node.moveTo("running");
  }
  for (; ; number++) {
    const isBegun = begun !== undefined && number === 1;
    const attempt = isBegun ? node.ownAttempt : new Attempt(node, number);
    node.attempt = attempt;
    node.countActivity();
    node.attempts = number;
    if (node.plan.options.atMostOnce === true) await engine.markStarted(node);
    if (node.isStopped && !isBegun) return { kind: "cancelled" };
    const startedMs = isBegun ? node.startedMs : clock.elapsed();
    const attemptEnd = isBegun
      ? await runAttempt(clock, attempt, () => takeGiven(attempt, begun.given))
      : await entered(carrier, attempt, limit);
    if (node.run.isDropped) return never();
    if (attemptEnd.kind === "returned") return { kind: "value", value: attemptEnd.value };
    if (attemptEnd.kind === "cancelled") return { kind: "cancelled" };
    const failure: Failure =
      attemptEnd.kind === "timedOut"
        ? { error: attemptEnd.error, thrown: attemptEnd.error, mayRetry: true }
        : readFailure(node, attempt, attemptEnd.thrown);
    const delayMs = nextDelayMs(carrier, policy, failure, number);
    carrier.audience.attemptFailed(node, {
      attempt: number,
      error: failure.error,
      duration: clock.elapsed() - startedMs,
      delayMs,
    });
    if (delayMs === undefined) return { kind: "failure", error: failure.error };
    node.moveTo("retrying");
    if ((await engine.waitForRetry(node, { error: failure.error, nextAttempt: number + 1, delayMs })) === "cancelled")
      return { kind: "cancelled" };
    node.moveTo("running");
  }
}

/** What is sent, and who is started, goes by the app's post; everything else is the step's own body. */
function entered(carrier: Carrier, attempt: Attempt, limit: AttemptLimit | undefined): Promise<AttemptEnd> {
  const { clock, post } = carrier;
  const { plan } = attempt.node;
  if (plan.kind === "transaction") return enterTransaction(carrier, attempt, plan, limit);
  if (plan.kind !== "sendEvent" && plan.kind !== "invoke") return enterBody(clock, attempt, limit);
  const send = async (): Promise<unknown> => {
    if (post === undefined)
      throw InvalidStepError.for(`step.${plan.kind} is of a function's run: there is no app here`);
    const { key, run } = attempt.node;
    const sender = { runId: run.id, key, context: run.context };
    return plan.kind === "invoke" ? post.start(sender, plan.target, plan.input) : post.send(sender, plan.events);
  };
  return runAttempt(clock, attempt, () => entering(attempt.node, attempt.number, send, undefined));
}

function limitOf({ engine }: Carrier, node: StepNode): AttemptLimit | undefined {
  const { timeout } = node.plan.options;
  if (timeout === undefined) return undefined;
  const timeoutMs = durationToMs(timeout);
  return { timeoutMs, begin: (onOver) => engine.limit(node, timeoutMs, onOver) };
}

function nextDelayMs(
  { random, clock }: Carrier,
  policy: ResolvedRetryPolicy,
  { mayRetry, thrown }: Failure,
  attempt: number,
): number | undefined {
  if (!mayRetry) return undefined;
  try {
    return retryDelayMs(policy, { attempt, error: thrown, fraction: random.fraction(), nowMs: clock.now() });
  } catch (error) {
    throw withCause(error, thrown); // the policy's own functions are the user's
  }
}

function policyOf({ retries }: Carrier, { plan }: StepNode): ResolvedRetryPolicy {
  if (plan.kind === "all" || plan.kind === "map" || plan.kind === "race") return { ...retries, retries: 0 };
  const { options } = plan;
  if (options.retries !== undefined) return resolveRetryPolicy(options.retries, retries);
  return options.atMostOnce === true ? { ...retries, retries: 0 } : retries;
}
