// The steps of a run that wait, and until when.
//
// Owns: which these are. Does not own: the waits themselves (core/step-wait, arrival-waits).
// Called by: durable-engine.
import type { StepNode } from "../core/step-tree.ts";
import type { SuspendedStatus } from "./store.ts";

export class OpenWaits {
  /** Made for the first: most runs wait for nothing. */
  #waiting: Map<StepNode, number> | undefined;

  get isEmpty(): boolean {
    return this.#waiting === undefined || this.#waiting.size === 0;
  }
  get keys(): readonly string[] {
    return [...this.#dueMs.keys()].map(({ key }) => key);
  }
  /** What their run does meanwhile. */
  get status(): SuspendedStatus {
    const phases = new Set([...this.#dueMs.keys()].map(({ phase }) => phase));
    return phases.has("waiting") ? "waiting" : phases.has("sleeping") ? "sleeping" : "retrying";
  }
  /** The first of them; none has an end: infinity. */
  get firstDueMs(): number {
    return Math.min(...this.#dueMs.values());
  }

  get #dueMs(): Map<StepNode, number> {
    this.#waiting ??= new Map();
    return this.#waiting;
  }

  begin(node: StepNode, dueMs: number): void {
    this.#dueMs.set(node, dueMs);
  }
  end(node: StepNode): void {
    this.#dueMs.delete(node);
  }
  /** Ends them all, and nobody hears of it. */
  drop(): void {
    if (this.#waiting === undefined) return;
    for (const node of this.#waiting.keys()) node.discard();
    this.#waiting.clear();
  }
}
