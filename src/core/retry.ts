// Whether and when a failed attempt is followed by another. Pure.
import { durationToMs, instantToMs, type Duration } from "./duration.ts";
import { InvalidRetryPolicyError, NonRetriableError, RetryAfterError } from "./errors.ts";
import { taggedOptionsOf } from "./tagged-error.ts";
import { isThrownOf } from "../internal/thrown.ts";

/** How a failed attempt is repeated. All waits are at most `max`. */
export interface RetryPolicy {
  /** Retries after the first attempt. Default: 3 with a store, 0 without. */
  readonly retries?: number | undefined;
  /** `"exponential"` (default: `initial`, then twice as long each time), `"fixed"`, or a wait for each failed attempt, from 1. */
  readonly backoff?: "exponential" | "fixed" | ((attempt: number, error: unknown) => Duration) | undefined;
  /** The first wait. Default: 1 s. */
  readonly initial?: Duration | undefined;
  /** The longest wait. Default: 1 h. */
  readonly max?: Duration | undefined;
  /** Draws each wait between 0 and its length, so that many runs do not retry in step. Default: true. */
  readonly jitter?: boolean | undefined;
  /** `false`: the error is final. A duration: the next attempt after it. */
  readonly retryIf?: ((error: unknown) => boolean | Duration) | undefined;
}

/** A policy with nothing left open. */
export interface ResolvedRetryPolicy {
  readonly retries: number;
  readonly backoff: "exponential" | "fixed" | ((attempt: number, error: unknown) => Duration);
  readonly initialMs: number;
  readonly maxMs: number;
  readonly jitter: boolean;
  readonly retryIf: ((error: unknown) => boolean | Duration) | undefined;
}

/** An attempt that failed, as the policy sees it. */
export interface FailedAttempt {
  /** From 1. */
  readonly attempt: number;
  readonly error: unknown;
  /** From 0 up to, not including, 1: the draw for jitter. */
  readonly fraction: number;
  readonly nowMs: number;
}

const MOST_RETRIES = 1_000_000;

/** What holds where nobody says otherwise. */
export function defaultRetryPolicy(retries: number): ResolvedRetryPolicy {
  return { retries, backoff: "exponential", initialMs: 1_000, maxMs: 3_600_000, jitter: true, retryIf: undefined };
}

/** Fills what a policy leaves open from the one around it. Throws what cannot be meant. */
export function resolveRetryPolicy(
  retries: number | RetryPolicy | undefined,
  around: ResolvedRetryPolicy,
): ResolvedRetryPolicy {
  if (retries === undefined) return around;
  const policy = typeof retries === "object" ? retries : { retries };
  const count = policy.retries ?? around.retries;
  if (!Number.isInteger(count) || count < 0 || count > MOST_RETRIES) throw InvalidRetryPolicyError.for(count);
  return {
    retries: count,
    backoff: policy.backoff ?? around.backoff,
    initialMs: policy.initial === undefined ? around.initialMs : durationToMs(policy.initial),
    maxMs: policy.max === undefined ? around.maxMs : durationToMs(policy.max),
    jitter: policy.jitter ?? around.jitter,
    retryIf: policy.retryIf ?? around.retryIf,
  };
}

/** Milliseconds until the next attempt, or undefined if this one was the last. What the user's functions throw goes through. */
export function retryDelayMs(
  policy: ResolvedRetryPolicy,
  { attempt, error, fraction, nowMs }: FailedAttempt,
): number | undefined {
  if (attempt > policy.retries || !allowsRetry(error)) return undefined;
  const asked = policy.retryIf?.(error) ?? true;
  if (asked === false) return undefined;
  if (asked !== true) return durationToMs(asked);
  if (isThrownOf(error, RetryAfterError)) return retryAfterMs(error as RetryAfterError, nowMs);
  const waitMs = Math.min(policy.maxMs, backoffMs(policy, attempt, error));
  return policy.jitter && typeof policy.backoff !== "function" ? waitMs * fraction : waitMs;
}

function retryAfterMs({ retryAfter }: RetryAfterError, nowMs: number): number {
  const isDate = retryAfter instanceof Date || (typeof retryAfter === "string" && /^\d{4}-/.test(retryAfter));
  return isDate ? Math.max(0, instantToMs(retryAfter) - nowMs) : durationToMs(retryAfter);
}

function allowsRetry(error: unknown): boolean {
  return !isThrownOf(error, NonRetriableError) && taggedOptionsOf(error)?.retry !== false;
}

function backoffMs(policy: ResolvedRetryPolicy, attempt: number, error: unknown): number {
  if (typeof policy.backoff === "function") return durationToMs(policy.backoff(attempt, error));
  if (policy.backoff === "fixed") return policy.initialMs;
  // 2^52 is beyond any `max`; without the cap the power would become Infinity, and 0 × Infinity NaN.
  return policy.initialMs * 2 ** Math.min(attempt - 1, 52);
}
