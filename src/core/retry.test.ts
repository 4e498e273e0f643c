import { describe, expect, it } from "vitest";
import { InvalidDurationError, InvalidRetryPolicyError, NonRetriableError, RetryAfterError } from "./errors.ts";
import { defaultRetryPolicy, resolveRetryPolicy, retryDelayMs, type RetryPolicy } from "./retry.ts";
import { TaggedError } from "./tagged-error.ts";

class RetryTestFinal extends TaggedError("RetryTestFinal", { retry: false }) {}
class RetryTestPassing extends TaggedError("RetryTestPassing") {}

const NOW_MS = Date.UTC(2026, 0, 1);
const plain = new Error("down");

/** The wait after a failed attempt, without jitter unless asked for. */
function delay(policy: RetryPolicy, attempt: number, error: unknown = plain, fraction = 0.5): number | undefined {
  const resolved = resolveRetryPolicy({ jitter: false, ...policy }, defaultRetryPolicy(3));
  return retryDelayMs(resolved, { attempt, error, fraction, nowMs: NOW_MS });
}

describe("resolveRetryPolicy", () => {
  const around = resolveRetryPolicy(
    { retries: 7, backoff: "fixed", initial: "5s", max: "1m", jitter: false },
    defaultRetryPolicy(3),
  );

  it("takes what is left open from the policy around it", () => {
    expect(resolveRetryPolicy(undefined, around)).toBe(around);
    expect(resolveRetryPolicy(2, around)).toEqual({ ...around, retries: 2 });
    expect(resolveRetryPolicy({ initial: "1s", jitter: true }, around)).toEqual({
      ...around,
      initialMs: 1_000,
      jitter: true,
    });
    expect(resolveRetryPolicy({}, around)).toEqual(around);
  });

  it("by default retries exponentially from 1 s with full jitter, at most 1 h", () => {
    expect(defaultRetryPolicy(3)).toEqual({
      retries: 3,
      backoff: "exponential",
      initialMs: 1_000,
      maxMs: 3_600_000,
      jitter: true,
      retryIf: undefined,
    });
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001, "3"])("refuses %j retries", (retries) => {
    expect(() => resolveRetryPolicy(retries as number, around)).toThrow(InvalidRetryPolicyError);
    expect(() => resolveRetryPolicy({ retries: retries as number }, around)).toThrow(InvalidRetryPolicyError);
  });

  it("refuses a wait that cannot be read", () => {
    expect(() => resolveRetryPolicy({ initial: "soon" }, around)).toThrow(InvalidDurationError);
    expect(() => resolveRetryPolicy({ max: -1 }, around)).toThrow(InvalidDurationError);
  });
});

describe("retryDelayMs", () => {
  it("counts retries after the first attempt", () => {
    expect([1, 2, 3, 4].map((attempt) => delay({ retries: 3 }, attempt) !== undefined)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(delay({ retries: 0 }, 1)).toBeUndefined();
  });

  it("doubles, up to max", () => {
    const waits = [1, 2, 3, 4, 5].map((attempt) => delay({ retries: 9, initial: "1s", max: "5s" }, attempt));
    expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it("stays a number however many attempts there were", () => {
    expect(delay({ retries: 1_000_000 }, 999_999)).toBe(3_600_000);
    expect(delay({ retries: 1_000_000, initial: 0 }, 999_999)).toBe(0);
  });

  it("waits the same each time where it is fixed, and what a function says", () => {
    expect([1, 2, 3].map((attempt) => delay({ backoff: "fixed", initial: "7s" }, attempt))).toEqual([
      7_000, 7_000, 7_000,
    ]);
    expect(delay({ backoff: (attempt, error) => `${attempt * (error as Error).message.length}s` }, 2)).toBe(8_000);
    expect(delay({ backoff: () => "2h", max: "1m" }, 1)).toBe(60_000);
  });

  it("draws between nothing and the whole wait with jitter, and leaves a function's answer alone", () => {
    expect(delay({ initial: "10s", jitter: true }, 1, plain, 0)).toBe(0);
    expect(delay({ initial: "10s", jitter: true }, 1, plain, 0.25)).toBe(2_500);
    expect(delay({ backoff: () => "10s", jitter: true }, 1, plain, 0.25)).toBe(10_000);
  });

  it("lets what the policy's own functions throw go through", () => {
    const thrown = new Error("mine");
    const policies: RetryPolicy[] = [
      {
        backoff() {
          throw thrown;
        },
      },
      {
        retryIf() {
          throw thrown;
        },
      },
    ];
    for (const policy of policies) expect(() => delay(policy, 1)).toThrow(thrown);
    expect(() => delay({ backoff: () => "soon" }, 1)).toThrow(InvalidDurationError);
  });
});

describe("which errors are retried", () => {
  it.each<[string, unknown, boolean]>([
    ["an error", plain, true],
    ["something that is no error", "down", true],
    ["a tagged error", new RetryTestPassing(), true],
    ["one whose class says retry: false", new RetryTestFinal(), false],
    ["a NonRetriableError", new NonRetriableError("final"), false],
    [
      "a NonRetriableError of a subclass",
      new (class extends NonRetriableError {
        readonly code = 1;
      })("final"),
      false,
    ],
  ])("%s", (_what, error, isRetried) => {
    expect(delay({}, 1, error) !== undefined).toBe(isRetried);
  });

  it("retryIf decides on what is left, with yes, no, or a wait of its own", () => {
    expect(delay({ retryIf: () => false }, 1)).toBeUndefined();
    expect(delay({ retryIf: () => true, initial: "3s" }, 1)).toBe(3_000);
    expect(delay({ retryIf: () => "2h", max: "1m" }, 1)).toBe(7_200_000);
    expect(delay({ retryIf: (error) => error === plain }, 1)).toBe(1_000);
    expect(delay({ retries: 0, retryIf: () => true }, 1)).toBeUndefined();
    expect(delay({ retryIf: () => true }, 1, new RetryTestFinal())).toBeUndefined();
  });
});

describe("RetryAfterError", () => {
  it.each<[string | number | Date, number]>([
    [1_500, 1_500],
    ["45s", 45_000],
    [new Date(NOW_MS + 60_000), 60_000],
    ["2026-01-01T00:02:00Z", 120_000],
    [new Date(NOW_MS - 1), 0],
  ])("%s", (retryAfter, expectedMs) => {
    expect(delay({ initial: "1s" }, 1, new RetryAfterError("busy", retryAfter))).toBe(expectedMs);
  });

  it("is beyond max where the other side asks for it, and ends with the last retry like any other", () => {
    expect(delay({ max: "1s" }, 1, new RetryAfterError("busy", "1h"))).toBe(3_600_000);
    expect(delay({ retries: 1 }, 2, new RetryAfterError("busy", "1h"))).toBeUndefined();
  });
});
