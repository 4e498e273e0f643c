// Whoever sends events, answers and cancels from outside: it tries again until it is told that the store has what it sent.
//
// Owns: what is not known to be accepted yet. Does not own: the workers through which it reaches the store.
// Called by: the course of a simulation.
import type { HistoryLog } from "./history-log.ts";
import type { VirtualWorld } from "./virtual-world.ts";
import type { WorkerLife } from "./worker-life.ts";

const PATIENCE_MS = 5_000;
const PAUSE_MS = 700;

export interface ClientEvent {
  readonly id: string;
  readonly name: string;
  readonly data: object;
}

export class SimulatedClient {
  readonly #world: VirtualWorld;
  readonly #log: HistoryLog;
  readonly #anyLife: () => WorkerLife | undefined;
  readonly #open = new Set<string>();

  constructor(world: VirtualWorld, log: HistoryLog, anyLife: () => WorkerLife | undefined) {
    this.#world = world;
    this.#log = log;
    this.#anyLife = anyLife;
  }

  /** The ids of what is not known to be accepted. */
  get open(): readonly string[] {
    return [...this.#open];
  }

  /** Sends the event after so long, and again until it is accepted. */
  send(event: ClientEvent, afterMs: number, isSentTwice: boolean): void {
    this.#open.add(event.id);
    this.#world.after(afterMs, `send ${event.id}`, () => this.#try(event));
    if (isSentTwice) this.#world.after(afterMs + PAUSE_MS, `send ${event.id} again`, () => this.#once(event));
  }
  /** Answers a signal, and does not care what becomes of it. */
  signal(token: string, afterMs: number): void {
    this.#world.after(afterMs, `signal ${token}`, () => {
      this.#anyLife()
        ?.app.signal(token, { token })
        .catch(() => {});
    });
  }
  cancel(runId: () => string | undefined, afterMs: number): void {
    this.#world.after(afterMs, "cancel", () => {
      const id = runId();
      if (id !== undefined)
        this.#anyLife()
          ?.app.cancel(id)
          .catch(() => {});
    });
  }

  #once(event: ClientEvent): void {
    this.#anyLife()
      ?.app.send(event)
      .catch(() => {});
  }

  #try(event: ClientEvent): void {
    if (!this.#open.has(event.id)) return;
    const later = (ms: number): void => void this.#world.after(ms, `send ${event.id} again`, () => this.#try(event));
    const life = this.#anyLife();
    if (life === undefined) return later(PAUSE_MS);
    this.#log.add({ kind: "sending", eventId: event.id });
    let isAnswered = false;
    life.app.send(event).then(
      () => {
        isAnswered = true;
        if (this.#open.delete(event.id)) this.#log.add({ kind: "acked", eventId: event.id });
      },
      () => {
        isAnswered = true;
        later(PAUSE_MS);
      },
    );
    this.#world.after(PATIENCE_MS, `lose patience with ${event.id}`, () => {
      if (!isAnswered) this.#try(event);
    });
  }
}
