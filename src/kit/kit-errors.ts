// The failures of the test kit itself. A test runner shows them as it shows a failed assertion.

/** A run was awaited that cannot end: it is paused, or nothing is left that could end it. */
export class StuckRunError extends Error {
  override readonly name = "StuckRunError";
  readonly code = "ERR_ASSERTION";
  readonly runId: string;
  constructor(runId: string, message: string) {
    super(message);
    this.runId = runId;
  }
}

/** A function that does not come to the same end when its process crashes on the way. Its message is the story of it. */
export class CrashTestError extends Error {
  override readonly name = "CrashTestError";
  readonly code = "ERR_ASSERTION";
  /** With the crash. */
  readonly actual: unknown;
  /** Without it. */
  readonly expected: unknown;
  constructor(message: string, { actual, expected }: { readonly actual: unknown; readonly expected: unknown }) {
    super(message);
    this.actual = actual;
    this.expected = expected;
  }
}
