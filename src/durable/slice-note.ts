// The note of where a slice of a run is traced, until it is on record.
//
// Owns: whether it still has to be written. Does not own: what it says (slice-trace). Called by: run-execution.
//   W1. It goes along with the first thing that the slice writes; nothing is written for its sake.
import type { Clock } from "../core/clock.ts";
import type { StepRecord } from "./journal.ts";
import { sliceRecord } from "./record-maker.ts";
import type { RunChange, WriteResult } from "./store.ts";

export class SliceNote {
  readonly #token: number;
  readonly #clock: Clock;
  #trace: string | null = null;

  constructor(token: number, clock: Clock) {
    this.#token = token;
    this.#clock = clock;
  }

  set(trace: string | null): void {
    this.#trace = trace;
  }

  /** W1: not with the end of the run, behind which nobody goes on. */
  writtenWith(
    records: readonly StepRecord[],
    change: RunChange | null,
    write: (records: readonly StepRecord[]) => Promise<WriteResult>,
  ): Promise<WriteResult> {
    const trace = this.#trace;
    if (trace === null || change?.kind === "end") return write(records);
    this.#trace = null;
    return write([sliceRecord(this.#token, trace, this.#clock.now()), ...records]).then((result) => {
      if (result !== "kept") this.#trace = trace;
      return result;
    });
  }
}
