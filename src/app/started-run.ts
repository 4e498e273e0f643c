// A run as code holds it: its id at once, its outcome when it is there.
import { CancelledError } from "../core/errors.ts";
import type { Outcome } from "../core/outcome.ts";

export class StartedRun implements Promise<unknown> {
  readonly id: string;
  readonly #outcome: Promise<Outcome>;

  constructor(id: string, outcome: Promise<Outcome>) {
    this.id = id;
    this.#outcome = outcome;
    outcome.catch(() => {}); // whoever awaits the run hears of it; a run that nobody awaits is nobody's rejection
  }
  get [Symbol.toStringTag](): string {
    return "Run";
  }

  then<Fulfilled, Rejected>(
    onfulfilled?: ((value: any) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#outcome.then(valueOf).then(onfulfilled, onrejected);
  }
  catch<Rejected>(onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null): Promise<unknown> {
    return this.then(undefined, onrejected);
  }
  finally(onfinally?: (() => void) | null): Promise<unknown> {
    return this.#outcome.then(valueOf).finally(onfinally);
  }

  async result(): Promise<
    { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }
  > {
    const outcome = await this.#outcome;
    return outcome.status === "failed" ? { ok: false, error: outcome.error } : { ok: true, value: valueOf(outcome) };
  }
}

function valueOf(outcome: Outcome): unknown {
  if (outcome.status === "failed") throw outcome.error;
  if (outcome.status === "cancelled") throw new CancelledError();
  return outcome.value;
}
