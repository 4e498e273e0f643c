// Events by name, and by what stands at the paths that waits ask for.
//
// Owns: the events in the order of acceptance, and the digests of those that were asked for. Does not own: waits.
// Called by: memory-store.
//   X1. An event is digested once for each set of paths that any wait for its name has had.
//   X2. What came before the place that a wait is asked from is not looked at.
import { decodeValue } from "../../core/value-codec.ts";
import { digestAt, type EventMatch } from "../../durable/event-match.ts";
import type { EventRecord } from "../../durable/journal.ts";

/** An event with its place in the order of acceptance. */
export interface PlacedEvent {
  readonly position: number;
  readonly event: EventRecord;
}

interface PathIndex {
  /** How many of the events with the name are in it. */
  count: number;
  readonly byDigest: Map<string, PlacedEvent[]>;
}

interface NamedEvents {
  readonly events: PlacedEvent[];
  readonly byPaths: Map<string, PathIndex>;
}

export class EventIndex {
  readonly #byName = new Map<string, NamedEvents>();

  add(placed: PlacedEvent): void {
    const { name } = placed.event;
    const named: NamedEvents = this.#byName.get(name) ?? { events: [], byPaths: new Map() };
    this.#byName.set(name, named);
    named.events.push(placed);
  }

  remove(events: readonly PlacedEvent[]): void {
    const removed = new Set(events);
    for (const name of new Set(events.map(({ event }) => event.name))) {
      const kept = this.#byName.get(name)?.events.filter((placed) => !removed.has(placed)) ?? [];
      this.#byName.set(name, { events: kept, byPaths: new Map() }); // digested anew when they are asked for
    }
  }

  /** Those with this name, and this in their data, that were accepted behind that place. X1, X2 */
  find(name: string, match: EventMatch | null, since: number): readonly PlacedEvent[] {
    const named = this.#byName.get(name);
    if (named === undefined) return [];
    if (match === null) return behind(named.events, since);
    const index: PathIndex = named.byPaths.get(match.paths) ?? { count: 0, byDigest: new Map() };
    named.byPaths.set(match.paths, index);
    for (; index.count < named.events.length; index.count++) {
      const placed = named.events[index.count]!;
      const digest = digestAt(match.paths, decodeValue(placed.event.data));
      if (digest === undefined) continue;
      const alike = index.byDigest.get(digest);
      if (alike === undefined) index.byDigest.set(digest, [placed]);
      else alike.push(placed);
    }
    return behind(index.byDigest.get(match.digest) ?? [], since);
  }
}

/** Of events in the order of acceptance. */
function behind(events: readonly PlacedEvent[], since: number): readonly PlacedEvent[] {
  let first = events.length;
  while (first > 0 && events[first - 1]!.position > since) first--;
  return events.slice(first);
}
