// The steps of a run that wait, and until when.
//
// Owns: which these are. Does not own: the waits themselves (core/step-wait, arrival-waits).
// Called by: durable-engine.
import type { StepNode } from "../core/step-tree.ts";
import type { SuspendedStatus } from "./store.ts";

export class OpenWaits {
  readonly #dueMs = new Map<StepNode, number>();

  get isEmpty(): boolean {
    return this.#dueMs.size === 0;
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

  begin(node: StepNode, dueMs: number): void {
    this.#dueMs.set(node, dueMs);
  }
  end(node: StepNode): void {
    this.#dueMs.delete(node);
  }
  /** Ends them all, and nobody hears of it. */
  drop(): void {
    for (const node of this.#dueMs.keys()) node.discard();
    this.#dueMs.clear();
  }
}
