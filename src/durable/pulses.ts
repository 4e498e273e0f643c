// The hearts of other workers, as this one sees them beat.
//
// Owns: when each was last seen to beat, by this process's own clock. Does not own: what follows when one is silent (worker).
// Called by: worker.
import type { WorkerRecord } from "./store.ts";

interface Pulse {
  readonly beats: number;
  readonly sinceMs: number;
}

export class Pulses {
  readonly #pulses = new Map<string, Pulse>();

  /** Whether it has not beaten for a lease, as far as this process has seen. */
  isSilent(
    { incarnation, beats }: Pick<WorkerRecord, "incarnation" | "beats">,
    nowMs: number,
    leaseMs: number,
  ): boolean {
    const pulse = this.#pulses.get(incarnation);
    if (pulse === undefined || pulse.beats !== beats) {
      this.#pulses.set(incarnation, { beats, sinceMs: nowMs });
      return false;
    }
    return nowMs - pulse.sinceMs > leaseMs;
  }
  forget(incarnation: string): void {
    this.#pulses.delete(incarnation);
  }
}
