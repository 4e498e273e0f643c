// The waits of one run for what comes from elsewhere: an event, the end of another run.
//
// Owns: what has come for each, and who waits for it. Does not own: what is registered in the store, and when the run may leave
// memory (durable-engine).
// Called by: durable-engine.
//   V1. What comes first is what the wait ends with, whenever it is looked up.
//   V2. A wait ends with nothing only after the store has closed it: what was accepted in time is never missed.
import type { Arrived } from "../core/awaited.ts";
import type { Clock } from "../core/clock.ts";
import type { StepNode } from "../core/step-tree.ts";
import { waitOf } from "../core/step-wait.ts";
import { never } from "../internal/never.ts";
import type { WriteResult } from "./store.ts";

export interface ArrivalSeat {
  readonly clock: Clock;
  /** Looks up what has come; `arrived` is told of it. */
  look(): Promise<void>;
  /** Closes the wait of a step in the store. */
  close(node: StepNode): Promise<WriteResult>;
}

export class ArrivalWaits {
  readonly #seat: ArrivalSeat;
  readonly #came = new Map<string, Arrived>();
  readonly #waiting = new Map<string, () => void>();

  constructor(seat: ArrivalSeat) {
    this.#seat = seat;
  }

  /** V1: the first to come is told first. */
  came(key: string, arrived: Arrived): void {
    if (this.#came.has(key)) return;
    this.#came.set(key, arrived);
    this.#waiting.get(key)?.();
  }

  async wait(node: StepNode, deadlineMs: number): Promise<Arrived | "cancelled"> {
    const { key } = node;
    await this.#seat.look(); // it may have come before this run was in memory
    for (;;) {
      const arrived = this.#came.get(key);
      if (arrived !== undefined) return node.isStopped ? "cancelled" : arrived;
      if ((await this.#until(node, key, deadlineMs)) === "cancelled") return "cancelled";
      if (!this.#came.has(key)) await this.#seat.look();
      if (this.#came.has(key)) continue;
      const result = await this.#seat.close(node); // V2
      if (result === "kept") return { kind: "nothing" };
      if (result !== "arrived") return never();
      await this.#seat.look();
    }
  }

  #until(node: StepNode, key: string, deadlineMs: number): Promise<"done" | "cancelled"> {
    const { clock } = this.#seat;
    return waitOf(node, (done) => {
      const stop = (): void => {
        this.#waiting.delete(key);
        stopTimer();
      };
      const end = (): void => {
        stop();
        done();
      };
      this.#waiting.set(key, end);
      const stopTimer = deadlineMs === Number.POSITIVE_INFINITY ? () => {} : clock.alarm(deadlineMs, end);
      return stop;
    });
  }
}
