// Whose turn it is in one run: what was recorded is handed out one a turn, in its order, and what is new waits until then.
//
// Owns: who waits for a turn, and when code was last given or asked for something. Does not own: the order (core/replay), the outcomes,
// or what may begin (durable-engine).
// Called by: durable-engine.
import { REST_MS, Replay, type ReplayHooks } from "../core/replay.ts";
import type { StepNode } from "../core/step-tree.ts";
import { waitOf, type WaitEnd } from "../core/step-wait.ts";
import { IdleSteps } from "./idle-steps.ts";
import { NameWatch } from "./name-watch.ts";
import type { RunKeeper } from "./run-keeper.ts";

export class OutcomeTurns {
  readonly #keeper: Pick<RunKeeper, "clock" | "isBusy" | "isTakeover" | "onWait">;
  readonly #replay: Replay;
  readonly #names = new NameWatch();
  readonly #idle = new IdleSteps();
  /** Called when a step that was idle goes on. */
  readonly #onGoesOn: () => void;
  /** When a step was last asked for, or code was given something. */
  #askedMs = 0;
  #isDraining = false;

  constructor(
    keeper: Pick<RunKeeper, "clock" | "isBusy" | "isTakeover" | "onWait">,
    required: readonly number[],
    hooks: Pick<ReplayHooks, "onMismatch" | "isLacking" | "onOver"> & { readonly onGoesOn: () => void },
  ) {
    this.#keeper = keeper;
    this.#onGoesOn = hooks.onGoesOn;
    const { clock } = keeper;
    const isBusy = (): boolean => keeper.isBusy();
    const onTurn = (): void => this.#names.endTurn();
    this.#replay = new Replay(clock, required, { ...hooks, isBusy, onTurn }, { isNews: keeper.isTakeover });
    this.#names.beginTurn();
    clock.turn(onTurn);
  }

  /** Whether everything that was recorded has been handed out, and told. */
  get isOver(): boolean {
    return this.#replay.isOver;
  }
  /** Whether nothing is left to hand out. */
  get isAllGiven(): boolean {
    return this.#replay.isAllGiven;
  }
  /** What has not been handed out yet. */
  get required(): readonly number[] {
    return this.#replay.required;
  }
  whenOver(call: () => void): void {
    this.#replay.whenOver(call);
  }
  noteAsked(): void {
    this.#replay.noteAsked();
  }
  abandonRequired(): void {
    this.#replay.abandonRequired();
  }

  /** Code asks for a step. */
  noteQuestion(node: StepNode): void {
    this.#askedMs = this.#keeper.clock.elapsed();
    this.#names.look(node);
  }
  /** Until the code is taken to be at rest: a body that awaits something other than a step may ask for one. */
  restInMs(): number {
    return this.#keeper.isBusy() ? this.#askedMs + REST_MS - this.#keeper.clock.elapsed() : 0;
  }

  /** Calls when the outcome with this number is to be handed out. */
  ask(sequence: number, deliver: () => void): void {
    this.#replay.ask(sequence, () => {
      this.#askedMs = this.#keeper.clock.elapsed();
      this.#names.beginTurn();
      deliver();
    });
  }
  /** Until the step's outcome, which has this number, is to be handed out. */
  turnOf(node: StepNode, sequence: number): Promise<void> {
    const goOn = this.#wait(node);
    return new Promise((resolve) => {
      this.ask(sequence, () => {
        goOn();
        resolve();
      });
    });
  }
  /** Until something new may begin, or the step is cancelled. */
  turnToBegin(node: StepNode): Promise<WaitEnd> {
    return this.#idly(
      node,
      waitOf(node, (done) => this.#replay.hold(done)),
    );
  }
  /** The same for what is of no step, and is not cancelled; `hasCome`: at once. */
  turn(node?: StepNode, hasCome = this.#replay.isOver): Promise<void> {
    if (hasCome) return Promise.resolve();
    return this.#idly(node, new Promise((resolve) => void this.#replay.hold(resolve)));
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#idle.size;
  }
  /** How many of the steps that count as at work do nothing but wait for it. */
  countActive(): number {
    return this.#idle.countActive();
  }

  /** Nobody's turn comes any more; with `drain`, whoever begins to wait is told of to the keeper. */
  drain(): void {
    this.#isDraining = true;
    this.#replay.drop();
  }
  drop(): void {
    this.#replay.drop();
  }

  async #idly<Given>(node: StepNode | undefined, wait: Promise<Given>): Promise<Given> {
    const goOn = this.#wait(node);
    const given = await wait;
    goOn();
    return given;
  }
  #wait(node: StepNode | undefined): () => void {
    const place = this.#idle.begin(node);
    if (this.#isDraining) this.#keeper.onWait();
    return () => {
      this.#idle.end(place);
      this.#onGoesOn();
    };
  }
}
