// Where runs stand in memory: those that want a worker, in line by function, and those that have one.
//
// Owns: who stands where, as of each run's last change. Does not own: the runs, or who may have which.
// Called by: stored-run, memory-runs.
//   P1. A run leaves its place before it changes, and takes the one that it has from then on.
//   P2. What is at rest stands nowhere: neither ended runs nor those that wait for what may never come cost a claim anything.
import type { RunRecord } from "../../durable/journal.ts";
import { isSuspect } from "../../durable/quarantine.ts";
import { compareDue, DueLine, type Placed } from "./due-line.ts";

const CLAIMABLE_STATUSES: ReadonlySet<string> = new Set(["queued", "sleeping", "waiting", "retrying"]);

/** Whether a worker may be given the run once it is due, and be woken for it. */
export function isClaimable({ status }: RunRecord): boolean {
  return CLAIMABLE_STATUSES.has(status);
}

export class RunPlaces<Run extends Placed> {
  readonly #lines = new Map<string, DueLine<Run>>();
  /** Of those in line. */
  readonly #suspects = new Set<Run>();
  readonly #byOwner = new Map<string, Set<Run>>();
  /** How many have an owner, by function. */
  readonly #atWork = new Map<string, number>();

  /** P1, P2 */
  enter(placed: Run): void {
    const { run } = placed;
    if (wantsWorker(run)) {
      const line = this.#lines.get(run.functionId) ?? new DueLine<Run>();
      this.#lines.set(run.functionId, line);
      line.add(placed);
      if (isSuspect(run)) this.#suspects.add(placed);
    }
    if (run.owner === null) return;
    const owned = this.#byOwner.get(run.owner) ?? new Set<Run>();
    this.#byOwner.set(run.owner, owned.add(placed));
    this.#atWork.set(run.functionId, this.atWork(run.functionId) + 1);
  }
  leave(placed: Run): void {
    const { run } = placed;
    if (wantsWorker(run)) {
      this.#lines.get(run.functionId)!.remove(placed);
      this.#suspects.delete(placed);
    }
    if (run.owner === null) return;
    const owned = this.#byOwner.get(run.owner)!;
    owned.delete(placed);
    if (owned.size === 0) this.#byOwner.delete(run.owner);
    this.#atWork.set(run.functionId, this.atWork(run.functionId) - 1);
  }

  /** Those of a function that want a worker, the first to be due first. Not to be changed before they were read. */
  line(functionId: string): Iterable<Run> {
    return this.#lines.get(functionId) ?? [];
  }
  /** Those of them, of any function, that processes seem to die of. */
  suspects(): readonly Run[] {
    return [...this.#suspects].toSorted(compareDue);
  }
  ownedBy(incarnation: string): readonly Run[] {
    return [...(this.#byOwner.get(incarnation) ?? [])];
  }
  atWork(functionId: string): number {
    return this.#atWork.get(functionId) ?? 0;
  }
}

function wantsWorker(run: RunRecord): boolean {
  return run.dueMs !== null && isClaimable(run);
}
