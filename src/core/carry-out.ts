// Carries one step out: its attempts, its retries, its chain, and what the engine keeps of it.
//
// Owns: the order of these. Does not own: how a body is driven (body.ts), what the links mean (chain-outcome.ts), what is kept (the engine).
// Called by: the run, for each step that starts.
//   O1. The outcome is recorded first, then observers hear of it, then code sees it.
//   O2. A body is entered again only by the retry policy; a handler is run once, after the last attempt.
//   O3. An attempt that is over records nothing: what its leftovers still do is nobody's outcome.
import { enterBody, runAttempt, type AttemptLimit } from "./attempt-run.ts";
import { chainFailure, chainValue, type HandlerEnd } from "./chain-outcome.ts";
import type { Clock } from "./clock.ts";
import { durationToMs, instantToMs } from "./duration.ts";
import type { Engine, Recalled } from "./engine.ts";
import { CancelledError, StepInterruptedError, UnexpectedError } from "./errors.ts";
import type { Randomness } from "./ids.ts";
import type { StepAudience } from "./step-audience.ts";
import type { Outcome } from "./outcome.ts";
import { resolveRetryPolicy, retryDelayMs, type ResolvedRetryPolicy } from "./retry.ts";
import { runBody } from "./body.ts";
import type { Handler } from "./step-chain.ts";
import { markFailure, readFailure, withCause, type Failure } from "./step-failure.ts";
import { toolsOf } from "./step-tools.ts";
import { Attempt, type StepNode } from "./step-tree.ts";
import { never } from "../internal/never.ts";

/** What carrying out a step takes besides the step. */
export interface Carrier {
  readonly engine: Engine;
  readonly audience: StepAudience;
  readonly clock: Clock;
  readonly random: Randomness;
  /** Of the function, for steps that say nothing of their own. */
  readonly retries: ResolvedRetryPolicy;
}

/** How a body ended, all its attempts together. */
type BodyEnd =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "failure"; readonly error: unknown }
  | { readonly kind: "cancelled" };

const CANCELLED: Outcome = { status: "cancelled" };

/** Settles with what code is to see of the step: its value, or the error that it failed with. */
export async function carryOut(carrier: Carrier, node: StepNode): Promise<unknown> {
  try {
    return await carriedOut(carrier, node);
  } catch (thrown) {
    if (node.hasEnded) throw thrown;
    // Nothing may be left running of which nobody hears any more: whoever waits for it would wait for ever.
    await carrier.engine.putAside(node, thrown);
    if (node.phase === "retrying") node.moveTo("running");
    return give(carrier, node, { status: "failed", error: UnexpectedError.from(thrown) });
  }
}

async function carriedOut(carrier: Carrier, node: StepNode): Promise<unknown> {
  const { engine, audience, clock } = carrier;
  node.startedMs = clock.elapsed();
  if (node.plan.kind === "fail") return give(carrier, node, await raised(carrier, node, node.plan.error));
  const recalled = engine.recall(node);
  if (recalled?.kind === "ended") {
    node.isReplayed = true;
    return give(carrier, node, await recalled.outcome);
  }
  if (recalled?.kind === "walked") return give(carrier, node, await walked(carrier, node, recalled));
  const reached = await outcomeOf(carrier, node, recalled);
  const isOver = reached.status === "cancelled" || node.home?.phase === "ended"; // O3
  const outcome = isOver ? CANCELLED : await engine.record(node, reached); // O1
  endStep(carrier, node, outcome);
  if (outcome.status === "cancelled") engine.noteCancelled(node);
  audience.stepEnded(node);
  if (node.isDiscarded) return never();
  if (outcome.status !== "cancelled") await engine.turnOf(node);
  return valueOf(node, outcome);
}

/** Enters a body for the classes that it names; what it makes of its recorded substeps is known already. */
async function walked({ clock }: Carrier, node: StepNode, recalled: Recalled & { kind: "walked" }): Promise<Outcome> {
  node.isReplayed = true;
  const attempt = new Attempt(node, 1);
  node.attempt = attempt;
  node.countActivity();
  await Promise.race([enterBody(clock, attempt), recalled.stopped]);
  attempt.end();
  return recalled.outcome();
}

async function outcomeOf(carrier: Carrier, node: StepNode, recalled: Recalled | undefined): Promise<Outcome> {
  if (recalled !== undefined && "turn" in recalled && (await recalled.turn) === "cancelled") return CANCELLED;
  if (recalled === undefined || recalled.kind === "held") carrier.audience.stepStarted(node);
  if (node.plan.kind === "sleep" || node.plan.kind === "sleepUntil") return slept(carrier, node, recalled);
  const bodyEnd = admitted(carrier, node, await bodyEndOf(carrier, node, recalled));
  if (bodyEnd.kind === "cancelled") return CANCELLED;
  if (bodyEnd.kind === "value") return chainValue(node.chain, bodyEnd.value);
  markFailure(node, bodyEnd.error);
  return handled(carrier, node, bodyEnd.error, recalled?.kind === "settled" ? recalled.steps : undefined);
}

/** A value that the engine cannot keep is a failure of the step, for its chain to handle as any other. */
function admitted({ engine }: Carrier, node: StepNode, bodyEnd: BodyEnd): BodyEnd {
  const refused = bodyEnd.kind === "value" ? engine.admit(node, bodyEnd.value) : undefined;
  return refused === undefined ? bodyEnd : { kind: "failure", error: UnexpectedError.from(refused) };
}

async function bodyEndOf(carrier: Carrier, node: StepNode, recalled: Recalled | undefined): Promise<BodyEnd> {
  if (recalled?.kind === "settled") {
    node.attempts = recalled.attempts;
    return { kind: "failure", error: recalled.error };
  }
  if (recalled?.kind === "interrupted") return { kind: "failure", error: StepInterruptedError.for(node) }; // typed, as a timeout is
  try {
    return await attempted(carrier, node, recalled, policyOf(carrier, node));
  } catch (thrown) {
    return { kind: "failure", error: UnexpectedError.from(thrown) }; // an option that makes no sense
  }
}

/** O2: attempts until one returns, or none may follow. */
async function attempted(
  carrier: Carrier,
  node: StepNode,
  recalled: Recalled | undefined,
  policy: ResolvedRetryPolicy,
): Promise<BodyEnd> {
  const { engine, clock } = carrier;
  node.retries = policy.retries;
  const limit = limitOf(carrier, node);
  let number = recalled !== undefined && "attempt" in recalled ? recalled.attempt : 1;
  if (recalled?.kind === "retrying") {
    node.moveTo("retrying");
    if ((await engine.resume(node, recalled.dueMs)) === "cancelled") return { kind: "cancelled" };
    node.moveTo("running");
  }
  for (; ; number++) {
    const attempt = new Attempt(node, number);
    node.attempt = attempt;
    node.countActivity();
    node.attempts = number;
    if (node.plan.options.atMostOnce === true) await engine.markStarted(node);
    if (node.isStopped) return { kind: "cancelled" };
    const startedMs = clock.elapsed();
    const attemptEnd = await enterBody(clock, attempt, limit);
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

async function slept(carrier: Carrier, node: StepNode, recalled: Recalled | undefined): Promise<Outcome> {
  const { engine, clock } = carrier;
  const { plan } = node;
  try {
    const askedMs =
      plan.kind === "sleep"
        ? clock.now() + durationToMs(plan.duration)
        : plan.kind === "sleepUntil"
          ? instantToMs(plan.time)
          : 0;
    node.dueMs = recalled?.kind === "sleeping" ? recalled.dueMs : askedMs;
  } catch (unreadable) {
    return handled(carrier, node, UnexpectedError.from(unreadable), undefined);
  }
  node.moveTo("sleeping");
  const end =
    recalled?.kind === "sleeping" ? await engine.resume(node, node.dueMs) : await engine.sleep(node, node.dueMs);
  return end === "cancelled" ? CANCELLED : chainValue(node.chain, undefined);
}

function raised(carrier: Carrier, node: StepNode, error: unknown): Outcome | Promise<Outcome> {
  node.home?.arrives(error);
  return node.chain.length === 0 ? { status: "failed", error } : handled(carrier, node, error, undefined);
}

/** Applies the chain to a failure. Its handlers are attempts of their own, numbered on behind the body's steps. */
function handled(carrier: Carrier, node: StepNode, error: unknown, knownSteps: number | undefined): Promise<Outcome> {
  let handlers: Attempt | undefined;
  const runHandler = async (handler: Handler, failure: unknown): Promise<HandlerEnd> => {
    const kept = handlers === undefined ? await carrier.engine.settle(node, error) : error;
    if (node.isStopped) return "cancelled";
    const seen = failure === error ? kept : failure;
    const attempt = new Attempt(
      node,
      Math.max(1, node.attempts),
      handlers ?? { stepCount: knownSteps ?? node.attempt?.stepCount ?? 0 },
    );
    handlers = attempt;
    node.attempt = attempt;
    node.countActivity();
    const attemptEnd = await runAttempt(carrier.clock, attempt, () =>
      runBody(attempt, () => handler(seen, toolsOf(attempt))),
    );
    if (attemptEnd.kind === "cancelled") return "cancelled";
    if (attemptEnd.kind !== "threw" || attemptEnd.thrown === seen) return { replaced: false };
    return { replaced: true, error: replacement(attempt, attemptEnd.thrown, failure) };
  };
  return chainFailure(node.chain, error, runHandler);
}

/** What a handler raised instead: typed if it was raised, unexpected if it was thrown; the old failure stays as its cause. */
function replacement(handler: Attempt, thrown: unknown, replaced: unknown): unknown {
  const error = withCause(thrown, replaced);
  return handler.hasArrived(error) ? error : UnexpectedError.from(error);
}

function give(carrier: Carrier, node: StepNode, outcome: Outcome): unknown {
  endStep(carrier, node, outcome);
  return valueOf(node, outcome);
}

function endStep({ clock }: Carrier, node: StepNode, outcome: Outcome): void {
  node.endedMs = clock.elapsed();
  if (outcome.status === "failed" || outcome.status === "recovered") node.error = outcome.error;
  if (outcome.status === "failed") markFailure(node, outcome.error);
  node.moveTo(outcome.status);
}

function valueOf(node: StepNode, outcome: Outcome): unknown {
  switch (outcome.status) {
    case "completed":
    case "recovered":
      return outcome.value;
    case "failed":
      throw outcome.error;
    case "cancelled":
      throw node.cancelReason instanceof CancelledError
        ? node.cancelReason
        : new CancelledError({ cause: node.cancelReason });
  }
}
