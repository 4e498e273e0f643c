// The time of a store that several machines share, as this process knows it: what is due goes by it, whatever the machine's own wall says.
//
// Owns: where the store's clock stands against what only grows here. Does not own: timers and turns (the host's clock), when a worker looks (worker).
// Called by: stores that have a time of their own, which make it; durable-backend; worker, which passes on what each look is told; and as a Clock by whatever reckons durable times.
//   K1. Counted by what only grows: a wall that is set here moves nothing, before the first answer as little as after it.
//   K2. The store read its clock after it was asked and before its answer was here. An answer that this leaves room for changes nothing; otherwise time is set
//       to the earliest that is possible, so that it is not ahead of the store's. It is set back by no more than that, and not held up before.
//   K3. Who only sends asks again where it may not know any more: after a while, and where wall and what only grows went apart (it was set, or the machine slept).
import { systemClock, type Clock } from "../core/clock.ts";

const LONGEST_TRUST_MS = 60_000;
/** How far the wall is adjusted by itself. */
const APART_MS = 1_000;

export class StoreClock implements Clock {
  readonly #host: Clock;
  readonly #ask: () => Promise<number>;
  /** From `elapsed()` to the store's time. */
  #offsetMs: number;
  #toldMs = Number.NEGATIVE_INFINITY;
  /** From `elapsed()` to the wall, when the store was last heard. */
  #wallMs: number;
  #asking: Promise<void> | undefined;

  constructor(host: Clock, ask: () => Promise<number>) {
    this.#host = host;
    this.#ask = ask;
    this.#wallMs = host.now() - host.elapsed();
    this.#offsetMs = this.#wallMs;
  }

  now(): number {
    return Math.floor(this.#host.elapsed() + this.#offsetMs);
  }
  elapsed(): number {
    return this.#host.elapsed();
  }
  timer(...timer: Parameters<Clock["timer"]>): () => void {
    return this.#host.timer(...timer);
  }
  alarm(atMs: number, call: () => void): () => void {
    return systemClock.alarm.call(this, atMs, call); // it goes by the `now` and the `timer` of whose it is
  }
  turn(call: () => void): void {
    this.#host.turn(call);
  }

  /** What the store said that it was asked for at `askedMs`, by `elapsed()`, and that is here now. K2 */
  told(storeMs: number, askedMs: number): void {
    const answeredMs = this.#host.elapsed();
    this.#toldMs = answeredMs;
    this.#wallMs = this.#host.now() - answeredMs;
    const [earliest, latest] = [storeMs - answeredMs, storeMs - askedMs];
    if (this.#offsetMs < earliest || this.#offsetMs > latest) this.#offsetMs = earliest;
  }

  /** Asks the store, if need be. K3 */
  async check(): Promise<void> {
    if (!this.#isInDoubt) return;
    this.#asking ??= this.#askNow().finally(() => (this.#asking = undefined));
    await this.#asking;
  }

  async #askNow(): Promise<void> {
    const askedMs = this.#host.elapsed();
    this.told(await this.#ask(), askedMs);
  }
  get #isInDoubt(): boolean {
    const nowMs = this.#host.elapsed();
    if (nowMs - this.#toldMs > LONGEST_TRUST_MS) return true;
    return Math.abs(this.#host.now() - nowMs - this.#wallMs) > APART_MS;
  }
}
