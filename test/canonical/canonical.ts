// What the canonical functions have in common: small runs, each of one kind, that tests take apart record by record.
import { step as current, type RetryPolicy } from "../../src/index.ts";
import type { VirtualApp } from "../properties/virtual-time.ts";

/** What a body is to the checks: a leaf's is an effect, a composite's may be entered again until it has an outcome. */
export type BodyRole = "leaf" | "composite";

/** A body was entered. */
export interface BodyEntry {
  readonly role: BodyRole;
  readonly run: string;
  readonly path: string;
  readonly attempt: number;
}

/** Where bodies leave their traces. */
export class Trace {
  readonly #note: (entry: BodyEntry) => void;

  constructor(note: (entry: BodyEntry) => void) {
    this.#note = note;
  }

  /** The effect of a leaf: it is noted before the body gives anything. Gives the attempt. */
  leaf(): number {
    return this.#enter("leaf");
  }
  /** A body that is made of steps was entered. */
  composite(): number {
    return this.#enter("composite");
  }

  #enter(role: BodyRole): number {
    const { path, attempt, idempotencyKey } = current;
    this.#note({ role, run: idempotencyKey.slice(0, idempotencyKey.indexOf(":")), path, attempt });
    return attempt;
  }
}

/** Something that happens to a run from outside, so long after its process has started. */
export interface Happening {
  readonly afterMs: number;
  readonly happen: (app: VirtualApp, runId: string) => Promise<unknown>;
}

export interface CanonicalFunction {
  /** Also the name of its files, and of the event that starts it. */
  readonly name: string;
  readonly define: (app: VirtualApp, trace: Trace, event: string) => void;
  readonly happenings?: readonly Happening[];
  /** How many of its leaves may be under way at once. Default: one. */
  readonly openAtOnce?: number;
  /** How it may end instead, when its process died in the middle of a step that may not be entered twice. */
  readonly interrupted?: unknown;
}

/** When all of them start. An event that is sent again, in whatever life, says so as well. */
export const START_MS = Date.UTC(2026, 0, 1);

/** More tries than any of the bodies needs, at once. */
export const QUICK: RetryPolicy = { retries: 3, backoff: "fixed", initial: 20, jitter: false };

export function aborted({ signal }: Pick<typeof current, "signal">): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
