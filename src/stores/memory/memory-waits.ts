// Waits and what has come for them, in memory.
//
// Owns: both, until a wait is over. Does not own: runs and events (memory-store).
// Called by: memory-store.
//   A1. What has come is kept for each wait, also what comes later than something else: the owner takes the first that is due.
//   A2. A wait that is registered finds what came before it; what comes later finds the wait. Both are looked up by equality.
import { decodeValue } from "../../core/value-codec.ts";
import { digestAt } from "../../durable/event-match.ts";
import { CANCEL_ON_KEY, type StepRecord } from "../../durable/journal.ts";
import type { PlacedEvent } from "./event-index.ts";

/** What has come for a wait. */
export interface Arrived {
  readonly key: string;
  readonly source: string;
  readonly dueMs: number;
  /** The event's; 0 for the end of a run. */
  readonly position: number;
}

interface OpenWait {
  readonly runId: string;
  readonly key: string;
  readonly deadlineMs: number;
  /** What it is looked up by: an event's name and the paths of its match, or the run that it is for. */
  readonly subject: string;
  readonly digest: string;
  readonly arrived: Map<string, Arrived>;
  /** Whether its run is to be woken for it. */
  isAwaited: boolean;
}

/** In place of the paths of a match: any data. */
const ANY = "";

export class MemoryWaits {
  readonly #byRun = new Map<string, Map<string, OpenWait>>();
  readonly #bySubject = new Map<string, Map<string, Set<OpenWait>>>();
  /** The paths of the matches that waits for an event have. */
  readonly #paths = new Map<string, Set<string>>();

  /** A2 */
  register(runId: string, { key, wait, dueMs }: StepRecord): OpenWait | undefined {
    if (wait === null) return undefined;
    const paths = wait.kind === "event" ? (wait.match?.paths ?? ANY) : ANY;
    const open: OpenWait = {
      runId,
      key,
      deadlineMs: dueMs ?? Number.POSITIVE_INFINITY,
      subject: wait.kind === "event" ? subjectOf(wait.event, paths) : runSubject(wait.runId),
      digest: wait.kind === "event" ? (wait.match?.digest ?? ANY) : ANY,
      arrived: new Map(),
      isAwaited: true,
    };
    if (wait.kind === "event") setIn(this.#paths, wait.event).add(paths);
    const waits = this.#byRun.get(runId) ?? new Map<string, OpenWait>();
    this.#byRun.set(runId, waits.set(key, open));
    const digests = this.#bySubject.get(open.subject) ?? new Map<string, Set<OpenWait>>();
    this.#bySubject.set(open.subject, digests);
    setIn(digests, open.digest).add(open);
    return open;
  }

  over(runId: string, key: string): void {
    const waits = this.#byRun.get(runId);
    const open = waits?.get(key);
    if (waits === undefined || open === undefined) return;
    waits.delete(key);
    if (waits.size === 0) this.#byRun.delete(runId);
    this.#bySubject.get(open.subject)?.get(open.digest)?.delete(open);
  }
  allOver(runId: string): void {
    for (const key of [...(this.#byRun.get(runId)?.keys() ?? [])]) this.over(runId, key);
  }

  /** A run has left memory, and is to be woken for these of its waits. Gives when what came for them meanwhile is due. */
  runLeft(runId: string, keys: readonly string[]): readonly number[] {
    const waits = [...(this.#byRun.get(runId)?.values() ?? [])];
    for (const open of waits) open.isAwaited = keys.includes(open.key) || open.key.startsWith(CANCEL_ON_KEY);
    const awaited = waits.filter(({ isAwaited }) => isAwaited);
    return awaited.flatMap(({ arrived }) => [...arrived.values()].map(({ dueMs }) => dueMs));
  }

  /** An event was accepted: it comes to each wait that is for it. Gives the runs that are to be woken for it. */
  eventCame(placed: PlacedEvent): readonly string[] {
    const { event } = placed;
    const asked = [...(this.#paths.get(event.name) ?? [])];
    const data: unknown = asked.length > 0 ? decodeValue(event.data) : undefined;
    return asked.flatMap((paths) => {
      const digest = paths === ANY ? ANY : digestAt(paths, data);
      return digest === undefined ? [] : this.#came(subjectOf(event.name, paths), digest, arrivalOf(placed));
    });
  }

  /** An event came before the wait that it is for. */
  cameBefore(open: OpenWait, placed: PlacedEvent): void {
    if (placed.event.dueMs <= open.deadlineMs)
      open.arrived.set(placed.event.id, { key: open.key, ...arrivalOf(placed) });
  }

  /** A run has ended. Gives the runs that are to be woken for it. */
  runEnded(endedId: string, endedMs: number): readonly string[] {
    return this.#came(runSubject(endedId), ANY, { source: endedId, dueMs: endedMs, position: 0 });
  }

  /** A1: the first to come first. */
  arrived(runId: string): readonly Arrived[] {
    const waits = [...(this.#byRun.get(runId)?.values() ?? [])];
    return waits.flatMap(({ arrived }) => [...arrived.values()]).toSorted(compareArrivals);
  }
  hasArrived(runId: string, key: string): boolean {
    return (this.#byRun.get(runId)?.get(key)?.arrived.size ?? 0) > 0;
  }
  /** Whether something waits that an event, or the end of a run, has come for. */
  hasComeFrom(source: string): boolean {
    return [...this.#byRun.values()].some((waits) => [...waits.values()].some(({ arrived }) => arrived.has(source)));
  }

  #came(subject: string, digest: string, arrival: Omit<Arrived, "key">): readonly string[] {
    const waits = [...(this.#bySubject.get(subject)?.get(digest) ?? [])];
    const found = waits.filter(({ deadlineMs }) => arrival.dueMs <= deadlineMs);
    for (const { key, arrived } of found) arrived.set(arrival.source, { key, ...arrival });
    return found.filter(({ isAwaited }) => isAwaited).map(({ runId }) => runId);
  }
}

function arrivalOf({ position, event }: PlacedEvent): Omit<Arrived, "key"> {
  return { source: event.id, dueMs: event.dueMs, position };
}
function subjectOf(event: string, paths: string): string {
  return JSON.stringify([event, paths]);
}
function runSubject(runId: string): string {
  return `run ${runId}`;
}
function setIn<Value>(sets: Map<string, Set<Value>>, key: string): Set<Value> {
  const set = sets.get(key) ?? new Set<Value>();
  sets.set(key, set);
  return set;
}
function compareArrivals(left: Arrived, right: Arrived): number {
  return left.dueMs - right.dueMs || left.position - right.position;
}
