// Tells observers what happens, each apart from the others and from the run (P8).
import type { BusinessContext } from "./context.ts";
import type { LogLevel, StepLog } from "./log.ts";
import type {
  ObservedAttempt,
  ObservedLog,
  ObservedRun,
  ObservedRunEnd,
  ObservedRunResume,
  ObservedRunSuspension,
  ObservedStep,
  ObservedStepEnd,
  Observer,
} from "./observer.ts";
import type { StepKind } from "./step-plan.ts";
import { tagsOf } from "./step-tags.ts";
import type { RunFrame, StepNode } from "./step-tree.ts";
import { warnOnce } from "./warning.ts";
import { partOfThrown, textOfThrown } from "../internal/thrown.ts";

export interface FailedAttemptNews {
  readonly attempt: number;
  readonly error: unknown;
  readonly duration: number;
  readonly delayMs: number | undefined;
}

export class StepAudience {
  readonly #observers: readonly Observer[];
  readonly #nowMs: () => number;

  constructor(observers: readonly Observer[], nowMs: () => number) {
    this.#observers = observers;
    this.#nowMs = nowMs;
  }

  get isEmpty(): boolean {
    return this.#observers.length === 0;
  }
  runStarted(run: RunFrame): void {
    this.#tell("onRunStart", () => observedRun(run));
  }
  runResumed(run: RunFrame, news: Pick<ObservedRunResume, "reason" | "from" | "openSteps">): void {
    this.#tell("onRunResume", () => ({ ...observedRun(run), ...news }));
  }
  runSuspended(run: RunFrame, news: Pick<ObservedRunSuspension, "reason" | "dueAt">): void {
    this.#tell("onRunSuspend", () => ({ ...observedRun(run), ...news }));
  }
  runPaused(run: RunFrame, difference: string): void {
    this.#tell("onRunPause", () => ({ ...observedRun(run), difference }));
  }
  runEnded(run: RunFrame, news: Pick<ObservedRunEnd, "outcome" | "error" | "duration">): void {
    this.#tell("onRunEnd", () => ({ ...observedRun(run), ...news }));
  }
  /** The function itself is told of as a run. */
  stepStarted(node: StepNode): void {
    if (node.home !== undefined) this.#tell("onStepStart", () => new StepObservation(node));
  }
  attemptFailed(node: StepNode, news: FailedAttemptNews): void {
    if (node.home === undefined) return;
    const retryAt = news.delayMs === undefined ? undefined : new Date(this.#nowMs() + news.delayMs);
    this.#tell("onStepAttempt", () => new AttemptObservation(node, news, retryAt));
  }
  stepEnded(node: StepNode): void {
    if (node.home !== undefined && !node.special.isDiscarded)
      this.#tell("onStepEnd", () => new StepEndObservation(node));
  }
  logOf(node: StepNode): StepLog {
    const write =
      (level: LogLevel) =>
      (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
        this.#tell("onLog", (): ObservedLog => {
          const { number, name, path, tags, run } = new StepObservation(node);
          return { run, number, name, path, tags, level, message, fields };
        });
    return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  }

  #tell<Hook extends keyof Observer>(hook: Hook, makeNews: () => Parameters<NonNullable<Observer[Hook]>>[0]): void {
    if (this.#observers.length === 0) return;
    const news = makeNews();
    for (const observer of this.#observers) {
      try {
        const returned = (observer[hook] as ((news: unknown) => unknown) | undefined)?.(news);
        if (typeof (returned as PromiseLike<unknown> | undefined)?.then === "function") {
          (returned as PromiseLike<unknown>).then(undefined, (error: unknown) => reportObserver(hook, error));
        }
      } catch (error) {
        reportObserver(hook, error);
      }
    }
  }
}

function reportObserver(hook: string, error: unknown): void {
  warnOnce(
    `observer ${hook}`,
    `an observer's ${hook} failed, which changes nothing for the run: ${stackOrText(error)}`,
  );
}

function stackOrText(error: unknown): string {
  const stack = partOfThrown(error, "stack");
  return typeof stack === "string" ? stack : textOfThrown(error);
}

function observedRun(run: RunFrame): ObservedRun {
  const { id, functionId, functionName, event, context } = run;
  return {
    id,
    function: { id: functionId, name: functionName },
    event: { id: event.id, name: event.name, ts: event.ts },
    context,
  };
}

class StepObservation implements ObservedStep {
  readonly #node: StepNode;
  constructor(node: StepNode) {
    this.#node = node;
  }
  get run(): ObservedRun {
    return observedRun(this.#node.run);
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
  get kind(): StepKind {
    return this.#node.plan.kind;
  }
  get tags(): readonly string[] {
    return tagsOf(this.#node);
  }
  get attributes(): Readonly<Record<string, string | number | boolean>> {
    return this.#node.plan.options.attributes ?? {};
  }
  get description(): string | undefined {
    return this.#node.plan.options.description;
  }
  get context(): BusinessContext {
    return this.#node.run.context;
  }
  get dueAt(): Date | undefined {
    const { dueMs } = this.#node.special;
    return dueMs === undefined ? undefined : new Date(dueMs);
  }
  get attemptsAllowed(): number {
    return this.#node.retries + 1;
  }
}

class AttemptObservation extends StepObservation implements ObservedAttempt {
  readonly #news: FailedAttemptNews;
  readonly retryAt: Date | undefined;
  constructor(node: StepNode, news: FailedAttemptNews, retryAt: Date | undefined) {
    super(node);
    this.#news = news;
    this.retryAt = retryAt;
  }
  get attempt(): number {
    return this.#news.attempt;
  }
  get error(): unknown {
    return this.#news.error;
  }
  get duration(): number {
    return this.#news.duration;
  }
}

class StepEndObservation extends StepObservation implements ObservedStepEnd {
  readonly attempts: number;
  readonly outcome: ObservedStepEnd["outcome"];
  readonly error: unknown;
  readonly duration: number;
  readonly isComposite: boolean;
  constructor(node: StepNode) {
    super(node);
    this.attempts = node.attempts;
    this.outcome = node.phase as ObservedStepEnd["outcome"];
    this.error = node.error;
    this.duration = (node.endedUs - node.startedUs) / 1_000;
    this.isComposite = (node.attempt?.stepCount ?? 0) > 0;
  }
}
