// `step` at run time: each call creates a step in the body that is running.
//
// Owns: which body that is. Does not own: steps (step-tree), what is asked for (step-plan). Called by: the bodies of users.
import type { BusinessContext } from "./context.ts";
import type { ReceivedEvent } from "./event.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import type { StepLog } from "./log.ts";
import { currentAttempt } from "./scope.ts";
import {
  planBranches,
  planFail,
  planInvoke,
  planMap,
  planPatched,
  planRun,
  planSendEvent,
  planSleep,
  planSleepUntil,
  planTransaction,
  planWaitForEvent,
  planWaitForSignal,
  type StepPlan,
} from "./step-plan.ts";
import { adoptSteps, createStep } from "./step-start.ts";
import type { Attempt, StepNode } from "./step-tree.ts";
import type { Signal } from "./step-options.ts";
import { StepView } from "./step-view.ts";

type Call = (...args: unknown[]) => StepView;

/** The tools of one attempt, or of whatever attempt is running. Its methods may be destructured. */
export class LiveStepTools {
  readonly #place: Attempt | StepNode | undefined;
  readonly #outside: (() => Attempt) | undefined;
  #run: Call | undefined;

  /** Without a place: of whatever is running; where nothing is, of what `outside` makes. */
  constructor(place: Attempt | StepNode | undefined, outside?: () => Attempt) {
    this.#place = place;
    this.#outside = outside;
  }

  /** Made once: it is called for each step. */
  get run(): Call {
    if (this.#run !== undefined) return this.#run;
    const run: Call = (first, second, ...input) => this.#create(planRun(first, second, input));
    this.#run = run; // not assigned where it stands: see attempt-run.ts
    return run;
  }
  get transaction(): Call {
    return (...args) => this.#create(planTransaction(args));
  }
  get sleep(): Call {
    return (...args) => this.#create(planSleep(args));
  }
  get sleepUntil(): Call {
    return (...args) => this.#create(planSleepUntil(args));
  }
  get all(): Call {
    return (...args) => this.#createBranching("all", args);
  }
  get race(): Call {
    return (...args) => this.#createBranching("race", args);
  }
  get map(): Call {
    return (...args) => this.#create(planMap(args));
  }
  get waitForEvent(): Call {
    return (...args) => this.#create(planWaitForEvent(args));
  }
  get waitForSignal(): Call {
    return (...args) => this.#create(planWaitForSignal(args));
  }
  get sendEvent(): Call {
    return (...args) => this.#create(planSendEvent(args));
  }
  get invoke(): Call {
    return (...args) => this.#create(planInvoke(args));
  }
  get patched(): Call {
    return (...args) => this.#create(planPatched(args));
  }
  get fail(): Call {
    return (...args) => this.#create(planFail(args));
  }

  get context(): BusinessContext {
    return this.#node.run.context;
  }
  get event(): ReceivedEvent {
    return this.#node.run.event;
  }
  get number(): string {
    return this.#node.number;
  }
  get name(): string {
    return this.#node.name;
  }
  get path(): string {
    return this.#node.key;
  }
  get attempt(): number {
    return this.#find().number;
  }
  get signal(): Signal {
    return this.#find().signal;
  }
  get idempotencyKey(): string {
    return idempotencyKey(this.#node.run.id, this.#node.key);
  }
  get log(): StepLog {
    return this.#node.run.logOf(this.#node);
  }

  /** Used in the body of a step below it, they create steps there. */
  #find(): Attempt {
    if (this.#place === undefined) return currentAttempt() ?? this.#outside!();
    const own = this.#place.ownAttempt;
    if (own.isDriving) return own; // its own generator is running, and nothing else
    const current = currentAttempt();
    return current !== undefined && current !== own && isWithin(current, own) ? current : own;
  }
  get #node(): StepNode {
    return this.#find().node;
  }
  #create(plan: StepPlan): StepView {
    return new StepView(createStep(this.#find(), plan));
  }
  #createBranching(kind: "all" | "race", args: readonly unknown[]): StepView {
    const plan = planBranches(kind, args);
    const node = createStep(this.#find(), plan);
    adoptSteps(
      node,
      plan.branches.flatMap(({ branch }) => (branch instanceof StepView ? [StepView.choose(branch)] : [])),
    );
    return new StepView(node);
  }
}

/** Whether `inner` is `outer` or runs below it. */
function isWithin(inner: Attempt, outer: Attempt): boolean {
  for (let attempt: Attempt | undefined = inner; attempt !== undefined; attempt = attempt.node.home) {
    if (attempt === outer) return true;
  }
  return false;
}

/** The tools that the body of an attempt is handed, or of a step whose attempt is made when they are used. */
export function toolsAt(place: Attempt | StepNode): LiveStepTools {
  return new LiveStepTools(place);
}
