// What watches runs: observers, instruments, OpenTelemetry, log lines, analytics, and what none of them is shown.
import {
  createApp,
  eventType,
  type Instrument,
  type ObservedEntry,
  type ObservedLog,
  type ObservedStepEnd,
  type Observer,
} from "surefoot";
import { analytics, type AnalyticsEvent } from "surefoot/analytics";
import { captureConsole, jsonLog, logFields } from "surefoot/logs";
import { otel } from "surefoot/otel";
import { hasType } from "./same-type.ts";

const slow: Observer = {
  onStepEnd(step) {
    hasType<ObservedStepEnd>()(step);
    hasType<"completed" | "recovered" | "failed" | "cancelled">()(step.outcome);
    hasType<string>()(step.run.redact.text(step.name));
    hasType<string>()(step.run.redact.error(step.error).type);
  },
  onLog: (log: ObservedLog) => log.trace?.["traceparent"],
};

const around: Instrument = {
  isIdle: () => false,
  aroundStep(entry, enter) {
    hasType<ObservedEntry>()(entry);
    enter();
  },
  traceCarrier: () => ({ traceparent: "" }),
};

export const tracked = analytics({
  deliver: async (batch) => {
    hasType<readonly AnalyticsEvent[]>()(batch);
    for (const event of batch) if (event.type === "step") hasType<string>()(event.number);
  },
  only: (event) => event.type === "run",
  wait: "2s",
});
hasType<{ readonly delivered: number; readonly dropped: number; readonly waiting: number }>()(tracked.counts);

export const app = createApp({
  name: "works",
  observers: [slow, around, tracked, jsonLog(), otel({ mode: "continuous", context: ["userId", "tenant"] })],
  redact: { keys: ["insuranceNumber"], paths: ["data.*.phone"], except: ["token"] },
  events: [eventType("visit.booked", { redact: ["notes"] })],
});

hasType<() => void>()(captureConsole({ passThrough: true }));
export const fields = { ...logFields() };
