// Bodies that are entered again for the classes that they name.
//
// A recorded failure is revived as its class. A tagged class is known by its tag; an untagged one only once some step has named
// it, and the body that names it is not entered again on replay. Such a body is walked: its substeps hand out what they
// recorded, and nothing in it runs.
//
// Owns: which bodies are being walked. Does not own: how they are entered (core/carry-out).
// Called by: durable-engine.
import type { StepNode } from "../core/step-tree.ts";

export class ClassWalks {
  /** Made for the first: few runs have one. */
  #stops: Map<StepNode, () => void> | undefined;

  /** Settles when the walk has come to something that was not recorded. */
  begin(node: StepNode): Promise<void> {
    const stops = (this.#stops ??= new Map());
    return new Promise((resolve) => stops.set(node, resolve));
  }

  get isEmpty(): boolean {
    return this.#stops === undefined;
  }
  /** Whether a step that has no outcome lies in a walked body. The walk is over then. */
  stopAround(node: StepNode): boolean {
    if (this.#stops === undefined) return false;
    for (let outer = node.parent; outer !== undefined; outer = outer.parent) {
      const stop = this.#stops.get(outer);
      if (stop === undefined) continue;
      stop();
      return true;
    }
    return false;
  }
}
