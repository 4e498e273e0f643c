// Hands recorded outcomes out in the order in which they were recorded, one a turn, and holds back what is new until then.
//
// Owns: who asks, who is held, and when the code is taken to be at rest. Does not own: the outcomes, or what was recorded.
// Called by: the engines.
//   Y1. One outcome a turn of the event loop: what the code makes of it is known before the next.
//   Y2. Nothing new begins while an outcome that this pass has to come by is still to be handed out.
import { Askers } from "./askers.ts";
import type { Clock } from "./clock.ts";
import { SortedNumbers } from "../internal/sorted-numbers.ts";
import { nextReplayMove } from "./replay-order.ts";

/** A body that awaits something other than a step is taken to be at rest after this long without a question. */
export const REST_MS = 1_000;

export interface ReplayHooks {
  /** Whether some body may be in the middle of something other than a step. */
  isBusy(): boolean;
  /** Whether something had begun that the code has not asked for yet. It asks before anything new begins. */
  isLacking?(): boolean;
  /** A turn has come behind one in which something was handed out. */
  onTurn?(): void;
  /** What was recorded cannot be come by any more. */
  onMismatch(): void;
  /** Nothing is left to hand out. Told once; what is new begins when what it returns has settled. */
  onOver?(): Promise<void>;
}

export class Replay {
  readonly #clock: Clock;
  readonly #hooks: ReplayHooks;
  readonly #required: SortedNumbers;
  readonly #asked = new Askers();
  readonly #held = new Set<() => void>();
  #isPumping = false;
  #isDropped = false;
  #isOver: boolean;
  readonly #isNews: boolean;
  #isEnding = false;
  #hasRested = false;
  #stopRest: (() => void) | undefined;
  #whenOver: (() => void)[] = [];

  /** With `isNews`, that nothing is to be handed out is told as well, once the code has asked its first questions. */
  constructor(clock: Clock, required: readonly number[], hooks: ReplayHooks, { isNews = false } = {}) {
    this.#clock = clock;
    this.#hooks = hooks;
    this.#required = new SortedNumbers(required);
    this.#isNews = isNews;
    this.#isOver = required.length === 0 && !isNews && !this.#isLacking;
    if (!this.#isOver) this.#pumpSoon();
  }

  /** Whether everything that this pass has to come by has been handed out. */
  get isOver(): boolean {
    return this.#isOver;
  }
  /** Whether nothing is left to hand out, or to tell. */
  get isAllGiven(): boolean {
    return this.#isOver || (this.#required.first === undefined && !this.#isNews);
  }
  /** What has not been handed out yet. */
  get required(): readonly number[] {
    return this.#required.toArray();
  }

  /** Calls when the outcome with this sequence number is to be handed out. */
  ask(sequence: number, deliver: () => void): void {
    this.#asked.add(sequence, deliver);
    this.#noteQuestion();
  }
  /** Y2: calls when something new may begin. Returns what takes the wish back. */
  hold(begin: () => void): () => void {
    this.#held.add(begin);
    this.#noteQuestion();
    return () => this.#held.delete(begin);
  }
  /** Calls once everything that this pass has to come by has been handed out. */
  whenOver(call: () => void): void {
    if (this.#isOver) call();
    else this.#whenOver.push(call);
  }
  /** The code has asked for something that had begun. */
  noteAsked(): void {
    if (!this.#isOver) this.#noteQuestion();
  }
  /** Gives up on what has not been handed out: what is new may begin. */
  abandonRequired(): void {
    this.#required.clear();
    this.#noteQuestion();
  }
  /** Never calls anyone again. */
  drop(): void {
    this.#isDropped = true;
    this.#asked.clear();
    this.#held.clear();
    this.#whenOver = [];
    this.#stopRest?.();
  }

  get #isLacking(): boolean {
    return this.#hooks.isLacking?.() ?? false;
  }

  #noteQuestion(): void {
    this.#hasRested = false;
    this.#stopRest?.();
    this.#stopRest = undefined;
    this.#pumpSoon();
  }

  #pumpSoon(): void {
    if (this.#isPumping || this.#isDropped) return;
    this.#isPumping = true;
    this.#clock.turn(() => {
      this.#isPumping = false;
      this.#hooks.onTurn?.();
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#isDropped) return;
    const isSurelyAtRest = !this.#hooks.isBusy();
    const move = nextReplayMove({
      firstRequired: this.#required.first,
      firstAsked: this.#asked.first,
      isLacking: !this.#isOver && this.#isLacking,
      hasHeld: this.#held.size > 0,
      isAtRest: this.#hasRested || isSurelyAtRest,
      isSurelyAtRest,
      isNews: this.#isNews && !this.#isOver,
    });
    switch (move.kind) {
      case "deliver":
        return this.#deliver(move.sequence);
      case "begin":
        if (!this.#isOver) return this.#endReplay();
        for (const begin of [...this.#held]) if (this.#held.delete(begin)) begin();
        return;
      case "mismatch":
        return this.#hooks.onMismatch();
      case "waitForRest":
        this.#stopRest ??= this.#clock.timer(REST_MS, () => {
          this.#hasRested = true;
          this.#pumpSoon();
        });
        return;
      case "over":
        return this.#endReplay();
      case "wait":
    }
  }

  /** Y1 */
  #deliver(sequence: number): void {
    const deliver = this.#asked.take()!;
    this.#required.remove(sequence);
    this.#hasRested = false;
    deliver();
    this.#pumpSoon();
  }

  #endReplay(): void {
    if (this.#isOver || this.#isEnding) return;
    this.#isEnding = true;
    const told = this.#hooks.onOver?.() ?? Promise.resolve();
    void told.then(() => {
      this.#isOver = true;
      for (const call of this.#whenOver.splice(0)) call();
      this.#pumpSoon();
    });
  }
}
