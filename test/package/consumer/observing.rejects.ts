// What nothing is watched by, and what cannot be redacted.
import { createApp } from "surefoot";
import { analytics } from "surefoot/analytics";
import { otel } from "surefoot/otel";

// @ts-expect-error TS2322: Type '"each"' is not assignable to type
otel({ mode: "each" });
// @ts-expect-error TS2353: 'attributes' does not exist
otel({ attributes: ["userId"] });
// @ts-expect-error TS2345|TS2741: type 'AnalyticsOptions'
analytics({ batchSize: 10 });
// @ts-expect-error TS2353: 'onStep' does not exist
createApp({ name: "A", observers: [{ onStep: () => {} }] });
// @ts-expect-error TS2322: Type 'string' is not assignable to type 'readonly string[]'
createApp({ name: "B", redact: { keys: "password" } });
// @ts-expect-error TS2353: 'values' does not exist
createApp({ name: "C", redact: { values: ["hunter2"] } });
