// Carries out what waits for something to come: an event, a signal, the end of a run that it starts.
//
//   Y1. A run that is invoked is started once: by the time that its end is waited for, that is recorded.
//   Y2. When the wait for it is cancelled, the run is; when the time for it is over, it goes on alone.
import type { Arrived, Awaited } from "./awaited.ts";
import type { BodyEnd } from "./attempts.ts";
import type { Carrier } from "./carrier.ts";
import { durationToMs } from "./duration.ts";
import type { Recalled } from "./engine.ts";
import { CancelledError, StepTimeoutError, UnexpectedError } from "./errors.ts";
import type { AwaitingPlan } from "./step-plan.ts";
import type { StepNode } from "./step-tree.ts";

/** Whether a step of this kind waits for something to come. */
export function isAwaiting({ plan }: StepNode): boolean {
  return plan.kind === "waitForEvent" || plan.kind === "waitForSignal" || plan.kind === "invoke";
}

/** How such a step's wait ends. `started`: the run that was started for it. */
export async function waited(
  { engine, clock, post }: Carrier,
  node: StepNode,
  recalled: Recalled | undefined,
  started?: string,
): Promise<BodyEnd> {
  const plan = node.plan as AwaitingPlan;
  const runId = recalled?.kind === "waiting" ? recalled.runId : started;
  if (recalled?.kind === "waiting") node.attempts = recalled.attempts;
  const refused = plan.kind !== "invoke" && plan.match !== undefined ? engine.admit(node, plan.match) : undefined;
  if (refused !== undefined) return { kind: "failure", error: UnexpectedError.from(refused) };
  let dueMs: number | null;
  try {
    const askedMs = plan.timeout === undefined ? null : clock.now() + durationToMs(plan.timeout);
    dueMs = recalled?.kind === "waiting" ? recalled.dueMs : askedMs;
  } catch (unreadable) {
    return { kind: "failure", error: UnexpectedError.from(unreadable) };
  }
  if (dueMs !== null) node.extras.dueMs = dueMs;
  node.moveTo("waiting");
  const arrived = await engine.awaitArrival(node, awaitedBy(plan, runId), dueMs);
  if (arrived === "cancelled") {
    if (runId !== undefined) post?.cancel(runId); // Y2
    return { kind: "cancelled" };
  }
  if (arrived.kind !== "nothing") node.extras.source = arrived.source;
  return endOf(node, plan, arrived);
}

function awaitedBy(plan: AwaitingPlan, runId: string | undefined): Awaited {
  return plan.kind === "invoke"
    ? { kind: "run", runId: runId ?? "" }
    : { kind: "event", event: plan.event, match: plan.match };
}

function endOf(node: StepNode, plan: AwaitingPlan, arrived: Arrived): BodyEnd {
  switch (arrived.kind) {
    case "event":
      return { kind: "value", value: plan.kind === "waitForSignal" ? arrived.event.data.data : arrived.event };
    case "run":
      return runEnd(arrived.outcome);
    case "nothing":
      return plan.kind === "invoke"
        ? { kind: "failure", error: StepTimeoutError.for(node, durationToMs(plan.timeout!)) }
        : { kind: "value", value: null };
  }
}

function runEnd(outcome: (Arrived & { kind: "run" })["outcome"]): BodyEnd {
  switch (outcome.status) {
    case "completed":
    case "recovered":
      return { kind: "value", value: outcome.value };
    case "failed":
      return { kind: "failure", error: outcome.error };
    case "cancelled":
      return { kind: "failure", error: UnexpectedError.from(new CancelledError({ message: "the run was cancelled" })) };
  }
}
