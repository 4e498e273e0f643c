/** What a generator body yields to raise an error: `throw yield* new CardDeclined()`. */
export class RaiseMarker implements IterableIterator<RaiseMarker, never, unknown> {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
  /** The first call hands the marker to whoever drives the body; nobody resumes it with a value. */
  next(): IteratorYieldResult<RaiseMarker> {
    return { done: false, value: this };
  }
  throw(error: unknown): never {
    throw error;
  }
  [Symbol.iterator](): this {
    return this;
  }
}

export function raiseMarker(error: unknown): RaiseMarker {
  return new RaiseMarker(error);
}
