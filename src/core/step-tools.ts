// `step` at run time: each call creates a step in the body that is running.
import type { BusinessContext } from "./context.ts";
import type { ReceivedEvent } from "./event.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import type { StepLog } from "./log.ts";
import { currentAttempt } from "./scope.ts";
import { planBranches, planFail, planMap, planRun, planSleep, planSleepUntil, type StepPlan } from "./step-plan.ts";
import { adoptSteps, createStep } from "./step-start.ts";
import { isWithin, type Attempt, type StepNode } from "./step-tree.ts";
import type { Signal } from "./step-options.ts";
import { StepView } from "./step-view.ts";

type Call = (...args: unknown[]) => StepView;

/** The tools of one attempt, or of whatever attempt is running. Its methods may be destructured. */
export class LiveStepTools {
  readonly #find: () => Attempt;
  constructor(find: () => Attempt) {
    this.#find = find;
  }

  get run(): Call {
    return (...args) => this.#create(planRun(args));
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

/** The tools that the body of `attempt` is handed. Used in the body of a step below it, they create steps there. */
export function toolsOf(attempt: Attempt): LiveStepTools {
  return new LiveStepTools(() => {
    const current = currentAttempt();
    return current !== undefined && current !== attempt && isWithin(current, attempt) ? current : attempt;
  });
}
