// PORT Engine: how a step is carried out, and what is kept of it. One engine serves one run.
//
// Implemented by inline-engine.ts (in this process, nothing kept) and durable/durable-engine.ts (over a journal).
// Asked by carry-out.ts alone. Contract suite: testing/engine-contract.ts.
import type { Arrived, Awaited } from "./awaited.ts";
import type { Outcome } from "./outcome.ts";
import type { Attempt, StepNode } from "./step-tree.ts";
import type { WaitEnd } from "./step-wait.ts";

/** What is known of a step that starts. */
export type Recalled =
  /** It has ended before: this is its outcome, given when its turn has come. Its body is not entered. */
  | { readonly kind: "ended"; readonly outcome: Promise<Outcome> }
  /**
   * It has ended before, with an error of an untagged class that nobody in this process has named yet. The classes are named in its
   * body: it is entered once more, for their sake alone, until it ends or `stopped` settles. Its outcome is the recorded one.
   */
  | { readonly kind: "walked"; readonly stopped: Promise<void>; readonly outcome: () => Promise<Outcome> }
  /** It failed for good, and its handlers have not finished: they go on, behind the body's steps. */
  | {
      readonly kind: "settled";
      readonly error: unknown;
      readonly attempts: number;
      readonly steps: number;
      readonly turn?: Promise<WaitEnd>;
    }
  /** An attempt failed, and this one is next. */
  | { readonly kind: "retrying"; readonly attempt: number; readonly dueMs: number }
  /** It has been waiting. */
  | { readonly kind: "sleeping"; readonly dueMs: number }
  /** It has been waiting for something to come, until then if there is an end to it; for the end of that run, if it is one. */
  | {
      readonly kind: "waiting";
      readonly dueMs: number | null;
      readonly runId: string | undefined;
      readonly attempts: number;
    }
  /** An `atMostOnce` body was entered, and nobody knows how it ended. */
  | { readonly kind: "interrupted" }
  /** A look at what is new, of which nothing is known: recorded outcomes are still to be handed out. */
  | { readonly kind: "old" }
  /** Substeps of it are known: this attempt's body is entered again, which is no news to anyone. */
  | { readonly kind: "entered"; readonly attempt: number }
  /** Nothing is known, and recorded outcomes are still to be delivered: it may start after this. */
  | { readonly kind: "held"; readonly turn: Promise<WaitEnd> };

/** The body of a `step.transaction`, as the engine is given it. */
export interface StepTransaction {
  /** Gives what the code returned, or a promise of it. */
  readonly body: (tx: unknown) => unknown;
  /** Whether its attempt is over: what it did is then rolled back. */
  readonly isOver: () => boolean;
  /** Told when it is being committed: from then on it may have been kept, whatever becomes of its attempt. */
  readonly onCommit: () => void;
}

/**
 * What carries out one run's steps.
 *
 * Promises of an engine whose run was dropped (suspended, or taken over) never settle. Its waits are made with `node.wait`, so that
 * a cancellation ends them.
 */
export interface Engine {
  /** Whether outcomes are kept: code then sees one only behind `record` and its turn. Where not, quick steps are not asked about. */
  readonly isKeeping: boolean;
  /** Whether a plain step of this attempt may begin at once: nothing has to be handed out, or waited for, first. */
  isOpen(home: Attempt): boolean;
  /** Asked once for each step, as it starts. `undefined`: nothing is known, run it now. */
  recall(node: StepNode): Recalled | undefined;
  /** The same in the quick lane of an engine that keeps outcomes: whether nothing is known of the step. If not, it is recalled. */
  beginsAnew(node: StepNode): boolean;
  /**
   * Carries out a body whose effect is kept together with its outcome, or not at all. Gives what it returned; `record` then gives
   * what was kept. Rejects with what it threw, or why what it returned cannot be kept: then nothing is kept of it.
   */
  transact(node: StepNode, transaction: StepTransaction): Promise<unknown>;
  /** Looks at what a body returned before its chain does. Gives why it cannot be kept, or undefined. */
  admit(node: StepNode, value: unknown): unknown;
  /** Keeps an outcome, once and for good. Gives it as code is to see it; cancelled, if the attempt around it is over by now. */
  record(node: StepNode, outcome: Outcome): Outcome | Promise<Outcome>;
  /** Waits until code is to see the outcome that was just recorded. `undefined`: now. */
  turnOf(node: StepNode): Promise<void> | undefined;
  /** Keeps a failure whose handlers are about to run. Gives it as they are to see it. */
  settle(node: StepNode, error: unknown): unknown;
  /** Keeps that an attempt failed, and waits until the next one is due. */
  waitForRetry(
    node: StepNode,
    failed: { readonly error: unknown; readonly nextAttempt: number; readonly delayMs: number },
  ): Promise<WaitEnd>;
  /**
   * Calls when the attempt's time is over, but not while recorded outcomes are still to be handed out. The end that was kept for
   * this attempt before wins. Returns what stops it.
   */
  limit(node: StepNode, timeoutMs: number, onOver: () => void): () => void;
  /** Waits until then. A time that was kept for this step before wins. */
  sleep(node: StepNode, dueMs: number): Promise<WaitEnd>;
  /** Waits for something to come, and at most until then. What had been kept for this step before wins. */
  awaitArrival(node: StepNode, awaited: Awaited, dueMs: number | null): Promise<Arrived | "cancelled">;
  /** Goes on waiting for what `recall` said was due. */
  resume(node: StepNode, dueMs: number): Promise<WaitEnd>;
  /** Keeps a note, for people, that a step was ended before its time. It is no outcome. */
  noteCancelled(node: StepNode): void;
  /**
   * Told that a step could not be carried out: what was recorded of it cannot be read, or a bug. `undefined`: the step fails
   * with that; else the run is put aside, and what is given never settles.
   */
  putAside(node: StepNode, thrown: unknown): Promise<never> | undefined;
  /** Keeps that an `atMostOnce` body is about to be entered. `undefined`: nothing is kept. */
  markStarted(node: StepNode): Promise<void> | undefined;
}
