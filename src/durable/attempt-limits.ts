// When the time of attempts under way is over.
//
// Owns: these times, and their timers. Does not own: what follows then (core/attempt-run).
// Called by: durable-engine.
//   L1. The end of an attempt is kept when something in it begins to wait: from then on its run may leave memory, and come back to it.
import type { Clock } from "../core/clock.ts";
import type { StepNode } from "../core/step-tree.ts";
import type { RunHistory } from "./journal-fold.ts";
import type { StepRecord } from "./journal.ts";
import type { RecordMaker } from "./record-maker.ts";

export interface LimitSeat {
  readonly clock: Clock;
  readonly history: RunHistory;
  readonly maker: RecordMaker;
  /** Calls once all that was recorded has been handed out. */
  whenOver(call: () => void): void;
}

const NONE: readonly number[] = [];

export class AttemptLimits {
  readonly #seat: LimitSeat;
  /** Made for the first: few attempts have one. */
  #known: Map<StepNode, { readonly dueMs: number; stop: () => void }> | undefined;

  constructor(seat: LimitSeat) {
    this.#seat = seat;
  }

  /** The end that was kept for this attempt before wins. Returns what stops it. */
  begin(node: StepNode, timeoutMs: number, onOver: () => void): () => void {
    const { clock } = this.#seat;
    const dueMs = this.#kept(node)?.dueMs ?? clock.now() + timeoutMs;
    const limit = { dueMs, stop: (): void => {} };
    const limits = (this.#known ??= new Map<StepNode, typeof limit>());
    limits.set(node, limit);
    this.#seat.whenOver(() => {
      if (limits.get(node) === limit) limit.stop = clock.timer(Math.max(0, dueMs - clock.now()), onOver);
    });
    return () => {
      if (limits.get(node) === limit) limits.delete(node);
      limit.stop();
    };
  }

  has(node: StepNode): boolean {
    return this.#known?.has(node) ?? false;
  }
  get dueMs(): readonly number[] {
    return this.#known === undefined ? NONE : [...this.#known.values()].map(({ dueMs }) => dueMs);
  }

  /** L1: of the attempts around a step, those whose end is not kept yet. */
  recordsAround(node: StepNode): StepRecord[] {
    const records: StepRecord[] = [];
    if (this.#known === undefined) return records;
    for (let outer = node.parent; outer !== undefined; outer = outer.parent) {
      const dueMs = this.#known.get(outer)?.dueMs;
      if (dueMs !== undefined && this.#kept(outer) === undefined) records.push(this.#seat.maker.limited(outer, dueMs));
    }
    return records;
  }

  drop(): void {
    if (this.#known === undefined) return;
    for (const { stop } of this.#known.values()) stop();
    this.#known.clear();
  }

  #kept(node: StepNode): StepRecord | undefined {
    const kept = this.#seat.history.record(node.key);
    return kept?.state === "limited" && kept.attempts === node.attempts ? kept : undefined;
  }
}
