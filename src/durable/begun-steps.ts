// Steps that had begun when the run was claimed, have no outcome, and that code has not asked for yet.
//
// Owns: which these are. Does not own: what follows where code does not ask for one (core/replay, durable-engine).
// Called by: durable-engine.
//   B1. Code that recorded nothing else since asks for all of them: they began behind outcomes that are handed out again.
//   B2. Not where a body may end in another way than by its outcomes: one that was told to end, that has a time limit, or that failed
//       of something else than a step.
import { ancestorKeys } from "../core/step-key.ts";
import type { StepNode } from "../core/step-tree.ts";

export class BegunSteps {
  readonly #keys: Set<string>;

  constructor(keys: Iterable<string>) {
    this.#keys = new Set(keys);
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  /** Code asks for a step. */
  asked(key: string): void {
    this.#keys.delete(key);
  }
  /** B2: nothing below the step is waited for any more. */
  forgetBelow(key: string): void {
    if (!this.isEmpty) for (const begun of this.#keys) if (isBelow(begun, key)) this.#keys.delete(begun);
  }
  forgetAll(): void {
    this.#keys.clear();
  }

  /** The keys that the code does not ask for and has to, without those below one of them. `open` are the steps that it has asked for. */
  unasked(open: Iterable<StepNode>, hasLimit: (node: StepNode) => boolean): readonly string[] {
    if (this.isEmpty) return [];
    const asked = new Map([...open].map((node) => [node.key, node]));
    return [...this.#keys].filter((key) => {
      const around = ancestorKeys(key);
      if (around.some((outer) => this.#keys.has(outer))) return false;
      const nearest = [...around, ""].find((outer) => asked.has(outer));
      return nearest === undefined || isBound(asked.get(nearest)!, hasLimit);
    });
  }
}

/** B2 */
function isBound(node: StepNode, hasLimit: (node: StepNode) => boolean): boolean {
  for (let outer: StepNode | undefined = node; outer !== undefined; outer = outer.parent)
    if (outer.isStopped || hasLimit(outer)) return false;
  return true;
}

function isBelow(key: string, ancestor: string): boolean {
  return ancestor === "" || key.startsWith(`${ancestor}/`);
}
