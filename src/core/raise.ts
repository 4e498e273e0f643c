// What a generator body yields to raise an error: `throw yield* new CardDeclined()`.
//
// Owns: whether the marker was handed over. Does not own: what the driver does with it (body).
// Called by: tagged-error, body.
//   R1. It is handed over once. Code that iterates an error without driving a body, as comparers and printers do, comes to an end.

export class RaiseMarker implements IterableIterator<RaiseMarker, never, unknown> {
  readonly error: unknown;
  #isHandedOver = false;

  constructor(error: unknown) {
    this.error = error;
  }
  /** The driver of a body throws the error in where it was given the marker. For whoever goes on instead, it is what `yield*` gives. */
  next(): IteratorResult<RaiseMarker, never> {
    if (this.#isHandedOver) return { done: true, value: this.error as never };
    this.#isHandedOver = true;
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
