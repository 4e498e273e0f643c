// Watches for steps that a replay could not tell apart, and warns the developer.
//
// Owns: whether this turn of the event loop follows from the run itself. Does not own: the steps.
// Called by: outcome-turns.
//
// Two steps of one name in one body are told apart by the order in which they are created. That order is the same on replay
// where it follows from the steps' own outcomes, and only there: behind a foreign `await`, it is the outside world's.
import { warnOnce } from "../core/warning.ts";
import type { StepNode } from "../core/step-tree.ts";

export class NameWatch {
  #isInTurn = false;

  /** What happens in this turn of the event loop follows from an outcome that is handed out now, or from the run's start. */
  beginTurn(): void {
    this.#isInTurn = true;
  }
  /** Another turn has come. */
  endTurn(): void {
    this.#isInTurn = false;
  }

  /** Looks at a step that starts. */
  look(node: StepNode): void {
    const { plan, home, run } = node;
    if (home === undefined) return;
    if (plan.kind === "run" && !plan.isNamed) {
      warnOnce(
        `unnamed ${run.functionId} ${plan.name}`,
        `a step of "${run.functionName}" has no name of its own and is known by its function's name, "${plan.name}". Minifiers rename functions: write step.run("${plan.name}", …)`,
      );
    }
    if (this.#isInTurn || node.run.busyBodies === 0 || home.node.special.branches !== undefined) return; // branches: in the order written
    const twin = home.children.some((other) => other !== node && !other.hasEnded && other.name === node.name);
    if (twin) {
      warnOnce(
        `twin ${run.functionId} ${plan.name}`,
        `two steps "${plan.name}" of "${run.functionName}" run at once, created behind an await that is no step: a replay may take one for the other. Use step.all or step.map, or give them ids`,
      );
    }
  }
}
