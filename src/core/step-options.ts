// What steps can be told, and the signal that they are handed. Types only.
import type { Duration } from "./duration.ts";
import type { RetryPolicy } from "./retry.ts";
import type { ErrorClass } from "./step-algebra.ts";

/** What a step can be told besides its body. */
export interface StepOptions {
  /** What people read, in the story and in every tool. One of `name` and `id` is needed. */
  readonly name?: string | undefined;
  /** What the journal knows the step by, when the name may change. Default: the name. */
  readonly id?: string | undefined;
  /** The errors that this step's own code may fail with; its body is then checked against them. */
  readonly errors?: readonly ErrorClass[] | undefined;
  /** Inherited by substeps. */
  readonly tags?: readonly string[] | undefined;
  /** Kept with the step, for observers. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Retries after the first attempt, or a whole policy. Default: the function's, then the app's. */
  readonly retries?: number | RetryPolicy | undefined;
  /** For each attempt. Aborts `step.signal` and fails the attempt with a `StepTimeoutError`. */
  readonly timeout?: Duration | undefined;
  /** Records the start before the body runs, and never runs it again: an interrupted one fails with a `StepInterruptedError`. */
  readonly atMostOnce?: boolean | undefined;
  /** A sentence for people, kept with the step. */
  readonly description?: string | undefined;
}

/** How `map` runs its items. */
export interface MapOptions<Item> {
  /** How many items run at once. Default: all of them. */
  readonly concurrency?: number | undefined;
  /** What the journal knows an item's substep by, when items may be added or moved. Default: its place. */
  readonly key?: ((item: Item, index: number) => string) | undefined;
}

/** The platform's `AbortSignal` where its types are present, so that `fetch(url, { signal: step.signal })` fits; else its shape. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Native } }
  ? Native
  : {
      readonly aborted: boolean;
      readonly reason: unknown;
      throwIfAborted(): void;
      addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
      removeEventListener(type: "abort", listener: () => void): void;
    };
