// Which of the steps of one name in one body a step is, and the key that makes.
//
// Owns: how often each name has come. Does not own: the steps. Called by: step-tree.
//   N1. Steps are counted in the order in which they took their places, each once, and only when somebody asks: few ever do
//       where no engine keeps anything.
import { escapeName, childKey } from "./step-key.ts";

interface NamedStep {
  occurrence: number;
  readonly plan: {
    readonly kind: string;
    readonly name: string;
    readonly options: { readonly id?: string | undefined };
  };
}

interface Name {
  readonly given: string;
  readonly escaped: string;
  times: number;
}

export class NameCount {
  readonly #names: Map<string, Name>;
  #counted = 0;
  /** Often the next one, too. */
  #last: Name | undefined;

  /** With `before`, names are counted on: it has counted `steps`. */
  constructor(before?: NameCount, steps: readonly NamedStep[] = []) {
    if (before !== undefined) before.#count(steps);
    this.#names = before === undefined ? new Map() : before.#names;
  }

  /** The key of one of the steps of a body, whose key is `parent`. N1 */
  keyOf(step: NamedStep, parent: string, steps: readonly NamedStep[]): string {
    if (step.occurrence === 0) this.#count(steps);
    return childKey(parent, this.#nameOf(step).escaped, step.occurrence);
  }

  #count(steps: readonly NamedStep[]): void {
    for (; this.#counted < steps.length; this.#counted++) {
      const step = steps[this.#counted]!;
      if (step.plan.kind !== "fail") step.occurrence = ++this.#nameOf(step).times; // a raise has no key
    }
  }

  #nameOf({ plan }: NamedStep): Name {
    const given = plan.options.id ?? plan.name;
    if (this.#last?.given === given) return this.#last;
    let name = this.#names.get(given);
    if (name === undefined) {
      name = { given, escaped: escapeName(given), times: 0 };
      this.#names.set(given, name);
    }
    this.#last = name;
    return name;
  }
}
