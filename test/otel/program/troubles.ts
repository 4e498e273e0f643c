// Exporters that fail: `node troubles.ts throws|hangs|down`. Prints what became of the runs beside them.
import { context, diag, DiagLogLevel, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from "@opentelemetry/sdk-trace";
import { createApp, step } from "surefoot";
import { otel } from "surefoot/otel";

const RUNS = 1_000;
const STEPS = 10;

const exporters: Readonly<Record<string, () => SpanExporter>> = {
  throws: () => ({
    export() {
      throw new TypeError("the exporter is broken");
    },
    shutdown: async () => {},
  }),
  hangs: () => ({ export() {}, shutdown: async () => {} }),
  down: () => new OTLPTraceExporter({ url: "http://127.0.0.1:9/v1/traces", timeoutMillis: 500 }),
};

const kind = process.argv[2] ?? "";
const exporter = exporters[kind];
if (exporter === undefined) throw new RangeError(`there is no trouble "${kind}"`);

let complaints = 0;
const complain = (message: string): void => {
  if (/drop/iu.test(message)) complaints++;
};
diag.setLogger({ error: complain, warn: complain, info() {}, debug: complain, verbose() {} }, DiagLogLevel.ALL);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const processor = new BatchSpanProcessor({
  exporter: exporter(),
  scheduledDelayMillis: 5,
  exportTimeoutMillis: 60_000,
});
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }));

const app = createApp({ name: "shop", observers: [otel()] });
const fn = app.createFunction({ name: "Work" }, { event: "work" }, function* () {
  let sum = 0;
  for (let index = 0; index < STEPS; index++) sum += yield* step.run("Add", async () => index);
  return sum;
});

let right = 0;
for (let run = 0; run < RUNS; run++) if ((await app.run(fn, {})) === (STEPS * (STEPS - 1)) / 2) right++;
globalThis.gc?.();
console.log(JSON.stringify({ right, complaints, heapMb: process.memoryUsage().heapUsed / 2 ** 20 }));
process.exit(0);
