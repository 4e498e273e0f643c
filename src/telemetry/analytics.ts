// What steps do, as events for product analytics: collected, delivered in batches, and never in the way of a run (N2).
//
// Owns: what waits to be delivered, and how much was delivered or dropped. Does not own: how it is delivered (the app's own).
// Called by: the audience of an app, as any observer.
//   Q1. At most one delivery at a time; meanwhile events wait, up to a limit; beyond it the newest are dropped, and counted.
//   Q2. A delivery that fails, or takes too long, is given up on after its retries: its events are dropped, and counted.
import { systemClock, type Clock } from "../core/clock.ts";
import { durationToMs, type Duration } from "../core/duration.ts";
import { InvalidDefinitionError } from "../core/errors.ts";
import type { ObservedRunEnd, ObservedStepEnd, Observer } from "../core/observer.ts";
import type { Signal } from "../core/step-options.ts";
import type { RedactedError } from "../core/redaction.ts";

/** A step that has its outcome, as analytics see it. Plain data, without secrets. */
export interface StepEvent {
  readonly type: "step";
  readonly at: Date;
  readonly run: { readonly id: string; readonly function: string; readonly event: string };
  readonly number: string;
  readonly name: string;
  readonly path: string;
  readonly kind: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Milliseconds, all attempts and waits together. */
  readonly duration: number;
  readonly attempts: number;
  readonly outcome: ObservedStepEnd["outcome"];
  readonly error: RedactedError | undefined;
  readonly context: Readonly<Record<string, unknown>>;
}

/** A run that has ended, as analytics see it. */
export interface RunEvent {
  readonly type: "run";
  readonly at: Date;
  readonly run: { readonly id: string; readonly function: string; readonly event: string };
  /** Milliseconds from its beginning, sleeps and waits included. */
  readonly duration: number;
  readonly outcome: ObservedRunEnd["outcome"];
  readonly error: RedactedError | undefined;
  readonly context: Readonly<Record<string, unknown>>;
}

/** What is delivered. */
export type AnalyticsEvent = StepEvent | RunEvent;

/** How events are delivered. */
export interface AnalyticsOptions {
  /** Hands a batch to whoever keeps it. The signal is aborted when its time is over. What it rejects with is counted, not thrown. */
  readonly deliver: (batch: readonly AnalyticsEvent[], signal: Signal) => Promise<unknown>;
  /** Which events there are. Default: all. */
  readonly only?: ((event: AnalyticsEvent) => boolean) | undefined;
  /** The most in one batch. Default: 100. */
  readonly batchSize?: number | undefined;
  /** How long the first of a batch waits for others. Default: 1 s. */
  readonly wait?: Duration | undefined;
  /** The most that wait. Beyond it, what comes is dropped. Default: 10,000. */
  readonly limit?: number | undefined;
  /** How long a delivery may take. Default: 10 s. */
  readonly timeout?: Duration | undefined;
  /** How often a delivery that failed is tried again. Default: 2. */
  readonly retries?: number | undefined;
}

/** An observer that delivers, and what it has come to. */
export interface Analytics extends Observer {
  readonly counts: { readonly delivered: number; readonly dropped: number; readonly waiting: number };
  /** Delivers what waits. Resolves when it has been delivered or dropped: before the process ends. */
  flush(): Promise<void>;
}

/**
 * An observer that hands what steps and runs come to over to product analytics, in batches.
 *
 * Use it with `createApp({ observers: [analytics({ deliver })] })`, and `await` its `flush()` before the process ends. A step that
 * was recorded before is not told of again on replay; one whose process died right behind its outcome may never be. Whatever the
 * receiver does, runs go on: what it does not take in time is dropped, and counted in `counts`.
 * Throws `InvalidDefinitionError` for options that make no sense.
 *
 * @example
 * const tracked = analytics({
 *   deliver: (batch, signal) =>
 *     fetch("https://analytics.example.com/batch", { method: "POST", body: JSON.stringify(batch), signal }),
 * });
 * const app = createApp({ name: "billing", observers: [tracked] });
 */
export function analytics(options: AnalyticsOptions): Analytics {
  const problem = optionsProblem(options);
  if (problem !== undefined) throw InvalidDefinitionError.for(`analytics ${problem}`);
  return new BatchedAnalytics(options, systemClock);
}

function optionsProblem(given: unknown): string | undefined {
  const { deliver, only, batchSize = 1, limit = 1, retries = 0 } = (given ?? {}) as Partial<Record<string, unknown>>;
  if (typeof deliver !== "function") return "needs deliver: a function that hands a batch over";
  if (only !== undefined && typeof only !== "function") return "takes only: a function that says yes or no to an event";
  if (!isCount(batchSize, 1) || !isCount(limit, 1)) return "takes batchSize and limit: whole numbers from 1 up";
  return isCount(retries, 0) ? undefined : "takes retries: a whole number from 0 up";
}
function isCount(given: unknown, least: number): boolean {
  return typeof given === "number" && Number.isInteger(given) && given >= least;
}

const RETRY_MS = 250;

export class BatchedAnalytics implements Analytics {
  readonly #options: AnalyticsOptions;
  readonly #clock: Clock;
  readonly #batchSize: number;
  readonly #limit: number;
  readonly #waitMs: number;
  readonly #timeoutMs: number;
  #waiting: AnalyticsEvent[] = [];
  #underWay = 0;
  #delivery: Promise<void> | undefined;
  #stopTimer: (() => void) | undefined;
  #delivered = 0;
  #dropped = 0;

  constructor(options: AnalyticsOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#batchSize = options.batchSize ?? 100;
    this.#limit = options.limit ?? 10_000;
    this.#waitMs = durationToMs(options.wait ?? "1s");
    this.#timeoutMs = durationToMs(options.timeout ?? "10s");
  }

  get counts() {
    return { delivered: this.#delivered, dropped: this.#dropped, waiting: this.#waiting.length + this.#underWay };
  }

  onStepEnd(step: ObservedStepEnd): void {
    const { run, number, kind, duration, attempts, outcome } = step;
    const { redact } = run;
    this.#add({
      type: "step",
      at: new Date(this.#clock.now()),
      run: { id: run.id, function: redact.text(run.function.name), event: redact.text(run.event.name) },
      number,
      name: redact.text(step.name),
      path: redact.text(step.path),
      kind,
      tags: step.tags.map((tag) => redact.text(tag)),
      attributes: redact.value(step.attributes) as StepEvent["attributes"],
      duration,
      attempts,
      outcome,
      error: step.error === undefined ? undefined : redact.error(step.error),
      context: run.context,
    });
  }

  onRunEnd({ redact, id, event, outcome, error, context, startedAt, function: { name } }: ObservedRunEnd): void {
    const at = new Date(this.#clock.now());
    this.#add({
      type: "run",
      at,
      run: { id, function: redact.text(name), event: redact.text(event.name) },
      duration: at.getTime() - startedAt.getTime(),
      outcome,
      error: error === undefined ? undefined : redact.error(error),
      context,
    });
  }

  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#delivery !== undefined) {
      this.#deliverSoon(0);
      await this.#delivery;
    }
  }

  /** Q1 */
  #add(event: AnalyticsEvent): void {
    if (this.#options.only?.(event) === false) return;
    if (this.#waiting.length + this.#underWay >= this.#limit) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(event);
    this.#deliverSoon(this.#waiting.length >= this.#batchSize ? 0 : this.#waitMs);
  }

  #deliverSoon(waitMs: number): void {
    if (this.#delivery !== undefined) return;
    if (waitMs === 0) {
      this.#stopTimer?.();
      this.#stopTimer = undefined;
      this.#delivery = this.#deliver();
    } else this.#stopTimer ??= this.#clock.timer(waitMs, () => this.#deliverSoon(0));
  }

  async #deliver(): Promise<void> {
    await new Promise<void>((resolve) => this.#clock.turn(resolve)); // not in the turn of a step that has just ended
    const batch = this.#waiting.splice(0, this.#batchSize);
    this.#underWay = batch.length;
    if (await this.#isTaken(batch)) this.#delivered += batch.length;
    else this.#dropped += batch.length;
    this.#underWay = 0;
    this.#delivery = undefined;
    if (this.#waiting.length > 0) this.#deliverSoon(this.#waiting.length >= this.#batchSize ? 0 : this.#waitMs);
  }

  /** Q2 */
  async #isTaken(batch: readonly AnalyticsEvent[]): Promise<boolean> {
    const { retries = 2 } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#inTime(batch);
        return true;
      } catch {
        // Counted, not told: the receiver's troubles are no run's. `counts.dropped` is what people watch.
        if (attempt >= retries) return false;
        await new Promise<void>((resolve) => this.#clock.timer(RETRY_MS * 2 ** attempt, resolve));
      }
    }
  }

  async #inTime(batch: readonly AnalyticsEvent[]): Promise<void> {
    const controller = new AbortController();
    let stop = (): void => {};
    const isOver = new Promise<never>((_resolve, reject) => {
      stop = this.#clock.timer(this.#timeoutMs, () => {
        controller.abort();
        reject(controller.signal.reason);
      });
    });
    try {
      await Promise.race([this.#options.deliver(batch, controller.signal), isOver]);
    } finally {
      stop();
    }
  }
}
