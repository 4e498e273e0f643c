// Tracing as an app sets it up, in every second life of a worker: what one life kept of its traces, the next finds, and the other way round.
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import type { Observer } from "../../src/index.ts";
import { otel } from "../../src/otel.ts";

/** The observers of one life. */
export function observersOfLife(life: number): readonly Observer[] {
  if (life % 2 === 0) return [];
  const nothing = async (): Promise<void> => {};
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [{ onStart() {}, onEnd() {}, forceFlush: nothing, shutdown: nothing }] }),
  );
  return [otel()];
}
