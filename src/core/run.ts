// A run in memory: one function at work on one event, carried out by one engine.
//
// Owns: what all its steps share. Does not own: the steps (step-tree), how they are carried out (carry-out, the engine).
// Called by: the backends, and `step` outside any event.
import { carryEnd, carryOn, carryOut } from "./carry-out.ts";
import type { Carrier } from "./carrier.ts";
import type { Clock } from "./clock.ts";
import { LONGEST_CLEANUP_MS } from "./attempt-run.ts";
import type { BusinessContext } from "./context.ts";
import type { Engine } from "./engine.ts";
import { CancelledError } from "./errors.ts";
import type { ReceivedEvent } from "./event.ts";
import type { Randomness } from "./ids.ts";
import type { Outcome } from "./outcome.ts";
import type { Post } from "./post.ts";
import type { ObservedSlice } from "./instrument.ts";
import type { Instruments } from "./instruments.ts";
import { noteBusy } from "./quick-body.ts";
import { QuickLane } from "./quick-lane.ts";
import type { StepLog } from "./log.ts";
import type { ObservedRun } from "./observer.ts";
import type { ResolvedRetryPolicy } from "./retry.ts";
import { observedWith, type RunSubject } from "./run-subject.ts";
import type { StepAudience } from "./step-audience.ts";
import type { Chain } from "./step-chain.ts";
import type { Body } from "./step-plan.ts";
import { StepNode, type RunFrame } from "./step-tree.ts";
import type { StepOptions } from "./step-options.ts";

/** A function's part in a run: `body` is handed the tools and the attempt. */
export interface RunBody {
  readonly body: Body;
  readonly chain: Chain;
  readonly options: StepOptions;
}

/** What instruments are told of a slice besides its run. */
type SliceParts = Omit<ObservedSlice, keyof ObservedRun>;

/** Below it, a whole number is kept in place. */
const LONGEST_SMALL_US = 2_000_000_000;

export class LiveRun implements RunFrame, Carrier {
  readonly id: string;
  readonly functionId: string;
  readonly functionName: string;
  readonly event: ReceivedEvent;
  readonly context: BusinessContext;
  readonly engine: Engine;
  readonly audience: StepAudience;
  readonly instruments: Instruments | undefined;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly post: Post | undefined;
  readonly retries: ResolvedRetryPolicy;
  readonly quick: QuickLane;
  readonly bornMs: number;
  #observed: ObservedRun | undefined;
  isDropped = false;
  activeSteps = 0;
  busyBodies = 0;

  constructor(subject: RunSubject, carrier: Carrier) {
    this.id = subject.id;
    this.functionId = subject.functionId;
    this.functionName = subject.functionName;
    this.event = subject.event;
    this.context = subject.context;
    this.engine = carrier.engine;
    this.audience = carrier.audience.awake();
    this.instruments = this.audience.instruments;
    this.clock = carrier.clock;
    this.random = carrier.random;
    this.post = carrier.post;
    this.retries = carrier.retries;
    this.bornMs = carrier.clock.elapsed();
    this.quick = new QuickLane(this);
  }

  get observed(): ObservedRun {
    this.#observed ??= this.audience.observed(this);
    return this.#observed;
  }
  nowUs(): number {
    const us = (this.clock.elapsed() - this.bornMs) * 1_000;
    return us < LONGEST_SMALL_US ? (us + 0.5) | 0 : us;
  }
  carryOut(node: StepNode): Promise<unknown> {
    return carryOut(this, node);
  }
  carryOn(node: StepNode, given: unknown): Promise<unknown> {
    noteBusy(node, false); // whoever carries it on counts it anew
    return carryOn(this, node, given);
  }
  carryEnd(node: StepNode, outcome: Outcome | Promise<Outcome>): Promise<unknown> {
    return carryEnd(this, node, outcome);
  }
  logOf(node: StepNode): StepLog {
    return this.audience.logOf(node);
  }

  /** Enters the function through what stands around its runs, which `within` is told of. */
  enterAs(slice: () => SliceParts, body: RunBody, within?: (instruments: Instruments) => void): StepNode {
    const { instruments } = this;
    if (instruments === undefined) return this.enter(body);
    return instruments.aroundRun(observedWith(this.observed, slice()), () => {
      within?.(instruments);
      return this.enter(body);
    });
  }

  /** Enters the function. What it ends with is the outcome of the node. */
  enter({ body, chain, options }: RunBody): StepNode {
    const root = new StepNode(this, { kind: "function", name: this.functionName, options, body, input: [] }, undefined);
    root.chain = chain;
    root.demand = "awaited";
    root.moveTo("running");
    root.settleWith(this.carryOut(root));
    return root;
  }
}

/** Cancels a run from its function down: generators clean up, async bodies see a `CancelledError`. */
export function cancelRun(root: StepNode): void {
  root.cancel({ reason: new CancelledError(), graceMs: LONGEST_CLEANUP_MS });
}
