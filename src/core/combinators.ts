// The bodies of `all`, `map` and `race`: branches are children, and parents of their own, so that names never mix.
//
//   C1. Branches take their places in the order written, whichever is faster.
//   C2. The first failure, in the order of delivery, is the one that leaves; the other branches are told and have ended by then.
//   C3. A race ends with its first branch. The losers are told; the attempt around the race waits for them.
import { CancelledError, InvalidStepError } from "./errors.ts";
import { planBody, type BranchesPlan, type BranchPlan, type MapPlan } from "./step-plan.ts";
import { startStep } from "./step-start.ts";
import type { Cancellation } from "./step-phase.ts";
import { StepNode, type Attempt } from "./step-tree.ts";
import { StepView } from "./step-view.ts";

/** How long a body that was told to end by its signal is waited for. */
export const GRACE_MS = 5_000;

export async function runAll(attempt: Attempt, plan: BranchesPlan): Promise<unknown> {
  const nodes = branchNodes(attempt, plan);
  const values = await valuesOf(attempt, [...nodes]);
  return plan.isRecord ? Object.fromEntries(plan.branches.map(({ name }, place) => [name, values[place]])) : values;
}

export async function runRace(attempt: Attempt, plan: BranchesPlan): Promise<unknown> {
  const nodes = branchNodes(attempt, plan);
  let winner: StepNode | undefined;
  const won = (node: StepNode): void => {
    winner ??= node;
    if (winner === node) node.extras.isWinner = true;
  };
  try {
    return await Promise.race(nodes.map((node) => awaited(node).finally(() => won(node))));
  } catch (error) {
    attempt.arrives(error);
    throw error;
  } finally {
    cancelOpen(nodes);
    attempt.node.home?.lingering.push(...nodes.filter((node) => !node.hasEnded)); // C3
  }
}

export async function runMap(attempt: Attempt, plan: MapPlan): Promise<unknown> {
  const { items, body } = plan;
  const names = items.map((item, index) => itemName(plan, item, index));
  const nodes: StepNode[] = [];
  attempt.node.extras.branches = nodes;
  const startNext = (): void => {
    const index = nodes.length;
    const item = items[index];
    const node = new StepNode(
      attempt.node.run,
      planBody(names[index]!, (step) => body(item, step, index)),
      attempt,
    );
    nodes.push(node);
    startStep(node);
  };
  const width = Math.min(items.length, plan.map.concurrency ?? items.length);
  while (nodes.length < width) startNext();
  return valuesOf(attempt, nodes, items.length, startNext);
}

function itemName({ map }: MapPlan, item: unknown, index: number): string {
  const key: unknown = map.key?.(item, index) ?? "item";
  if (typeof key !== "string" || key === "")
    throw InvalidStepError.for("the key of step.map gives a text for each item, and not an empty one");
  return key;
}

/** The values of all branches; C2 when one fails. With `startNext`, each one that ends makes room for another. */
async function valuesOf(
  attempt: Attempt,
  nodes: StepNode[],
  count = nodes.length,
  startNext?: () => void,
): Promise<unknown[]> {
  const values: unknown[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      let ended = 0;
      const watch = (place: number): void => {
        awaited(nodes[place]!).then((value) => {
          values[place] = value;
          if (++ended === count) return resolve();
          if (startNext !== undefined && nodes.length < count && attempt.phase === "open") {
            startNext();
            watch(nodes.length - 1);
          }
        }, reject);
      };
      if (count === 0) resolve();
      for (let place = 0; place < nodes.length; place++) watch(place);
    });
    return values;
  } catch (error) {
    attempt.arrives(error);
    cancelOpen(nodes);
    await Promise.allSettled(nodes.map((node) => node.outcome()));
    throw error;
  }
}

/** C1. A step that had started before it became a branch keeps its own place. */
function branchNodes(attempt: Attempt, plan: BranchesPlan): readonly StepNode[] {
  const nodes = plan.branches.map((branch) => branchNode(attempt, branch));
  attempt.node.extras.branches = nodes;
  for (const node of nodes) if (node.phase === "created" || node.phase === "adopted") startStep(node);
  return nodes;
}

function branchNode(attempt: Attempt, { name, isNamed, branch }: BranchPlan): StepNode {
  if (branch instanceof StepView) {
    const node = StepView.choose(branch);
    if (node.phase === "adopted") node.home = attempt;
    return node;
  }
  const body = typeof branch === "function" ? (branch as (step: unknown) => unknown) : () => branch;
  return new StepNode(attempt.node.run, planBody(name, body, isNamed), attempt);
}

function awaited(node: StepNode): Promise<unknown> {
  node.demand = "awaited";
  return node.outcome();
}

function cancelOpen(nodes: readonly StepNode[]): void {
  const cancellation: Cancellation = { reason: new CancelledError(), graceMs: GRACE_MS };
  for (const node of nodes) node.cancel(cancellation);
}
