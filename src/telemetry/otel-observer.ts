// OpenTelemetry as an instrument of an app: spans, links, metrics.
//
// Owns: nothing but its two parts. Does not own: the SDK, which is the app's own; without one, runs are not even looked at.
// Called by: the audience of an app, as any observer.
import { ProxyTracerProvider, createNoopMeter, metrics, trace, type Meter, type Tracer } from "@opentelemetry/api";
import { systemClock } from "../core/clock.ts";
import { InvalidDefinitionError } from "../core/errors.ts";
import type {
  Instrument,
  ObservedApp,
  ObservedEntry,
  ObservedSending,
  ObservedSlice,
  TraceCarrier,
} from "../core/instrument.ts";
import type {
  ObservedAttempt,
  ObservedRun,
  ObservedRunEnd,
  ObservedRunPause,
  ObservedRunResume,
  ObservedRunSuspension,
  ObservedStepEnd,
} from "../core/observer.ts";
import { isListOfTexts } from "../core/secret-keys.ts";
import { OtelMetrics } from "./otel-metrics.ts";
import { OtelTracing } from "./otel-tracing.ts";

/** How runs are traced. Providers are typed by what is asked of them: those of every line of the SDK fit. */
export interface OtelOptions {
  /**
   * `linked`: each slice of a run, from when it wakes until it sleeps or ends, is a trace of its own, with links to where its event
   * was sent, to the run's first slice and to the one before. `continuous`: all slices are in the trace of the sender; a run that
   * sleeps for days makes a trace of days. Default: `linked`.
   */
  readonly mode?: "linked" | "continuous" | undefined;
  /** The keys of the business context that spans carry. Default: `userId` and `endpoint`. */
  readonly context?: readonly string[] | undefined;
  /** Default: the global one, whenever it is set. */
  readonly tracerProvider?: { getTracer(name: string, version?: string): object } | undefined;
  /** Default: the global one. */
  readonly meterProvider?: { getMeter(name: string, version?: string): object } | undefined;
}

const SCOPE = "surefoot";
const DEFAULT_CONTEXT = ["userId", "endpoint"];

/**
 * An observer that tells an OpenTelemetry SDK of each run: spans, links and metrics.
 *
 * Use it with `createApp({ observers: [otel()] })` and any SDK, set up as for everything else in the process; without one, it costs
 * a look per run. A step that was recorded before makes no span on replay; after a crash, the run goes on in a new trace that is
 * linked to the last one. Spans carry names, numbers and the chosen context, no payloads, and no secrets.
 * Throws `InvalidDefinitionError` for options that make no sense. No exporter can hold a run up: what the SDK does is the SDK's.
 *
 * @example
 * const app = createApp({ name: "billing", store: sqlite("billing.db"), observers: [otel({ context: ["userId", "tenant"] })] });
 */
export function otel(options: OtelOptions = {}): Instrument {
  const { mode = "linked", context = DEFAULT_CONTEXT } = options;
  if (mode !== "linked" && mode !== "continuous")
    throw InvalidDefinitionError.for('the mode of otel is "linked" or "continuous"');
  if (!isListOfTexts(context))
    throw InvalidDefinitionError.for('the context of otel is a list of its keys: ["userId", "tenant"]');
  return new OtelObserver(options);
}

class OtelObserver implements Instrument {
  readonly #options: OtelOptions;
  readonly #apps: ObservedApp[] = [];
  #tracing: OtelTracing | undefined;
  #metrics: OtelMetrics | undefined;

  constructor(options: OtelOptions) {
    this.#options = options;
  }

  /** An SDK that is set up after the app is found by the runs from then on. */
  isIdle(): boolean {
    const { mode = "linked", context = DEFAULT_CONTEXT, tracerProvider, meterProvider } = this.#options;
    if (this.#tracing === undefined && (tracerProvider !== undefined || hasTracerProvider())) {
      const tracer = (tracerProvider ?? trace.getTracerProvider()).getTracer(SCOPE) as Tracer;
      this.#tracing = new OtelTracing(tracer, { mode, context });
    }
    if (this.#metrics === undefined && (meterProvider !== undefined || hasMeterProvider())) {
      const meter = (meterProvider ?? metrics.getMeterProvider()).getMeter(SCOPE) as Meter;
      this.#metrics = new OtelMetrics(meter, systemClock, this.#apps);
    }
    return this.#tracing === undefined && this.#metrics === undefined;
  }

  onApp(app: ObservedApp): void {
    this.#apps.push(app);
  }
  aroundRun(slice: ObservedSlice, enter: () => void): void {
    if (this.#tracing === undefined) enter();
    else this.#tracing.aroundRun(slice, enter);
  }
  aroundStep(entry: ObservedEntry, enter: () => void): void {
    if (this.#tracing === undefined) enter();
    else this.#tracing.aroundStep(entry, enter);
  }
  aroundSend(sending: ObservedSending, send: () => Promise<unknown>): void {
    this.#metrics?.hasSent(sending);
    if (this.#tracing === undefined) void send();
    else this.#tracing.aroundSend(sending, send);
  }
  traceCarrier(): TraceCarrier | undefined {
    return this.#tracing?.traceCarrier();
  }

  onRunStart(run: ObservedRun): void {
    this.#metrics?.onRunStart(run);
  }
  onRunResume(run: ObservedRunResume): void {
    this.#metrics?.isAtWork(run);
    this.#tracing?.onRunResume(run);
  }
  onRunSuspend(run: ObservedRunSuspension): void {
    this.#metrics?.hasLeft(run);
    this.#tracing?.onRunSuspend(run);
  }
  onRunPause(run: ObservedRunPause): void {
    this.#metrics?.hasLeft(run);
    this.#tracing?.onRunPause(run);
  }
  onRunEnd(run: ObservedRunEnd): void {
    this.#metrics?.onRunEnd(run);
    this.#tracing?.onRunEnd(run);
  }
  onStepAttempt(attempt: ObservedAttempt): void {
    this.#metrics?.onStepAttempt(attempt);
    this.#tracing?.onStepAttempt(attempt);
  }
  onStepEnd(step: ObservedStepEnd): void {
    this.#metrics?.onStepEnd(step);
    this.#tracing?.onStepEnd(step);
  }
}

const NO_PROVIDER = new ProxyTracerProvider().getDelegate();

function hasTracerProvider(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegate() !== NO_PROVIDER;
}

function hasMeterProvider(): boolean {
  return metrics.getMeterProvider().getMeter(SCOPE) !== createNoopMeter();
}
