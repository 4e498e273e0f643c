// Which of the steps of one name in one body a step is.
//
// Owns: how often each name has come. Does not own: the steps. Called by: step-tree.
//   N1. Steps are counted in the order in which they took their places, each once, and only when somebody asks: few ever do
//       where no engine keeps anything.

interface NamedStep {
  occurrence: number;
  readonly plan: {
    readonly kind: string;
    readonly name: string;
    readonly options: { readonly id?: string | undefined };
  };
}

export class NameCount {
  readonly #timesByName: Map<string, number>;
  #counted = 0;

  /** With `before`, names are counted on: it has counted `steps`. */
  constructor(before?: NameCount, steps: readonly NamedStep[] = []) {
    before?.count(steps);
    this.#timesByName = before === undefined ? new Map() : before.#timesByName;
  }

  /** N1 */
  count(steps: readonly NamedStep[]): void {
    for (; this.#counted < steps.length; this.#counted++) {
      const step = steps[this.#counted]!;
      if (step.plan.kind === "fail") continue; // it has no key
      const name = step.plan.options.id ?? step.plan.name;
      step.occurrence = (this.#timesByName.get(name) ?? 0) + 1;
      this.#timesByName.set(name, step.occurrence);
    }
  }
}
