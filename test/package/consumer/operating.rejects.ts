// What a function is not told, and what operators cannot ask for.
import { createApp } from "surefoot";

const app = createApp({ name: "works" });

// @ts-expect-error TS2353|TS2769|TS2322: 'end'
app.createFunction({ name: "A", timeouts: { end: "1h" } }, { event: "e" }, () => 1);
// @ts-expect-error TS2322|TS2769: Type 'string' is not assignable to type
app.createFunction({ name: "A", timeouts: { start: "1h", end: "1h" } }, { event: "e" }, () => 1);
// @ts-expect-error TS2322|TS2769: Type 'number' is not assignable to type 'string'
app.createFunction({ name: "B", version: 2 }, { event: "e" }, () => 1);
// @ts-expect-error TS2322|TS2769: is not assignable to type 'number'
app.createFunction({ name: "B", concurrency: { limit: 5, key: "event.user.id" } }, { event: "e" }, () => 1);
// @ts-expect-error TS2322|TS2769: Type 'string' is not assignable to type 'number'
app.createFunction({ name: "B", concurrency: "5" }, { event: "e" }, () => 1);
// @ts-expect-error TS2322: Type 'string' is not assignable to type 'number'
void app.start({ concurrency: "5" });
// @ts-expect-error TS2322: Type 'true' is not assignable to type
createApp({ name: "C", retention: true });
// @ts-expect-error TS2322: Type 'string' is not assignable to type 'number'
createApp({ name: "D", maxSteps: "many" });
// @ts-expect-error TS2322: Type 'number' is not assignable to type 'string'
void app.replay("run_1", { from: 2.1 });
// @ts-expect-error TS2353: 'to' does not exist
void app.replay("run_1", { to: "2.1" });
