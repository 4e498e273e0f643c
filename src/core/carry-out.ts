// Carries one step out: its attempts, its retries, its chain, and what the engine keeps of it.
//
// Owns: the order of these. Does not own: how often a body is entered (attempts.ts), what the links mean (chain-outcome.ts), what is
// kept (the engine). Called by: the run, for each step that starts and does not take the quick lane (quick-lane.ts).
//   O1. The outcome is recorded first, then observers hear of it, then code sees it.
//   O2. A handler is run once, after the last attempt.
//   O3. An attempt that is over records nothing: what its leftovers still do is nobody's outcome.
import { enterBody } from "./attempt-run.ts";
import { bodyEndOf, type Begun, type BodyEnd } from "./attempts.ts";
import type { Carrier } from "./carrier.ts";
import { chainFailure, chainValue } from "./chain-outcome.ts";
import { durationToMs, instantToMs } from "./duration.ts";
import type { Recalled } from "./engine.ts";
import { CancelledError, UnexpectedError } from "./errors.ts";
import type { Outcome } from "./outcome.ts";
import { markFailure } from "./failure-mark.ts";
import { Handlers } from "./handlers.ts";
import { forgetBody } from "./step-plan.ts";
import { Attempt, type StepNode } from "./step-tree.ts";
import { isAwaiting, waited } from "./waiting.ts";
import { never } from "../internal/never.ts";

const CANCELLED: Outcome = { status: "cancelled" };
const OLD: Outcome = { status: "completed", value: false };

/** Settles with what code is to see of the step: its value, or the error that it failed with. */
export function carryOut(carrier: Carrier, node: StepNode): Promise<unknown> {
  return toEnd(carrier, node, carriedOut, undefined);
}

/** The same for a step whose body was entered elsewhere, and has not got substeps, handlers or retries by itself: `given` is what it gave. */
export function carryOn(carrier: Carrier, node: StepNode, given: unknown): Promise<unknown> {
  return toEnd(carrier, node, carriedOn, given);
}

/** The same for a step whose body has ended: with its outcome, or while its chain is still at work on it. */
export async function carryEnd(
  carrier: Carrier,
  node: StepNode,
  outcome: Outcome | Promise<Outcome>,
): Promise<unknown> {
  try {
    return await recorded(carrier, node, outcome);
  } catch (thrown) {
    return brokenOff(carrier, node, thrown);
  }
}

async function toEnd<Given>(
  carrier: Carrier,
  node: StepNode,
  work: (carrier: Carrier, node: StepNode, given: Given) => Promise<unknown>,
  given: Given,
): Promise<unknown> {
  try {
    return await work(carrier, node, given);
  } catch (thrown) {
    return brokenOff(carrier, node, thrown);
  }
}

/** Nothing may be left running of which nobody hears any more: whoever waits for it would wait for ever. */
async function brokenOff({ engine }: Carrier, node: StepNode, thrown: unknown): Promise<unknown> {
  if (node.hasEnded) throw thrown;
  await engine.putAside(node, thrown);
  if (node.phase === "retrying") node.moveTo("running");
  return give(node, { status: "failed", error: UnexpectedError.from(thrown) });
}

async function carriedOut(carrier: Carrier, node: StepNode): Promise<unknown> {
  const { engine } = carrier;
  node.startedUs = node.run.nowUs();
  if (node.plan.kind === "fail") return give(node, await raised(carrier, node, node.plan.error));
  const recalled = engine.recall(node);
  if (recalled?.kind === "ended") {
    node.extras.isReplayed = true;
    return give(node, await recalled.outcome);
  }
  if (recalled?.kind === "walked") return give(node, await walked(carrier, node, recalled));
  if (node.plan.kind === "patched") {
    const isNew = recalled?.kind !== "old";
    return give(node, isNew ? await engine.record(node, { status: "completed", value: true }) : OLD);
  }
  return recorded(carrier, node, outcomeOf(carrier, node, recalled));
}

async function carriedOn(carrier: Carrier, node: StepNode, given: unknown): Promise<unknown> {
  return recorded(carrier, node, await outcomeOf(carrier, node, undefined, { given }));
}

/** O1, O3 */
async function recorded(
  { engine, audience }: Carrier,
  node: StepNode,
  ending: Outcome | Promise<Outcome>,
): Promise<unknown> {
  const reached = ending instanceof Promise ? await ending : ending;
  const isOver = reached.status === "cancelled" || node.home?.phase === "ended";
  const outcome = isOver ? CANCELLED : await engine.record(node, reached);
  endStep(node, outcome);
  if (outcome.status === "cancelled") engine.noteCancelled(node);
  audience.stepEnded(node);
  if (node.special.isDiscarded) return never();
  const turn = outcome.status === "cancelled" ? undefined : engine.turnOf(node);
  if (turn !== undefined) await turn;
  return valueOf(node, outcome);
}

/** Enters a body for the classes that it names; what it makes of its recorded substeps is known already. */
async function walked({ clock }: Carrier, node: StepNode, recalled: Recalled & { kind: "walked" }): Promise<Outcome> {
  node.extras.isReplayed = true;
  const attempt = new Attempt(node, 1);
  node.attempt = attempt;
  node.countActivity();
  await Promise.race([enterBody(clock, attempt), recalled.stopped]);
  attempt.end();
  return recalled.outcome();
}

async function outcomeOf(
  carrier: Carrier,
  node: StepNode,
  recalled: Recalled | undefined,
  begun?: Begun,
): Promise<Outcome> {
  if (recalled !== undefined && "turn" in recalled && (await recalled.turn) === "cancelled") return CANCELLED;
  const isNews = begun === undefined && (recalled === undefined || recalled.kind === "held");
  if (isNews) carrier.audience.stepStarted(node);
  if (node.plan.kind === "sleep" || node.plan.kind === "sleepUntil") return slept(carrier, node, recalled);
  const bodyEnd = admitted(carrier, node, await endOfBody(carrier, node, recalled, begun));
  if (bodyEnd.kind === "cancelled") return CANCELLED;
  if (bodyEnd.kind === "value") return { status: "completed", value: chainValue(node.chain, bodyEnd.value) };
  markFailure(node, bodyEnd.error);
  return handled(carrier, node, bodyEnd.error, recalled?.kind === "settled" ? recalled.steps : undefined);
}

function endOfBody(
  carrier: Carrier,
  node: StepNode,
  recalled: Recalled | undefined,
  begun: Begun | undefined,
): Promise<BodyEnd> {
  if (recalled?.kind === "waiting" || (isAwaiting(node) && node.plan.kind !== "invoke"))
    return waited(carrier, node, recalled);
  const bodyEnd = bodyEndOf(carrier, node, recalled, begun);
  if (node.plan.kind !== "invoke") return bodyEnd;
  return bodyEnd.then((end) => (end.kind === "value" ? waited(carrier, node, recalled, end.value as string) : end));
}

/** A value that the engine cannot keep is a failure of the step, for its chain to handle as any other. */
function admitted({ engine }: Carrier, node: StepNode, bodyEnd: BodyEnd): BodyEnd {
  const refused = bodyEnd.kind === "value" ? engine.admit(node, bodyEnd.value) : undefined;
  return refused === undefined ? bodyEnd : { kind: "failure", error: UnexpectedError.from(refused) };
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
    node.extras.dueMs = recalled?.kind === "sleeping" ? recalled.dueMs : askedMs;
  } catch (unreadable) {
    return handled(carrier, node, UnexpectedError.from(unreadable), undefined);
  }
  node.moveTo("sleeping");
  const end =
    recalled?.kind === "sleeping"
      ? await engine.resume(node, node.special.dueMs!)
      : await engine.sleep(node, node.special.dueMs!);
  return end === "cancelled" ? CANCELLED : { status: "completed", value: chainValue(node.chain, undefined) };
}

function raised(carrier: Carrier, node: StepNode, error: unknown): Outcome | Promise<Outcome> {
  node.home?.arrives(error);
  return node.chain.length === 0 ? { status: "failed", error } : handled(carrier, node, error, undefined);
}

/** Applies the chain to a failure. */
function handled(
  carrier: Carrier,
  node: StepNode,
  error: unknown,
  knownSteps: number | undefined,
): Outcome | Promise<Outcome> {
  const handlers = new Handlers(carrier, node, error, { knownSteps });
  return chainFailure(node.chain, error, (handler, failure) => handlers.run(handler, failure));
}

function give(node: StepNode, outcome: Outcome): unknown {
  endStep(node, outcome);
  return valueOf(node, outcome);
}

function endStep(node: StepNode, outcome: Outcome): void {
  node.endedUs = node.run.nowUs();
  if (outcome.status === "failed" || outcome.status === "recovered") node.error = outcome.error;
  if (outcome.status === "failed") markFailure(node, outcome.error);
  node.moveTo(outcome.status);
  if (outcome.status !== "cancelled") forgetBody(node.plan); // a note of what was cancelled may still be made
}

function valueOf(node: StepNode, outcome: Outcome): unknown {
  switch (outcome.status) {
    case "completed":
    case "recovered":
      return outcome.value;
    case "failed":
      throw outcome.error;
    case "cancelled":
      throw node.special.cancelReason instanceof CancelledError
        ? node.special.cancelReason
        : new CancelledError({ cause: node.special.cancelReason });
  }
}
