// Steps that do nothing but wait for their turn: to begin, to be recorded, or for what they gave to be handed out.
//
// Owns: which these are. Does not own: whose turn it is (core/replay), how many steps are at work (core/run).
// Called by: outcome-turns.
import type { StepNode } from "../core/step-tree.ts";

/** Somebody who waits: a step, or something that is none. */
export interface IdlePlace {
  readonly node: StepNode | undefined;
}

export class IdleSteps {
  /** Mostly one at a time. */
  readonly #places: IdlePlace[] = [];

  get size(): number {
    return this.#places.length;
  }

  begin(node: StepNode | undefined): IdlePlace {
    const place = { node };
    this.#places.push(place);
    return place;
  }
  end(place: IdlePlace): void {
    const at = this.#places.indexOf(place);
    const last = this.#places.pop()!;
    if (last !== place) this.#places[at] = last;
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
