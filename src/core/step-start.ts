// From a call to a step that runs: creation, adoption, and the start in the order of creation.
import { CancelledError, InvalidStepError, ParentEndedError, placeOf } from "./errors.ts";
import type { StepPlan } from "./step-plan.ts";
import { StepNode, type Attempt } from "./step-tree.ts";

/** Creates a step of `home`'s body. It starts when asked for, else in the next microtask: never is it silently dropped. */
export function createStep(home: Attempt, plan: StepPlan): StepNode {
  const { run } = home;
  const node = new StepNode(run, plan, home);
  if (run.isDropped) return node;
  if (home.node.plan.options.atMostOnce === true && !home.isHandler)
    throw InvalidStepError.for(
      `"${plan.name}" was not created: the body of ${placeOf(home.node)} runs at most once, and has no substeps`,
    );
  if (home.node.plan.kind === "transaction" && !home.isHandler)
    throw InvalidStepError.for(
      `"${plan.name}" was not created: the body of ${placeOf(home.node)} is a transaction, and has no steps. Run them before or behind it`,
    );
  if (home.phase === "ended") node.refuse(ParentEndedError.for(plan.name, home.node));
  else if (home.phase === "cancelled") node.refuse(new CancelledError());
  else {
    home.unstarted.push(node);
    if (!home.isDriving && home.unstarted.length === 1) startSoon(home);
  }
  return node;
}

/** Starts all that `home`'s body has created so far, in the order of creation, so that numbers do not depend on who awaits first. */
export function startSteps(home: Attempt): void {
  if (!home.hasUnstarted) return;
  const { unstarted } = home;
  if (unstarted.length === 1) startStep(unstarted.pop()!);
  else for (const node of unstarted.splice(0)) startStep(node);
}

/** Starts one step in its home. */
export function startStep(node: StepNode): void {
  const { run } = node;
  if (run.isDropped) return;
  if (run.quick.admits(node)) return run.quick.start(node);
  node.takePlace();
  node.moveTo("running");
  node.settleWith(run.carryOut(node));
}

/** Takes steps that have not started over as branches of `owner`: they start when it does, as its children. */
export function adoptSteps(owner: StepNode, nodes: readonly StepNode[]): void {
  const taken = nodes.filter((node) => node.phase === "created");
  for (const node of taken) node.moveTo("adopted");
  const homes = new Set(taken.map((node) => node.home!));
  for (const home of homes) home.unstarted = home.unstarted.filter((node) => node.phase !== "adopted");
  owner.extras.adopted = taken;
  if (owner.phase === "cancelled") for (const node of taken) node.refuse(new CancelledError());
}

const NOW = Promise.resolve();

// Two microtasks: an `await` on the step itself is noticed after one, and decides which view of its chain is meant.
// By promises, one of which does nothing: that costs half of what two callbacks or the platform's `queueMicrotask` do.
function startSoon(home: Attempt): void {
  void NOW.then(undefined).then(() => startSteps(home));
}
