// The engine without a store: everything happens in this process, and nothing outlives the run.
//
// Owns: the outcomes that another attempt of a step around them will ask for. Does not own: the run.
// Called by: carry-out.
//   E1. An outcome, or that a body was entered which runs at most once, is remembered only where a step around it may be tried again: it then counts as done, as it would in a journal.
import type { Arrived, Awaited } from "./awaited.ts";
import type { Clock } from "./clock.ts";
import type { Engine, Recalled } from "./engine.ts";
import { InvalidStepError } from "./errors.ts";
import type { InlineArrivals } from "./inline-arrivals.ts";
import type { Outcome } from "./outcome.ts";
import { Replay } from "./replay.ts";
import type { Attempt, StepNode } from "./step-tree.ts";
import { waitOf, waitUntil, type WaitEnd } from "./step-wait.ts";
import { warnOfUnstorable } from "./unstorable-warning.ts";

// In the words that bundlers know: what is built for production has neither the warning nor what it looks with.
const lookWhileDeveloping =
  typeof process === "object" && process.env.NODE_ENV !== "production" ? warnOfUnstorable : undefined;

export class InlineEngine implements Engine {
  readonly isKeeping = false;
  readonly #clock: Clock;
  readonly #arrivals: InlineArrivals | undefined;
  /** Events that a wait of this run has ended with. */
  readonly #taken = new Set<string>();
  #remembered: Map<string, { readonly sequence: number; readonly outcome: Outcome }> | undefined;
  /** Bodies that run at most once, and were entered. */
  #entered: Set<string> | undefined;
  #replay: Replay | undefined;

  /** Without arrivals: of a run without an app, to which nothing comes. */
  constructor(clock: Clock, arrivals?: InlineArrivals) {
    this.#clock = clock;
    this.#arrivals = arrivals;
  }

  /** E1 */
  isOpen(home: Attempt): boolean {
    return this.#remembered === undefined && this.#entered === undefined && !home.mayBeRepeated;
  }

  beginsAnew(): boolean {
    return true;
  }

  recall(node: StepNode): Recalled | undefined {
    const known = this.#remembered?.get(node.key);
    if (known === undefined) return this.#entered?.has(node.key) === true ? { kind: "interrupted" } : undefined;
    this.#replay ??= new Replay(this.#clock, [], { isBusy: () => node.run.busyBodies > 0, onMismatch() {} });
    const replay = this.#replay;
    return {
      kind: "ended",
      outcome: new Promise((resolve) => replay.ask(known.sequence, () => resolve(known.outcome))),
    };
  }

  record(node: StepNode, outcome: Outcome): Outcome {
    if (node.home?.phase === "ended") return { status: "cancelled" };
    if (node.home?.mayBeRepeated === true) {
      this.#remembered ??= new Map();
      this.#remembered.set(node.key, { sequence: this.#remembered.size, outcome });
    }
    return outcome;
  }

  async transact({ name }: StepNode): Promise<never> {
    throw InvalidStepError.for(
      `step.transaction("${name}", …) needs a store that has transactions: createApp({ store: sqlite("app.db") })`,
    );
  }

  /** Nothing is refused here; while developing, what a store would refuse is told once for each step. */
  admit(node: StepNode, value: unknown): undefined {
    if (typeof value === "object" && value !== null) lookWhileDeveloping?.(node, value);
  }
  turnOf(): undefined {
    return undefined;
  }
  settle(_node: StepNode, error: unknown): unknown {
    return error;
  }
  noteCancelled(): void {}
  putAside(): undefined {
    return undefined;
  }
  /** E1 */
  markStarted(node: StepNode): undefined {
    if (node.home?.mayBeRepeated === true) (this.#entered ??= new Set()).add(node.key);
  }
  limit(_node: StepNode, timeoutMs: number, onOver: () => void): () => void {
    return this.#clock.timer(timeoutMs, onOver);
  }
  waitForRetry(node: StepNode, { delayMs }: { readonly delayMs: number }): Promise<WaitEnd> {
    this.#entered?.delete(node.key); // how it ended is known
    return waitOf(node, (done) => this.#clock.timer(delayMs, done));
  }
  sleep(node: StepNode, dueMs: number): Promise<WaitEnd> {
    return waitUntil(node, this.#clock, dueMs);
  }
  async awaitArrival(node: StepNode, awaited: Awaited, dueMs: number | null): Promise<Arrived | "cancelled"> {
    const clock = this.#clock;
    const arrivals = this.#arrivals;
    if (arrivals === undefined)
      throw InvalidStepError.for(`step.${node.plan.kind} is of a function's run: nothing comes to a step outside any`);
    let first = { kind: "nothing" } as Arrived;
    const end = await waitOf(node, (done) => {
      const stopExpecting = arrivals.expect(node.run.id, awaited, this.#taken, (arrived) => {
        first = arrived;
        stopTimer();
        done();
      });
      const stopTimer = dueMs === null ? () => {} : clock.alarm(dueMs, done);
      return () => {
        stopExpecting();
        stopTimer();
      };
    });
    if (end === "cancelled") return end;
    if (first.kind === "event") this.#taken.add(first.source);
    return first;
  }
  resume(node: StepNode, dueMs: number): Promise<WaitEnd> {
    return this.sleep(node, dueMs);
  }
}
