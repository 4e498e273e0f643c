// What comes to the runs of an app without a store: events that are sent, and runs that end, in this process.
//
// Owns: the events since the oldest run that is still there, and who expects something. Does not own: runs (inline-backend).
// Called by: inline-backend, inline-engine.
//   I1. A wait is for what was sent since its run began, without what an earlier wait of the run has taken.
import type { Arrived, Awaited } from "./awaited.ts";
import type { ReceivedEvent } from "./event.ts";
import type { Outcome } from "./outcome.ts";
import { isWithinData } from "./event-part.ts";

interface Expected {
  readonly awaited: Awaited;
  readonly take: (arrived: Arrived) => void;
}

export class InlineArrivals {
  /** With the place of the first. */
  #events: ReceivedEvent[] = [];
  #firstPlace = 0;
  readonly #expected = new Set<Expected>();
  readonly #runs = new Map<string, Promise<Outcome>>();
  /** Where the runs that are there began, and how many of them at each place. */
  readonly #begun = new Map<string, number>();
  readonly #runsByPlace = new Map<number, number>();

  /** A run begins. */
  runBegan(runId: string, outcome: Promise<Outcome>): void {
    const place = this.#firstPlace + this.#events.length;
    this.#begun.set(runId, place);
    this.#runsByPlace.set(place, (this.#runsByPlace.get(place) ?? 0) + 1);
    this.#runs.set(runId, outcome);
  }
  runEnded(runId: string): void {
    const place = this.#begun.get(runId);
    if (place === undefined) return;
    this.#begun.delete(runId);
    this.#runs.delete(runId);
    const others = this.#runsByPlace.get(place)! - 1;
    if (others > 0) return void this.#runsByPlace.set(place, others);
    this.#runsByPlace.delete(place);
    this.#forget();
  }

  /** What came before the oldest run that is there. */
  #forget(): void {
    const endPlace = this.#firstPlace + this.#events.length;
    let oldest = this.#firstPlace;
    while (oldest < endPlace && !this.#runsByPlace.has(oldest)) oldest++;
    this.#events.splice(0, oldest - this.#firstPlace);
    this.#firstPlace = oldest;
  }

  eventCame(event: ReceivedEvent): void {
    if (this.#begun.size > 0) this.#events.push(event);
    for (const { awaited, take } of [...this.#expected])
      if (isFor(awaited, event)) take({ kind: "event", source: event.id, event });
  }

  /** I1. Calls once, later, with what comes first. Gives what stops it. */
  expect(
    runId: string,
    awaited: Awaited,
    taken: ReadonlySet<string>,
    onArrival: (arrived: Arrived) => void,
  ): () => void {
    const expected: Expected = { awaited, take: (arrived) => this.#expected.delete(expected) && onArrival(arrived) };
    this.#expected.add(expected);
    void this.#known(runId, awaited, taken).then((arrived) => arrived !== undefined && expected.take(arrived));
    return () => void this.#expected.delete(expected);
  }

  async #known(runId: string, awaited: Awaited, taken: ReadonlySet<string>): Promise<Arrived | undefined> {
    if (awaited.kind === "run") {
      const outcome = await this.#runs.get(awaited.runId);
      return outcome === undefined ? undefined : { kind: "run", source: awaited.runId, outcome };
    }
    const since = (this.#begun.get(runId) ?? 0) - this.#firstPlace;
    const event = this.#events.slice(Math.max(0, since)).find((one) => isFor(awaited, one) && !taken.has(one.id));
    return event === undefined ? undefined : { kind: "event", source: event.id, event };
  }
}

function isFor(awaited: Awaited, event: ReceivedEvent): boolean {
  return awaited.kind === "event" && awaited.event === event.name && isWithinData(awaited.match, event.data);
}
