// Steps that had begun when the run was claimed, have no outcome, and that code has not asked for yet.
//
// Owns: which these are. Does not own: what follows where code does not ask for one (core/replay, durable-engine).
// Called by: durable-engine.
//   B1. Code that recorded nothing else since asks for all of them: they began behind outcomes that are handed out again.
//   B2. Not those that merely wait: what is not asked for of them is not waited for, and nothing is done twice.
//   B3. Not where a body may end in another way than by its outcomes: one that was told to end, that has a time limit, or that failed
//       of something else than a step.
import { ancestorKeys } from "../core/step-key.ts";
import type { StepNode } from "../core/step-tree.ts";

export class BegunSteps {
  readonly #keys: Set<string>;
  readonly #isMereWait: (key: string) => boolean;

  constructor(keys: Iterable<string>, isMereWait: (key: string) => boolean = () => false) {
    this.#keys = new Set(keys);
    this.#isMereWait = isMereWait;
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  /** Code asks for a step. Once it asks for a new one, no wait that had begun is ahead of it any more. */
  asked(key: string, isNew: boolean): void {
    this.#keys.delete(key);
    if (isNew) for (const begun of this.#keys) if (this.#isMereWait(begun)) this.#keys.delete(begun);
  }
  /** Whether code is still to come to a wait. */
  get hasWaitAhead(): boolean {
    return [...this.#keys].some(this.#isMereWait);
  }
  /** B3: nothing below the step is waited for any more. */
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
      if (this.#isMereWait(key)) return false; // B2
      const around = ancestorKeys(key);
      if (around.some((outer) => this.#keys.has(outer))) return false;
      const nearest = [...around, ""].find((outer) => asked.has(outer));
      return nearest === undefined || isBound(asked.get(nearest)!, hasLimit);
    });
  }
}

/** B3 */
function isBound(node: StepNode, hasLimit: (node: StepNode) => boolean): boolean {
  for (let outer: StepNode | undefined = node; outer !== undefined; outer = outer.parent)
    if (outer.isStopped || hasLimit(outer)) return false;
  return true;
}

function isBelow(key: string, ancestor: string): boolean {
  return ancestor === "" || key.startsWith(`${ancestor}/`);
}
