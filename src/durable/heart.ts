// A worker's heart: it shows the store three times a lease that the worker lives.
//
// Owns: when it last beat. Does not own: who the worker is, and what becomes of it once it was buried (worker).
// Called by: the worker.
import type { Clock } from "../core/clock.ts";
import type { Store } from "./store.ts";

/** A beat is lost now and then: a lease holds this many. */
export const BEATS_PER_LEASE = 3;

interface HeartOptions {
  readonly store: Pick<Store, "beat">;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Who the worker is now. */
  readonly incarnation: () => string;
  readonly onTrouble: (error: unknown) => void;
  /** Somebody has declared the one dead who it still is. */
  readonly onBuried: () => Promise<void>;
}

export class Heart {
  readonly #options: HeartOptions;
  readonly #beatMs: number;
  #lastBeatMs = 0;
  #stop: (() => void) | undefined;

  constructor(options: HeartOptions) {
    this.#options = options;
    this.#beatMs = options.leaseMs / BEATS_PER_LEASE;
  }

  /** Beats from here on, where nothing else does. */
  start(): void {
    const { clock } = this.#options;
    this.#stop = clock.timer(this.#beatMs, () => {
      const hasBeaten = clock.elapsed() - this.#lastBeatMs < this.#beatMs;
      void (hasBeaten ? Promise.resolve() : this.beat()).then(() => this.#stop !== undefined && this.start());
    });
  }
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  async beat(): Promise<void> {
    const { store, clock, incarnation, onTrouble } = this.#options;
    const whose = incarnation();
    try {
      const isAlive = await store.beat({ incarnation: whose });
      this.#lastBeatMs = clock.elapsed();
      await this.heard(whose, isAlive);
    } catch (error) {
      onTrouble(error);
    }
  }

  /** Whether what is asked now is to beat too, where nothing more is asked for so long. */
  isDue(forMs: number): boolean {
    return this.#options.clock.elapsed() - this.#lastBeatMs >= this.#beatMs - forMs;
  }
  /** It has beaten with something that was asked then. */
  hasBeaten(atMs: number): void {
    this.#lastBeatMs = atMs;
  }
  /** Of two answers on their way at once, the later one is not of who the worker has become since. */
  async heard(whose: string, isAlive: boolean): Promise<void> {
    if (!isAlive && whose === this.#options.incarnation()) await this.#options.onBuried();
  }
}
