// The mocks of one test app: which body stands in for which step's.
//
// Owns: the mocks. Does not own: what becomes of what they give, which is the step's own business.
// Called by: test-app.ts, and for each step that starts by watched-run.ts.
import type { Body } from "../core/step-plan.ts";
import type { StepMock } from "./mock-types.ts";

class LiveMock implements StepMock {
  calls = 0;
  readonly #given: unknown;

  constructor(given: unknown) {
    this.#given = given;
  }

  readonly body: Body = (...args) => {
    this.calls++;
    const given = this.#given;
    if (given instanceof Error) throw given;
    return typeof given === "function" ? (given as Body)(...args) : given;
  };
}

export class StepMocks {
  readonly #mocks = new Map<string, LiveMock>();

  /** By the step's name, or its path. The last mock of a name or path counts. */
  add(step: string, given: unknown): StepMock {
    const mock = new LiveMock(given);
    this.#mocks.set(step, mock);
    return mock;
  }
  /** A path says more than a name. */
  bodyOf({ key, name }: { readonly key: string; readonly name: string }): Body | undefined {
    return (this.#mocks.get(key) ?? this.#mocks.get(name))?.body;
  }
}
