// What is written by hand where nobody makes a span for each step: the same attributes, and the same SDK around it.
import { SpanKind, context, trace, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { EVENT, LOOP_STEPS, first } from "../workloads.ts";

/** How many spans have ended: each is made, sampled and handed over, and goes nowhere. */
export const ended = { spans: 0 };

/** A provider whose spans nobody exports, as the global one. */
export function traced(): Tracer {
  const onEnd = (): void => {
    ended.spans++;
  };
  const nothing = async (): Promise<void> => {};
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [{ onStart() {}, onEnd, forceFlush: nothing, shutdown: nothing }] }),
  );
  return trace.getTracer("bench");
}

/** A call in a span, as a step is in one. */
export function inSpan(tracer: Tracer, place: number): Promise<number> {
  const attributes = {
    "surefoot.run.id": "run_0123456789abcdefghjkmnpqrs",
    "surefoot.step.name": "a",
    "surefoot.step.number": String(place + 1),
    "surefoot.step.path": place === 0 ? "a" : `a#${place + 1}`,
    "surefoot.step.kind": "run",
    "surefoot.step.attempt": 1,
    "surefoot.step.max_attempts": 1,
  };
  return tracer.startActiveSpan("step a", { kind: SpanKind.INTERNAL, attributes }, async (span) => {
    try {
      return await first(EVENT);
    } finally {
      span.setAttribute("surefoot.step.outcome", "completed");
      span.end();
    }
  });
}

/** The loop of plain async, in a span of its own. */
export function spannedLoop(tracer: Tracer): () => Promise<number> {
  return () =>
    tracer.startActiveSpan("run", async (span) => {
      let total = 0;
      for (let i = 0; i < LOOP_STEPS; i++) total += await inSpan(tracer, i);
      span.end();
      return total;
    });
}
