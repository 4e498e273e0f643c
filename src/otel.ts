export { otel } from "./telemetry/otel-observer.ts";
export type { OtelOptions } from "./telemetry/otel-observer.ts";
