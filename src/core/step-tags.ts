// The tags of a step: those of the steps around it, then its own. Pure.
import type { StepNode } from "./step-tree.ts";

const NO_TAGS: readonly string[] = Object.freeze([]);

export function tagsOf(node: StepNode): readonly string[] {
  const inherited = node.parent === undefined ? NO_TAGS : tagsOf(node.parent);
  const own = node.plan.options.tags;
  return own === undefined ? inherited : [...inherited, ...own.filter((tag) => !inherited.includes(tag))];
}
