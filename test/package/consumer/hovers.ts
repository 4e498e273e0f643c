// What an editor shows over each of these names is a test of its own: hovers.test.ts.
import { createApp, eventType, step as top } from "surefoot";
import {
  CardDeclined,
  InternalServiceError,
  Service1Error,
  Service2Error,
  Service3Error,
  SmtpDown,
  Step1Error,
  UserError,
  ask1,
  ask2,
  ask3,
  charge,
  invoiceSchema,
} from "./billing.ts";

declare function look(error: unknown): void;

export const charged = top.run("Charge", () => charge(5)).possibleError(CardDeclined);
export const plain = top.run("Plain", () => 5);
export const score = top
  .run("Score", function* (step) {
    const asked1 = step.run("Ask service 1", ask1).possibleError(Service1Error);
    const d1 = yield* asked1;
    const d2 = yield* step.run("Ask service 2", ask2).possibleError(Service2Error);
    const d3 = yield* step.run("Ask service 3", ask3).possibleError(Service3Error);
    if (d2 > d3) throw yield* new UserError();
    return d1 + d2;
  })
  .possibleError(InternalServiceError);
export const looked = charged.onError(look);
export const recovered = top
  .run("Receipt", () => "sent")
  .possibleError(SmtpDown)
  .onError(look)
  .next();
export const fallback = top.run("Receipt", ask1).possibleError(SmtpDown).next("fallback");
export const handled = top.run("Ask", ask1).possibleError(Service1Error, Service2Error).onError(Service1Error, look);
export const partly = top
  .run("Ask", ask1)
  .possibleError(Service1Error, Service2Error)
  .onError(Service1Error, look)
  .next(0);
export const byMap = top.run("Ask", ask1).possibleError(Service1Error).onError({ Service1Error: look }).next(0);
export const abstracted = top.run("Ask", ask1).possibleError(Service1Error).abstractError(Step1Error);
export const result = top.run("Ask", ask1).possibleError(Service1Error).result();
export const timed = top.run({ name: "Ask", timeout: "5s" }, ask1);
export const all = top.all([charged, plain]);
export const record = top.all({ charged, plain, body: () => "x" });
export const mapped = top.map([1, 2], (n, step) => step.run("Ask", () => n).possibleError(Service1Error));
export const raced = top.race([charged, plain]);
export const racedRecord = top.race({ charged, plain });
export const slept = top.sleep("5s");
export const failed = top.fail(new UserError());
export const nested = top.run("Outer", function* (step) {
  return yield* step.run("Inner", () => charged);
});
export const checked = top.run({ name: "Checked", errors: [Service1Error, SmtpDown] }, async (step) => {
  const listed = step.run("Ask", ask1).possibleError(Service1Error);
  return (await listed) > 5;
});

export const app = createApp({ name: "billing" });
export const invoiceCreated = eventType("api/invoice.created", { schema: invoiceSchema });
export const handlePayments = app.createFunction({ name: "Pay" }, { event: "a" }, function* ({ step }) {
  const paid = yield* step.run("Charge", () => charge(5)).possibleError(CardDeclined);
  return paid.id;
});
export const typedFunction = app.createFunction({ name: "Typed" }, invoiceCreated, ({ event }) => event.data.amount);
export const run = app.run(handlePayments, { data: {} });
