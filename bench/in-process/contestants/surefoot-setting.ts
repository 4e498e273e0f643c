// What surefoot's workloads are made with: nothing around the bodies when they are timed, probes when they are checked.
import type { Observer } from "../../../dist/index.js";
import { ServiceError, failing, first, second, third, type Event } from "../workloads.ts";

/** The failure of `recovered`, whatever its class. */
export interface CodedError extends Error {
  readonly code: number;
}

export interface SurefootSetting {
  readonly observers: readonly Observer[];
  /** The class that the failing step declares. */
  readonly Failure: new (fields: { readonly code: number }) => CodedError;
  readonly bodies: SurefootBodies;
}

export interface SurefootBodies {
  readonly first: (event: Event) => Promise<number>;
  readonly second: (event: Event) => Promise<number>;
  readonly third: (event: Event) => Promise<number>;
  readonly failing: (event: Event) => Promise<number>;
  /** What `onError` calls. */
  readonly noted: (error: CodedError) => void;
  /** Around each body that has substeps. */
  readonly composite: <Body extends (...args: never[]) => unknown>(body: Body) => Body;
}

/** Where a noted failure goes: somebody might look, so that noting it is not optimized away. */
export const lastNoted = { code: 0 };

export const TIMED: SurefootSetting = {
  observers: [],
  Failure: ServiceError,
  bodies: {
    first,
    second,
    third,
    failing,
    noted: ({ code }) => {
      lastNoted.code = code;
    },
    composite: (body) => body,
  },
};

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
