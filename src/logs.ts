export { captureConsole } from "./telemetry/console-capture.ts";
export type { CaptureOptions } from "./telemetry/console-capture.ts";
export { jsonLog } from "./telemetry/json-log.ts";
export type { JsonLog, JsonLogOptions } from "./telemetry/json-log.ts";
export type { LineTarget } from "./telemetry/line-stream.ts";
export { logFields } from "./telemetry/log-fields.ts";
export type { LogFields } from "./telemetry/log-fields.ts";
