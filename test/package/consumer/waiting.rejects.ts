// What the steps that wait, send and invoke do not take.
import { createApp, eventType, step, TaggedError, type StandardSchema } from "surefoot";

declare const schema: StandardSchema<{ id: string }, { id: string }>;
const invoicePaid = eventType("invoice.paid", { schema });
class OutOfStock extends TaggedError("OutOfStock") {}
class Other extends TaggedError("Other") {}
const app = createApp({ name: "shop" });
const reserve = app.createFunction({ name: "Reserve" }, invoicePaid, function* () {
  throw yield* new OutOfStock();
});

// @ts-expect-error TS2741|TS2345|TS2769: timeout
export const endless = step.waitForEvent("Paid?", { event: invoicePaid });
// @ts-expect-error TS2322|TS2769: number
export const mismatched = step.waitForEvent("Paid?", { event: invoicePaid, timeout: "1h", match: { id: 5 } });
// @ts-expect-error TS2741|TS2345|TS2769: token
export const tokenless = step.waitForSignal("Approved?", { timeout: "1h" });
// @ts-expect-error TS2741|TS2345|TS2769: name
export const nameless = step.sendEvent("Tell", { data: 1 });
// @ts-expect-error TS2322|TS2769: string
export const wrongData = step.invoke("Reserve", { function: reserve, data: { id: 5 } });
// @ts-expect-error TS2345|TS2769: Other
export const wrongHandler = step.invoke("Reserve", { function: reserve, data: { id: "a" } }).onError(Other, () => {});
