// Steps that do nothing but wait for their turn: to begin, to be recorded, or for what they gave to be handed out.
//
// Owns: which these are. Does not own: whose turn it is (core/replay), how many steps are at work (core/run).
// Called by: durable-engine.
import type { StepNode } from "../core/step-tree.ts";

export class IdleSteps {
  readonly #places = new Set<{ readonly node: StepNode | undefined }>();

  get size(): number {
    return this.#places.size;
  }

  /** A step waits for its turn, or something that is no step. Returns what ends that. */
  begin(node: StepNode | undefined): () => void {
    const place = { node };
    this.#places.add(place);
    return () => void this.#places.delete(place);
  }

  /**
   * How many of the steps that count as at work are idle. One that has ended is not at work, but the one around it is, which waits
   * for its outcome and for nothing else.
   */
  countActive(): number {
    const active = new Set<StepNode>();
    for (const { node } of this.#places) {
      const idle = node?.special.isActive === true ? node : node?.parent;
      if (idle?.special.isActive === true) active.add(idle);
    }
    return active.size;
  }
}
