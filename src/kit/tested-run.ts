// A run under test: to await it lets time pass until it has ended.
//
// Owns: whether somebody has asked for its end. Does not own: the run, or the time (stage.ts).
// Called by: test-app.ts, and users.
import { StartedRun } from "../app/started-run.ts";
import type { Outcome } from "../core/outcome.ts";

export class TestedRun implements Promise<unknown> {
  readonly id: string;
  readonly #end: () => Promise<Outcome>;
  #asked: StartedRun | undefined;

  constructor(id: string, end: () => Promise<Outcome>) {
    this.id = id;
    this.#end = end;
  }
  get [Symbol.toStringTag](): string {
    return "Run";
  }
  then<Fulfilled, Rejected>(
    onfulfilled?: ((value: any) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#ask().then(onfulfilled, onrejected);
  }
  catch<Rejected>(onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null): Promise<unknown> {
    return this.#ask().catch(onrejected);
  }
  finally(onfinally?: (() => void) | null): Promise<unknown> {
    return this.#ask().finally(onfinally);
  }
  result(): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }> {
    return this.#ask().result();
  }

  #ask(): StartedRun {
    this.#asked ??= new StartedRun(this.id, this.#end());
    return this.#asked;
  }
}
