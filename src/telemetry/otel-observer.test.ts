// OpenTelemetry on a real SDK in memory: what otel-tracing, failure-marks, otel-metrics and attribute-names make of a run. The whole
// trees, on both lines of the SDK and across processes, are in test/otel.
import { SpanKind, context, metrics, propagation, trace, type TextMapPropagator } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemoryMetricExporter,
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AbstractError, InvalidDefinitionError, TaggedError, createApp, step, type Instrument } from "../index.ts";
import { otel } from "../otel.ts";
import { contextAttributes } from "./attribute-names.ts";

class Declined extends TaggedError("Declined")<{ readonly code: string }> {}
class Unpaid extends AbstractError("Unpaid") {}

afterEach(() => {
  trace.disable();
  context.disable();
  metrics.disable();
  propagation.disable();
  vi.restoreAllMocks();
});

function sdk() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { provider, spans: () => exporter.getFinishedSpans() };
}
function globally() {
  const { provider, spans } = sdk();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return spans;
}

async function failing(observer: Instrument): Promise<void> {
  const app = createApp({ name: "shop", observers: [observer] });
  const fn = app.createFunction({ name: "Order" }, { event: "placed" }, function* () {
    yield* step
      .run("Pay", function* () {
        yield* step.run("Charge", function* () {
          yield* new Declined({ code: "stolen" });
        });
      })
      .abstractError(Unpaid);
  });
  await app.run(fn, { context: { userId: "u_42", userEmail: "ada@example.com" } }).catch(() => {});
}

describe("options that make no sense", () => {
  it.each([{ mode: "each" }, { context: "userId" }, { context: [1] }])("%j", (options) => {
    expect(() => otel(options as never)).toThrow(InvalidDefinitionError);
  });
  it("such as what is no list of observers, are refused by the app", () => {
    for (const observers of [otel(), [null], ["otel"]])
      expect(() => createApp({ name: "a", observers: observers as never })).toThrow(InvalidDefinitionError);
  });
});

describe("spans", () => {
  it("are none without an SDK, and the API is asked once for the run", async () => {
    const asked = vi.spyOn(trace, "getTracerProvider");
    const tracer = vi.spyOn(trace, "getTracer");
    await failing(otel());
    expect(asked).toHaveBeenCalledTimes(1);
    expect(tracer).not.toHaveBeenCalled();
  });
  it("are made as soon as there is one", async () => {
    const observer = otel();
    await failing(observer);
    const spans = globally();
    await failing(observer);
    expect(spans().map(({ name }) => name)).toEqual(["step Charge", "step Pay", "run Order"]);
  });
  it("are all below the run where nothing keeps a context, with a provider of one's own", async () => {
    const { provider, spans } = sdk();
    await failing(otel({ tracerProvider: provider }));
    const run = spans().find(({ kind }) => kind === SpanKind.CONSUMER)!;
    expect(spans().filter((span) => span.parentSpanContext?.spanId === run.spanContext().spanId)).toHaveLength(2);
  });
});

describe("a failure", () => {
  it("is recorded once, where it arose, and is its wrapper from there up", async () => {
    const spans = globally();
    await failing(otel());
    const told = spans().map(({ name, events, attributes }) => [
      name,
      events.map((event) => event.name),
      attributes["error.type"],
      attributes["surefoot.error.cause.types"],
    ]);
    expect(told).toEqual([
      ["step Charge", ["exception"], "Declined", undefined],
      ["step Pay", [], "Unpaid", ["Declined"]],
      ["run Order", [], "Unpaid", ["Declined"]],
    ]);
  });
});

describe("the context on spans", () => {
  it("is what was chosen, under the names of the conventions; the e-mail address only if asked for", async () => {
    const spans = globally();
    await failing(otel());
    expect(spans().map(({ attributes }) => [attributes["user.id"], attributes["user.email"]])).toEqual(
      spans().map(() => ["u_42", undefined]),
    );
    expect(
      contextAttributes({ userEmail: "a@b.c", plan: "pro", body: { a: 1 } }, ["userEmail", "plan", "body", "toString"]),
    ).toEqual({
      "user.email": "a@b.c",
      "surefoot.context.plan": "pro",
    });
  });
});

describe("what goes along with events", () => {
  it("is the W3C's, whatever the propagator; of that only the baggage", () => {
    globally();
    const observer = otel();
    observer.isIdle!();
    const other: TextMapPropagator = {
      inject: (_context, carrier, setter) => {
        setter.set(carrier, "b3", "x");
        setter.set(carrier, "baggage", "tenant=acme");
      },
      extract: (given) => given,
      fields: () => [],
    };
    propagation.setGlobalPropagator(other);
    expect(observer.traceCarrier!()).toBeUndefined();
    trace.getTracer("t").startActiveSpan("endpoint", (span) => {
      const { traceId, spanId } = span.spanContext();
      expect(observer.traceCarrier!()).toEqual({ traceparent: `00-${traceId}-${spanId}-01`, baggage: "tenant=acme" });
      span.end();
    });
  });
});

/** What a reader of metrics collects. */
function collecting() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  return async () => {
    await reader.shutdown(); // it collects once more
    return exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics: found }) => found)
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [descriptor.name, attributes, value] as const),
      );
  };
}

describe("metrics", () => {
  it("are durations, retries and delays, by names", async () => {
    const collected = collecting();
    await failing(otel());
    const order = { "surefoot.function.name": "Order" };
    const ofStep = (name: string, type: string) => ({
      ...{ ...order, "surefoot.step.name": name, "surefoot.step.outcome": "failed", "error.type": type },
    });
    expect((await collected()).map(([name, attributes]) => [name, attributes])).toEqual([
      ["surefoot.run.duration", { ...order, "surefoot.run.outcome": "failed", "error.type": "Unpaid" }],
      ["surefoot.step.duration", ofStep("Charge", "Declined")],
      ["surefoot.step.duration", ofStep("Pay", "Unpaid")],
      ["surefoot.schedule.delay", order],
      ["surefoot.run.active", order],
    ]);
  });
  it("are counts of what has not ended, by what it is doing", async () => {
    const collected = collecting();
    let started = (): void => {};
    const hasStarted = new Promise<void>((resolve) => (started = resolve));
    const app = createApp({ name: "asleep", observers: [otel(), { onRunStart: () => started() }] });
    const sleeps = app.createFunction({ name: "Sleeps" }, { event: "e" }, () => step.sleep("1 hour"));
    const run = app.run(sleeps, {});
    run.catch(() => {});
    await hasStarted;
    const found = (await collected()).filter(([name]) => name === "surefoot.run.count");
    expect(found).toEqual([
      ["surefoot.run.count", { "surefoot.app.name": "asleep", "surefoot.run.state": "running" }, 1],
    ]);
    await app.cancel(run.id);
  });
});
