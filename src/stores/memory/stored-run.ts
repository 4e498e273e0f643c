// A run and what is recorded of it, in memory.
//
// Owns: both. Does not own: where the run stands (run-places).
// Called by: memory-runs, memory-store.
import type { EventRecord, RunRecord, StepRecord } from "../../durable/journal.ts";
import type { RunPlaces } from "./run-places.ts";

export class StoredRun {
  readonly event: EventRecord;
  readonly records: Map<string, StepRecord>;
  lastSave: { readonly incarnation: string; readonly saveId: number } = { incarnation: "", saveId: 0 };
  /** Whether it came to any outcome since it was claimed. */
  hasProgress = false;
  /** The workers whose code it does not fit. */
  readonly declinedBy = new Set<string>();
  readonly #places: RunPlaces<StoredRun>;
  #run: RunRecord;

  constructor(run: RunRecord, event: EventRecord, records: readonly StepRecord[], places: RunPlaces<StoredRun>) {
    this.#run = run;
    this.event = event;
    this.records = new Map(records.map((record) => [record.key, record]));
    this.#places = places;
    places.enter(this);
  }

  get run(): RunRecord {
    return this.#run;
  }
  set run(run: RunRecord) {
    this.#places.leave(this);
    this.#run = run;
    this.#places.enter(this);
  }
}
