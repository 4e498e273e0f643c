// One attempt from its first line to its end: the body, its timeout, its cancellation, and the steps it leaves behind.
//
//   R1. An attempt ends after the steps it started; sleeps that nobody needs any more are dropped.
//   R2. What was told to end is waited for, but not for ever: after its grace it is left behind, and the attempt is over.
//   R3. A failure that nobody awaited is the attempt's failure, if it had none.
import { bug } from "../internal/bug.ts";
import { runBody } from "./body.ts";
import type { Clock } from "./clock.ts";
import { entering } from "./entering.ts";
import { GRACE_MS, runAll, runMap, runRace } from "./combinators.ts";
import { StepTimeoutError, UnexpectedError } from "./errors.ts";
import { startSteps } from "./step-start.ts";
import { toolsAt } from "./step-tools.ts";
import type { Cancellation } from "./step-phase.ts";
import type { Attempt } from "./step-tree.ts";

/** How an attempt ended. */
export type AttemptEnd =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly thrown: unknown }
  | { readonly kind: "timedOut"; readonly error: StepTimeoutError }
  | { readonly kind: "cancelled" };

/** However its leftovers behave, a cancelled attempt is over by then: the time that cleanup has. */
export const LONGEST_CLEANUP_MS = 30_000;

/** How long an attempt may take, and who tells when that time is over. */
export interface AttemptLimit {
  readonly timeoutMs: number;
  /** Returns what stops it. */
  readonly begin: (onOver: () => void) => () => void;
}

/** Enters the body of the attempt's step. */
export function enterBody(clock: Clock, attempt: Attempt, limit?: AttemptLimit): Promise<AttemptEnd> {
  return runAttempt(clock, attempt, () => entering(attempt.node, attempt.number, bodyOf, attempt), limit);
}

/** Runs code as an attempt's body to its end. Never rejects. */
export function runAttempt(
  clock: Clock,
  attempt: Attempt,
  call: () => Promise<unknown>,
  limit?: AttemptLimit,
): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    let timedOut: StepTimeoutError | undefined;
    const stops: (() => void)[] = [];
    const finish = (end: AttemptEnd): void => {
      for (const stop of stops) stop();
      attempt.end();
      resolve(timedOut !== undefined && end.kind === "cancelled" ? { kind: "timedOut", error: timedOut } : end);
    };
    // A constant first: V8 makes a function that is assigned where it stands in old space, and what it holds would stay there.
    const giveUpLater = ({ graceMs }: Cancellation): void => {
      const giveUp = (): void => finish({ kind: "cancelled" });
      stops.push(clock.timer(LONGEST_CLEANUP_MS, giveUp), whenQuiet(clock, attempt, graceMs, giveUp)); // R2
    };
    attempt.onCancel = giveUpLater;
    if (limit !== undefined) {
      stops.push(
        limit.begin(() => {
          if (attempt.phase !== "open") return;
          timedOut = StepTimeoutError.for(attempt.node, limit.timeoutMs);
          attempt.cancel({ reason: timedOut, graceMs: GRACE_MS });
          if (attempt.children.every((child) => child.hasEnded)) finish({ kind: "cancelled" });
        }),
      );
    }
    void toEnd(clock, attempt, call).then(finish);
  });
}

async function toEnd(clock: Clock, attempt: Attempt, call: () => Promise<unknown>): Promise<AttemptEnd> {
  let end: AttemptEnd;
  try {
    end = { kind: "returned", value: await call() };
  } catch (thrown) {
    end = { kind: "threw", thrown };
  }
  if (hasMoreToWaitFor(attempt)) await childrenEnded(clock, attempt);
  if (attempt.isCancelled) return { kind: "cancelled" };
  const forgotten = attempt.children.find((child) => child.phase === "failed" && !child.isAwaited);
  return forgotten !== undefined && end.kind === "returned"
    ? { kind: "threw", thrown: UnexpectedError.from(forgotten.error) }
    : end; // R3
}

function bodyOf(attempt: Attempt): Promise<unknown> {
  const { plan } = attempt.node;
  switch (plan.kind) {
    case "all":
      return runAll(attempt, plan);
    case "race":
      return runRace(attempt, plan);
    case "map":
      return runMap(attempt, plan);
    case "function":
      return runBody(attempt, () => plan.body(toolsAt(attempt), attempt));
    case "run":
      return runBody(attempt, () => (plan.input.length > 0 ? plan.body(...plan.input) : plan.body(toolsAt(attempt))));
    default:
      return bug(`a ${plan.kind} has no body`);
  }
}

function hasMoreToWaitFor(attempt: Attempt): boolean {
  startSteps(attempt);
  return attempt.openSteps > 0 || attempt.lingering.length > 0;
}

/** R1 */
async function childrenEnded(clock: Clock, attempt: Attempt): Promise<void> {
  for (let hasWaited = false; ;) {
    startSteps(attempt);
    const open = [...attempt.children, ...attempt.lingering].filter((child) => !child.hasEnded);
    if (attempt.node.plan.kind === "race") return; // its losers are the outer attempt's to wait for
    const running = open.filter((child) => child.phase !== "sleeping");
    if (running.length === 0) for (const child of open) child.discard(); // nobody is left who could need them
    if (running.length > 0) {
      await Promise.allSettled(running.map((child) => child.outcome()));
      hasWaited = true;
    } else if (hasWaited) {
      // Code that awaited one of them goes on now, and may create another.
      await new Promise<void>((resolve) => clock.turn(resolve));
      hasWaited = false;
    } else return;
  }
}

/** Calls when, after a grace, nothing below is in its own grace any more. */
function whenQuiet(clock: Clock, attempt: Attempt, graceMs: number, call: () => void): () => void {
  let stop: () => void;
  const wait = (): void => {
    stop = clock.timer(graceMs, () => (attempt.children.every((child) => child.hasEnded) ? call() : wait()));
  };
  wait();
  return () => stop();
}
