// How many, how long, how late: metrics of runs, steps and events.
//
// Owns: the metric instruments, and which runs are at work here. Called by: otel-observer.
//   N1. Labels are names, never ids, numbers, paths or messages: their combinations stay few.
import type { Attributes, Meter } from "@opentelemetry/api";
import type { Clock } from "../core/clock.ts";
import type { ObservedApp, ObservedSending } from "../core/instrument.ts";
import type { ObservedAttempt, ObservedRun, ObservedRunEnd, ObservedStepEnd } from "../core/observer.ts";
import { CONVENTION, NAME } from "./attribute-names.ts";

const SECONDS = {
  unit: "s",
  advice: {
    explicitBucketBoundaries: [
      0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400,
    ],
  },
};

export class OtelMetrics {
  readonly #meters: ReturnType<typeof metersOf>;
  readonly #clock: Clock;
  readonly #atWork = new Set<string>();

  constructor(meter: Meter, clock: Clock, apps: readonly ObservedApp[]) {
    this.#meters = metersOf(meter);
    meter
      .createObservableGauge("surefoot.run.count", {
        unit: "{run}",
        description: "Runs that have not ended, by what they are doing: of the whole store, whichever process is asked",
      })
      .addCallback(async (result) => {
        for (const app of apps)
          for (const [state, count] of await app.counts())
            result.observe(count, { [NAME.appName]: app.name, [NAME.runState]: state });
      });
    this.#clock = clock;
  }

  onRunStart(run: ObservedRun): void {
    this.#meters.delay.record(seconds(Math.max(0, this.#clock.now() - run.event.ts)), ofFunction(run));
    this.isAtWork(run);
  }
  isAtWork(run: ObservedRun): void {
    if (this.#atWork.has(run.id)) return;
    this.#atWork.add(run.id);
    this.#meters.active.add(1, ofFunction(run));
  }
  hasLeft(run: ObservedRun): void {
    if (this.#atWork.delete(run.id)) this.#meters.active.add(-1, ofFunction(run));
  }
  onRunEnd(run: ObservedRunEnd): void {
    this.hasLeft(run);
    this.#meters.runs.record(seconds(this.#clock.now() - run.startedAt.getTime()), {
      ...ofFunction(run),
      [NAME.runOutcome]: run.outcome,
      ...typeIn(run, run.outcome, run.error),
    });
  }
  onStepAttempt(attempt: ObservedAttempt): void {
    if (attempt.retryAt === undefined) return;
    this.#meters.retries.add(1, { ...ofStep(attempt), ...typeIn(attempt.run, "failed", attempt.error) });
  }
  onStepEnd(step: ObservedStepEnd): void {
    this.#meters.steps.record(seconds(step.duration), {
      ...ofStep(step),
      [NAME.stepOutcome]: step.outcome,
      ...typeIn(step.run, step.outcome, step.error),
    });
  }
  hasSent({ events }: ObservedSending): void {
    for (const { name } of events) this.#meters.events.add(1, { [NAME.eventName]: name });
  }
}

function metersOf(meter: Meter) {
  return {
    runs: meter.createHistogram("surefoot.run.duration", {
      ...SECONDS,
      description: "From the beginning of a run to its end, sleeps and waits included",
    }),
    steps: meter.createHistogram("surefoot.step.duration", {
      ...SECONDS,
      description: "All attempts at a step together, with the waits between them",
    }),
    delay: meter.createHistogram("surefoot.schedule.delay", {
      ...SECONDS,
      description: "From when a run was due until a worker began with it",
    }),
    active: meter.createUpDownCounter("surefoot.run.active", {
      unit: "{run}",
      description: "Runs in the memory of this process",
    }),
    retries: meter.createCounter("surefoot.step.retries", {
      unit: "{attempt}",
      description: "Attempts that failed and are followed by another one",
    }),
    events: meter.createCounter("surefoot.event.sent", { unit: "{event}", description: "Events sent by this process" }),
  };
}

function ofFunction(run: ObservedRun): Attributes {
  return { [NAME.functionName]: run.redact.text(run.function.name) };
}
function ofStep({ run, name }: ObservedStepEnd | ObservedAttempt): Attributes {
  return { ...ofFunction(run), [NAME.stepName]: run.redact.text(name) };
}
function typeIn({ redact }: ObservedRun, outcome: string, error: unknown): Attributes {
  return outcome === "failed" || outcome === "recovered" ? { [CONVENTION.errorType]: redact.error(error).type } : {};
}
function seconds(ms: number): number {
  return ms / 1_000;
}
