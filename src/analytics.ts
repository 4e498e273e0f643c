export { analytics } from "./telemetry/analytics.ts";
export type { Analytics, AnalyticsEvent, AnalyticsOptions, RunEvent, StepEvent } from "./telemetry/analytics.ts";
export type { RedactedError } from "./core/redaction.ts";
