// The one virtual time of a simulation, and its scheduler: whatever may happen next is drawn from the seed.
//
// Owns: the time, and all that is set to happen. Does not own: what happens then.
// Called by: clocks, stores and the course of a simulation.
//   V1. Between two happenings, everything runs that waits for neither time nor a store.
//      What a store is asked that answers from outside is answered before: it has no time of its own, and its answer no place of its own.
//   V2. The turns and the timers of one process come in their order, as a platform's do; what other processes do comes between.
import { setImmediate as platformTurn } from "node:timers/promises";
import type { SeededRandom } from "../crash/seeded-random.ts";

/** A process, as the scheduler sees it. */
export interface Lane {
  readonly name: string;
  /** Nothing of it happens before: it is stopped by its operating system. */
  heldUntilMs: number;
  isDead: boolean;
}

/** `free`: in any order with others. `request`: on its way, so that what becomes of its sender does not hold it up. */
type Queue = "turn" | "timer" | "free" | "request";

interface Happening {
  readonly atMs: number;
  /** Of those that were set. */
  readonly order: number;
  readonly lane: Lane | undefined;
  readonly queue: Queue;
  readonly label: string;
  readonly call: () => void;
}

/** Any time would do. */
const START_MS = Date.UTC(2026, 0, 1);

export class VirtualWorld {
  readonly random: SeededRandom;
  nowMs = START_MS;
  /** What was thrown where nobody catches it: a process would have ended. */
  readonly broken: string[] = [];
  #due: Happening[] = [];
  /** What a store has been asked, and has not answered yet. */
  readonly #asked = new Set<Promise<unknown>>();
  #order = 0;
  #hash = 0x811c9dc5;

  constructor(random: SeededRandom) {
    this.random = random;
  }

  /** Since the simulation began. */
  get passedMs(): number {
    return this.nowMs - START_MS;
  }
  /** Follows from all that has happened, in its order. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }

  /** Sets something to happen. Returns what takes it back. */
  after(
    delayMs: number,
    label: string,
    call: () => void,
    lane?: Lane,
    queue: Queue = lane === undefined ? "request" : "free",
  ): () => void {
    if (lane?.isDead === true) return () => {};
    const happening = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#order++, lane, queue, label, call };
    this.#due.push(happening);
    return () => {
      const place = this.#due.indexOf(happening);
      if (place >= 0) this.#due.splice(place, 1);
    };
  }

  /** The process is gone: nothing of it happens any more. Each request of it that is on its way may still arrive. */
  kill(lane: Lane): void {
    lane.isDead = true;
    this.#due = this.#due.filter(
      (one) => one.lane !== lane || (one.queue === "request" && this.random.fraction() < 0.5),
    );
  }

  /** Notes something in the hash. */
  note(text: string): void {
    for (let place = 0; place < text.length; place++)
      this.#hash = Math.imul(this.#hash ^ text.charCodeAt(place), 0x01000193);
  }

  /** Lets the next thing happen, and all that follows from it at once. False: nothing is set to. */
  async step(): Promise<boolean> {
    const next = this.#next();
    if (next === undefined) return false;
    this.#due.splice(this.#due.indexOf(next), 1);
    this.nowMs = Math.max(this.nowMs, timeOf(next));
    this.note(`${this.passedMs} ${next.lane?.name ?? ""} ${next.label}\n`);
    try {
      next.call();
    } catch (error) {
      this.broken.push(`${next.lane?.name ?? "the store"} broke in a ${next.label}: ${String(error)}`);
    }
    await this.#untilQuiet();
    return true;
  }

  /** Takes note that a store is asked: nothing else happens before its answer is there. Gives the answer. */
  asking<Given>(answer: Promise<Given>): Promise<Given> {
    const answered = (): void => void this.#asked.delete(answer);
    this.#asked.add(answer);
    answer.then(answered, answered);
    return answer;
  }

  /** V1 */
  async #untilQuiet(): Promise<void> {
    await platformTurn();
    while (this.#asked.size > 0) {
      await Promise.allSettled(this.#asked);
      await platformTurn();
    }
  }

  #next(): Happening | undefined {
    let atMs = Number.POSITIVE_INFINITY;
    let candidates: Happening[] = [];
    for (const one of this.#due) {
      const ms = Math.max(timeOf(one), this.nowMs);
      if (ms > atMs) continue;
      if (ms < atMs) {
        atMs = ms;
        candidates = [];
      }
      candidates.push(one);
    }
    const inOrder = candidates.filter((one) => !candidates.some((other) => comesBefore(other, one)));
    return inOrder[Math.floor(this.random.fraction() * inOrder.length)];
  }
}

function timeOf({ atMs, lane, queue }: Happening): number {
  return lane === undefined || queue === "request" ? atMs : Math.max(atMs, lane.heldUntilMs);
}

/** V2 */
function comesBefore(other: Happening, one: Happening): boolean {
  if (other === one || other.lane !== one.lane || other.queue !== one.queue) return false;
  if (one.queue !== "turn" && one.queue !== "timer") return false;
  return other.atMs < one.atMs || (other.atMs === one.atMs && other.order < one.order);
}
