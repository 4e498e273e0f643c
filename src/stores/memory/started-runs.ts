// Which runs an event started, in memory.
//
// Owns: their ids by event, for as long as the runs are there. Does not own: the runs.
// Called by: memory-runs.
//   S1. A replay is of its event, and was not started by it.
//   S2. It is looked up, not looked for: what an event costs does not grow with what was accepted before it.
import type { RunRecord } from "../../durable/journal.ts";

type StartedRun = Pick<RunRecord, "id" | "functionId">;

export class StartedRuns {
  readonly #byEvent = new Map<string, readonly StartedRun[]>();

  /** S1 */
  add({ id, functionId, eventId, replayOf }: RunRecord): void {
    if (replayOf === null) this.#byEvent.set(eventId, [...this.of(eventId), { id, functionId }]);
  }
  remove({ id, eventId }: RunRecord): void {
    const kept = this.of(eventId).filter((run) => run.id !== id);
    if (kept.length > 0) this.#byEvent.set(eventId, kept);
    else this.#byEvent.delete(eventId);
  }

  /** Those that the event started, in this order. S2 */
  of(eventId: string): readonly StartedRun[] {
    return this.#byEvent.get(eventId) ?? [];
  }
}
