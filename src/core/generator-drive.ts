// Drives a generator body to its end.
//
// Owns: whose turn it is, the generator's or a step's. Does not own: what a step is (step-tree), how one is carried out (carry-out).
// Called by: body.
//   G1. A failure is thrown into the generator where it was yielded, so try, catch and finally mean what they mean in plain code.
//   G2. A cancelled generator ends by `return()`: no catch runs, and the steps of its `finally` do.
//   G3. A step that is yielded alone takes the quick lane where it may; the end of one is the start of the next on the clock.
//   G4. What an engine keeps, the generator goes on with once it is kept, and its turn has come.
import { entering } from "./entering.ts";
import type { Entrance } from "./entrance.ts";
import type { CodeEnd } from "./outcome.ts";
import { arriving, noteArrival, performed, performedStep, resumeOf, type Resume } from "./perform.ts";
import { callBody, hasMoreToDo, isGenerator, isPlainValue, noteBusy, rejected } from "./quick-body.ts";
import { OWN_SCOPE, SharedScope, inScope } from "./scope.ts";
import { startSteps } from "./step-start.ts";
import type { Attempt, QuickWaiter, StepNode } from "./step-tree.ts";
import { StepMarker, StepView } from "./step-view.ts";

interface End {
  readonly resolve: (value: unknown) => void;
  readonly reject: (thrown: unknown) => void;
}

/** Gives what the generator returns in the end, or throws what it throws. */
export function driveGenerator(attempt: Attempt, generator: Generator): Promise<unknown> {
  return new Promise((resolve, reject) => {
    new GeneratorDrive(attempt, generator, { resolve, reject }).goOn("next", undefined);
  });
}

const NOT_NOW = -1;

/** Enters the body of a step in the quick lane; if it is a generator, drives it as far as it goes at once. */
export function enterQuickly(node: StepNode): unknown {
  return node.run.instruments === undefined ? entered(node) : entering(node, 1, entered, node);
}

function entered(node: StepNode): unknown {
  const given = callBody(node);
  if (isGenerator(given)) return driveGenerator(node.ownAttempt, given);
  if (node.run.quick.isKeeping && given instanceof Promise) noteBusy(node, true);
  return given;
}

class GeneratorDrive implements QuickWaiter {
  /** Nobody but the generator waits for its step. */
  readonly promise = undefined;
  readonly #attempt: Attempt;
  readonly #generator: Generator;
  readonly #end: End;
  #scope: Entrance<Attempt | StepNode> | undefined;
  /** The step in the quick lane that the generator waits for, and what its body gave. */
  #leaf: StepNode | undefined;
  #given: unknown;
  /** When the last step ended, while nothing has happened since; else `NOT_NOW`. */
  #nowUs = NOT_NOW;

  constructor(attempt: Attempt, generator: Generator, end: End) {
    this.#attempt = attempt;
    this.#generator = generator;
    this.#end = end;
    attempt.waiter = this;
  }

  goOn(how: "next" | "throw" | "return", value: unknown): void {
    try {
      this.#drive(how, value);
    } catch (broken) {
      this.#end.reject(broken); // a bug of ours: the body fails of it, and nobody waits for ever
    }
  }

  /** Resumes the generator, and does what it yields, for as long as nothing has to be waited for. */
  #drive(how: "next" | "throw" | "return", value: unknown): void {
    const attempt = this.#attempt;
    for (;;) {
      let turn: IteratorResult<unknown>;
      attempt.isDriving = true;
      try {
        turn = this.#generator[how](value);
      } catch (thrown) {
        attempt.isDriving = false;
        startSteps(attempt);
        return this.#end.reject(thrown);
      }
      attempt.isDriving = false;
      if (turn.done === true) {
        startSteps(attempt);
        return this.#end.resolve(turn.value instanceof StepView ? arriving(attempt, turn.value) : turn.value);
      }
      const leaf = this.#quickLeaf(turn.value);
      if (leaf === undefined) {
        startSteps(attempt);
        return this.#resumeAfter(performed(attempt, turn.value, this.#generator));
      }
      const end = this.#begin(leaf);
      if (end === undefined) return;
      ({ how, value } = end);
    }
  }

  /** L2: the step that is waited for is carried on elsewhere. This drive hears of it no more; another one takes its place. */
  handOver(node: StepNode): void {
    if (this.#leaf !== node) return;
    this.#leaf = undefined;
    const goOn = (): void => new GeneratorDrive(this.#attempt, this.#generator, this.#end).carryOn(node, this.#given);
    // Whoever ends the step is somewhere else: what the generator does next is still done in its own place.
    this.#scope!.enter(node, () => inScope(this.#attempt, goOn, undefined), undefined);
  }

  carryOn(node: StepNode, given: unknown): void {
    this.#carried(node, node.run.carryOn(node, given));
  }
  #carried(node: StepNode, outcome: Promise<unknown>): void {
    node.settleWith(outcome);
    this.#resumeAfter(performedStep(this.#attempt, node));
  }

  /** G3 */
  #quickLeaf(yielded: unknown): StepNode | undefined {
    if (!(yielded instanceof StepMarker)) return undefined;
    const { unstarted } = this.#attempt;
    const leaf = unstarted[0];
    if (leaf === undefined || unstarted.length > 1 || !StepView.choosesFirst(yielded.view, leaf)) return undefined;
    if (!this.#attempt.run.quick.admits(leaf)) return undefined;
    unstarted.pop();
    return leaf;
  }

  /** Enters the body of a step. Gives how it ended, if it has. */
  #begin(leaf: StepNode): CodeEnd | undefined {
    const { run } = this.#attempt;
    if (!run.quick.begin(leaf, this.#nowUs === NOT_NOW ? run.nowUs() : this.#nowUs)) {
      this.#carried(leaf, run.carryOut(leaf));
      return undefined;
    }
    this.#scope ??= run.quick.isKeeping ? OWN_SCOPE : new SharedScope(leaf);
    try {
      this.#given = this.#scope.enter(leaf, enterQuickly, leaf);
    } catch (thrown) {
      return this.#failed(leaf, thrown, rejected(thrown));
    }
    if (this.#given instanceof Promise) {
      this.#leaf = leaf;
      this.#given.then(this.#onValue, this.#onThrow);
      return undefined;
    }
    if (!isPlainValue(this.#given) || hasMoreToDo(leaf)) this.carryOn(leaf, this.#given);
    else if (run.quick.isKeeping) this.#keep(leaf, this.#given);
    else return { how: "next", value: this.#ended(leaf, this.#given) };
    return undefined;
  }

  /** G4 */
  #keep(leaf: StepNode, value: unknown): void {
    const attempt = this.#attempt;
    const outcome = leaf.run.quick.keep(leaf, value, this.#given);
    this.#given = undefined;
    this.#nowUs = NOT_NOW;
    leaf.settleWell(outcome);
    outcome.then(
      (kept) => this.#resume(resumeOf(attempt, "next", kept)),
      (error: unknown) => {
        noteArrival(attempt, leaf, error);
        this.#resume(resumeOf(attempt, "throw", error));
      },
    );
  }

  #ended(leaf: StepNode, value: unknown): unknown {
    this.#given = undefined;
    const { run } = this.#attempt;
    this.#nowUs = run.nowUs();
    return run.quick.end(leaf, value, this.#nowUs);
  }

  #failed(leaf: StepNode, thrown: unknown, given: Promise<unknown>): CodeEnd | undefined {
    this.#given = undefined;
    const attempt = this.#attempt;
    const end = attempt.run.quick.fail(leaf, thrown, given, this.#scope!);
    if (end instanceof Promise) {
      this.#carried(leaf, end);
      return undefined;
    }
    this.#nowUs = leaf.endedUs;
    if (end.how === "throw") noteArrival(attempt, leaf, end.value);
    return end;
  }

  readonly #onValue = (value: unknown): void => {
    const leaf = this.#leaf;
    if (leaf === undefined) return; // it was handed over
    if (hasMoreToDo(leaf) || this.#attempt.phase !== "open") return this.handOver(leaf);
    this.#leaf = undefined;
    try {
      if (leaf.run.quick.isKeeping) this.#keep(leaf, value);
      else this.#drive("next", this.#ended(leaf, value));
    } catch (broken) {
      this.#end.reject(broken);
    }
  };
  readonly #onThrow = (thrown: unknown): void => {
    const leaf = this.#leaf;
    if (leaf === undefined) return;
    if (this.#attempt.phase !== "open") return this.handOver(leaf);
    this.#leaf = undefined;
    try {
      const end = this.#failed(leaf, thrown, this.#given as Promise<unknown>);
      if (end !== undefined) this.#drive(end.how, end.value);
    } catch (broken) {
      this.#end.reject(broken);
    }
  };

  #resumeAfter(resume: Promise<Resume>): void {
    this.#nowUs = NOT_NOW;
    void resume.then((reached) => this.#resume(reached));
  }
  #resume({ how, value }: Resume): void {
    this.goOn(how, value);
  }
}
