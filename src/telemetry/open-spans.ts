// The spans of the steps that are open in a slice, by the handles of their steps.
//
// Owns: which are open. Called by: otel-tracing.
//   O1. Most often one is open, or one in another: the last that was opened has a place of its own, as a map that is filled and
//       emptied for each step allocates as much as the step does.
export class OpenSpans<Open> {
  #handle: object | undefined;
  #last: Open | undefined;
  #others: Map<object, Open> | undefined;

  get(handle: object): Open | undefined {
    return handle === this.#handle ? this.#last : this.#others?.get(handle);
  }

  set(handle: object, open: Open): void {
    if (this.#handle !== undefined && this.#handle !== handle)
      (this.#others ??= new Map()).set(this.#handle, this.#last!);
    this.#handle = handle;
    this.#last = open;
  }

  delete(handle: object): void {
    if (handle !== this.#handle) return void this.#others?.delete(handle);
    this.#handle = undefined;
    this.#last = undefined;
  }

  all(): Open[] {
    const open = [...(this.#others?.values() ?? [])];
    return this.#last === undefined ? open : [...open, this.#last];
  }
}
