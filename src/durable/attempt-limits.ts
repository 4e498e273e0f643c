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

export class AttemptLimits {
  readonly #seat: LimitSeat;
  readonly #limits = new Map<StepNode, { readonly dueMs: number; stop: () => void }>();

  constructor(seat: LimitSeat) {
    this.#seat = seat;
  }

  /** The end that was kept for this attempt before wins. Returns what stops it. */
  begin(node: StepNode, timeoutMs: number, onOver: () => void): () => void {
    const { clock } = this.#seat;
    const dueMs = this.#kept(node)?.dueMs ?? clock.now() + timeoutMs;
    const limit = { dueMs, stop: (): void => {} };
    this.#limits.set(node, limit);
    this.#seat.whenOver(() => {
      if (this.#limits.get(node) === limit) limit.stop = clock.timer(Math.max(0, dueMs - clock.now()), onOver);
    });
    return () => {
      if (this.#limits.get(node) === limit) this.#limits.delete(node);
      limit.stop();
    };
  }

  has(node: StepNode): boolean {
    return this.#limits.has(node);
  }
  get dueMs(): readonly number[] {
    return [...this.#limits.values()].map(({ dueMs }) => dueMs);
  }

  /** L1: of the attempts around a step, those whose end is not kept yet. */
  recordsAround(node: StepNode): StepRecord[] {
    const records: StepRecord[] = [];
    for (let outer = node.parent; outer !== undefined; outer = outer.parent) {
      const dueMs = this.#limits.get(outer)?.dueMs;
      if (dueMs !== undefined && this.#kept(outer) === undefined) records.push(this.#seat.maker.limited(outer, dueMs));
    }
    return records;
  }

  drop(): void {
    for (const { stop } of this.#limits.values()) stop();
    this.#limits.clear();
  }

  #kept(node: StepNode): StepRecord | undefined {
    const kept = this.#seat.history.record(node.key);
    return kept?.state === "limited" && kept.attempts === node.attempts ? kept : undefined;
  }
}
