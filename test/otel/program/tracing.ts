// An SDK as an app sets it up: real spans, through the real exporter. The packages are the fixture's, of whichever line.
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

const exporter = new OTLPTraceExporter({ url: `${process.env["RECEIVER"]}/v1/traces` });
const provider = new TracerProvider({
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
});
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(provider);

export const tracer = trace.getTracer("program");

/** When it resolves, the receiver has what has ended. */
export async function flushed(): Promise<void> {
  await provider.forceFlush();
}
