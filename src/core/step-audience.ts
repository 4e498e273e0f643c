// Tells observers what happens, each apart from the others and from the run (P8).
import type { BusinessContext } from "./context.ts";
import type { Instrument, ObservedApp, ObservedEntry } from "./instrument.ts";
import { Instruments, hasHook } from "./instruments.ts";
import type { LogLevel, StepLog } from "./log.ts";
import { reportObserver } from "./observer-report.ts";
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
import type { Redactor } from "./redaction.ts";
import { observedRun, observedWith, type RunSubject } from "./run-subject.ts";
import type { StepKind } from "./step-plan.ts";
import { tagsOf } from "./step-tags.ts";
import type { RunFrame, StepNode } from "./step-tree.ts";
import { textOfThrown } from "../internal/thrown.ts";
import { isThenable } from "../internal/thenable.ts";

export interface FailedAttemptNews {
  readonly attempt: number;
  readonly error: unknown;
  readonly duration: number;
  readonly delayMs: number | undefined;
}

export interface RunEndNews extends Pick<ObservedRunEnd, "outcome" | "error" | "duration"> {
  /** When it first began, where that was another time than `duration` ago. */
  readonly startedMs?: number;
}

export class StepAudience {
  /** What code is entered through; undefined if nothing stands around it. */
  readonly instruments: Instruments | undefined;
  readonly #observers: readonly Instrument[];
  readonly #nowMs: () => number;
  readonly #redactor: Redactor | undefined;
  readonly #mayBeIdle: boolean;
  /** Whether anybody hears of starts: most instruments see them by what they stand around. */
  readonly #hearsOfStarts: boolean;
  /** By which of them are awake, a bit for each. */
  readonly #byAwake = new Map<number, StepAudience>();

  constructor(observers: readonly Instrument[], nowMs: () => number, redactor?: Redactor) {
    this.#observers = observers;
    this.#nowMs = nowMs;
    this.#redactor = redactor;
    this.#mayBeIdle = observers.some((observer) => hasHook(observer, "isIdle"));
    this.#hearsOfStarts = observers.some((observer) => hasHook(observer, "onStepStart"));
    this.instruments = Instruments.among(observers);
  }

  /** Those of them that are not idle: asked for each run, so that an idle one costs its steps nothing. */
  awake(): StepAudience {
    if (!this.#mayBeIdle) return this;
    let awake = 0;
    for (let place = 0; place < this.#observers.length; place++)
      if (!isIdle(this.#observers[place]!)) awake += 2 ** place;
    if (awake === 2 ** this.#observers.length - 1) return this;
    let audience = this.#byAwake.get(awake);
    if (audience === undefined) {
      const observers = this.#observers.filter((_observer, place) => Math.floor(awake / 2 ** place) % 2 === 1);
      audience = new StepAudience(observers, this.#nowMs, this.#redactor);
      this.#byAwake.set(awake, audience);
    }
    return audience;
  }

  /** A run as observers see it. */
  observed(run: RunSubject): ObservedRun {
    return observedRun(run, this.#redactor?.of(run.event));
  }

  appMade(app: ObservedApp): void {
    this.#tell("onApp", (observer, made) => observer.onApp?.(made), app);
  }

  get isEmpty(): boolean {
    return this.#observers.length === 0;
  }
  runStarted(run: RunFrame): void {
    if (!this.isEmpty) this.#tell("onRunStart", TELL.onRunStart, run.observed);
  }
  runResumed(run: RunFrame, news: Pick<ObservedRunResume, "reason" | "from" | "openSteps">): void {
    if (!this.isEmpty) this.#tell("onRunResume", TELL.onRunResume, observedWith(run.observed, news));
  }
  runSuspended(run: RunFrame, news: Pick<ObservedRunSuspension, "reason" | "dueAt">): void {
    if (!this.isEmpty) this.#tell("onRunSuspend", TELL.onRunSuspend, observedWith(run.observed, news));
  }
  runPaused(run: RunFrame, difference: string): void {
    if (!this.isEmpty) this.#tell("onRunPause", TELL.onRunPause, observedWith(run.observed, { difference }));
  }
  runEnded(run: RunFrame, news: RunEndNews): void {
    if (this.isEmpty) return;
    const { outcome, error, duration, startedMs = this.#nowMs() - duration } = news;
    const end = { outcome, error, duration, startedAt: new Date(startedMs) };
    this.#tell("onRunEnd", TELL.onRunEnd, observedWith(run.observed, end));
  }
  /** The function itself is told of as a run. */
  stepStarted(node: StepNode): void {
    if (this.#hearsOfStarts && node.home !== undefined)
      this.#tell("onStepStart", TELL.onStepStart, new StepObservation(node));
  }
  attemptFailed(node: StepNode, news: FailedAttemptNews): void {
    if (this.isEmpty || node.home === undefined) return;
    const retryAt = news.delayMs === undefined ? undefined : new Date(this.#nowMs() + news.delayMs);
    this.#tell("onStepAttempt", TELL.onStepAttempt, new AttemptObservation(node, news, retryAt));
  }
  stepEnded(node: StepNode): void {
    if (!this.isEmpty && node.home !== undefined && !node.special.isDiscarded)
      this.#tell("onStepEnd", TELL.onStepEnd, new StepEndObservation(node));
  }
  logOf(node: StepNode): StepLog {
    const write =
      (level: LogLevel) =>
      (message: unknown, fields: Readonly<Record<string, unknown>> = {}): void => {
        if (this.isEmpty) return;
        const { number, name, path, tags, run } = new StepObservation(node);
        const { redact } = run;
        this.#tell("onLog", TELL.onLog, {
          run,
          number,
          name,
          path,
          attempt: node.attempts,
          tags,
          level,
          message: redact.text(typeof message === "string" ? message : textOfThrown(message)),
          fields: redact.value(fields) as ObservedLog["fields"],
          trace: this.instruments?.traceCarrier(),
        });
      };
    return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  }

  #tell<News>(hook: keyof Instrument, tell: (observer: Instrument, news: News) => unknown, news: News): void {
    for (const observer of this.#observers) {
      try {
        const returned = tell(observer, news);
        if (isThenable(returned)) returned.then(undefined, (error: unknown) => reportObserver(hook, error));
      } catch (error) {
        reportObserver(hook, error);
      }
    }
  }
}

function isIdle(observer: Instrument): boolean {
  try {
    return observer.isIdle?.() === true;
  } catch (error) {
    reportObserver("isIdle", error);
    return true;
  }
}

type Tell = { readonly [Hook in keyof Observer]-?: (observer: Observer, news: NewsOf<Hook>) => unknown };
type NewsOf<Hook extends keyof Observer> = Parameters<NonNullable<Observer[Hook]>>[0];

// A call for each hook rather than one by name: looked up by name, each costs as much as the rest of the telling.
const TELL: Tell = {
  onRunStart: (observer, news) => observer.onRunStart?.(news),
  onRunResume: (observer, news) => observer.onRunResume?.(news),
  onRunSuspend: (observer, news) => observer.onRunSuspend?.(news),
  onRunPause: (observer, news) => observer.onRunPause?.(news),
  onRunEnd: (observer, news) => observer.onRunEnd?.(news),
  onStepStart: (observer, news) => observer.onStepStart?.(news),
  onStepAttempt: (observer, news) => observer.onStepAttempt?.(news),
  onStepEnd: (observer, news) => observer.onStepEnd?.(news),
  onLog: (observer, news) => observer.onLog?.(news),
};

const NO_ATTRIBUTES: Readonly<Record<string, never>> = Object.freeze({});

class StepObservation implements ObservedStep {
  readonly #node: StepNode;
  readonly run: ObservedRun;
  constructor(node: StepNode) {
    this.#node = node;
    this.run = node.run.observed;
  }
  get handle(): object {
    return this.#node;
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
    return this.#node.plan.options.attributes ?? NO_ATTRIBUTES;
  }
  get description(): string | undefined {
    return this.#node.plan.options.description;
  }
  get context(): BusinessContext {
    return this.run.context;
  }
  get dueAt(): Date | undefined {
    const { dueMs } = this.#node.special;
    return dueMs === undefined ? undefined : new Date(dueMs);
  }
  get attemptsAllowed(): number {
    return this.#node.retries + 1;
  }
}

/** The code of a step that is about to be entered. */
export class EntryObservation extends StepObservation implements ObservedEntry {
  readonly attempt: number;
  readonly isNew: boolean;
  constructor(node: StepNode, attempt: number, isNew: boolean) {
    super(node);
    this.attempt = attempt;
    this.isNew = isNew;
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
