// What the steps that wait, send and invoke give, and how they can fail.
import { createApp, eventType, step, StepTimeoutError, TaggedError, type ReceivedEvent, type Step } from "surefoot";
import type { StandardSchema } from "surefoot";
import { hasType } from "./same-type.ts";

declare const schema: StandardSchema<
  { id: string; order: { tags: string[] } },
  { id: string; order: { tags: string[] } }
>;
const invoicePaid = eventType("invoice.paid", { schema });
class OutOfStock extends TaggedError("OutOfStock")<{ sku: string }> {}

const app = createApp({ name: "shop", events: [invoicePaid] });
const reserve = app.createFunction({ name: "Reserve" }, { event: "stock.reserve" }, function* ({ event, step }) {
  const left = yield* step.run("Look", () => Number(event.data.left));
  if (left === 0) throw yield* new OutOfStock({ sku: "a" });
  return left;
});

export const typed = step.waitForEvent("Paid?", {
  event: invoicePaid,
  timeout: "1h",
  match: { order: { tags: ["a"] } },
});
hasType<Step<ReceivedEvent<"invoice.paid", { id: string; order: { tags: string[] } }> | null, never>>()(typed);
export const named = step.waitForEvent("Paid?", { event: "invoice.paid", timeout: 5_000, match: { anything: 1 } });
hasType<Step<ReceivedEvent<"invoice.paid", any> | null, never>>()(named);
export const signal = step.waitForSignal("Approved?", { token: "t", timeout: "1h" });
hasType<Step<any, never>>()(signal);
export const sent = step.sendEvent("Tell", [
  { name: "a", data: 1 },
  invoicePaid.create({ id: "1", order: { tags: [] } }),
]);
hasType<Step<{ readonly ids: string[] }, never>>()(sent);

export const invoked = step.invoke("Reserve", { function: reserve, data: { left: 1 } });
hasType<Step<number, OutOfStock>>()(invoked);
export const limited = step.invoke("Reserve", { function: reserve, data: { left: 1 }, timeout: "1m" });
hasType<Step<number, OutOfStock | StepTimeoutError>>()(limited);

// The failures of what is invoked are inferred into whoever invokes it.
const order = app.createFunction({ name: "Order" }, { event: "order.placed" }, function* ({ step }) {
  return yield* step.invoke("Reserve", { function: reserve, data: { left: 1 } });
});
hasType<OutOfStock>()(order["~function"].failure);
