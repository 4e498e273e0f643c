// A user's test of an app: typed as the app is.
import { createApp, eventType, step, type Step } from "surefoot";
import { createTestApp, type TestedStep } from "surefoot/testing";
import { CardDeclined, invoiceSchema, type Charge } from "./billing.ts";
import { hasType } from "./same-type.ts";

declare const create: (amount: number) => Promise<Charge>;
const charge = (amount: number) => step.run("Charge", create, amount).possibleError(CardDeclined);
const created = eventType("api/invoice.created", { schema: invoiceSchema });
export const app = createApp({ name: "billing", events: [created] });
export const pay = app.createFunction({ name: "Pay" }, created, function* ({ event }) {
  return (yield* charge(event.data.amount)).id;
});

export const t = createTestApp(app, { now: "2026-11-28" });

export async function testPayments() {
  t.mock<typeof charge>("Charge", new CardDeclined({ code: "expired" }));
  t.mock<Step<Charge, CardDeclined>>("Pay/Charge", async (amount: number) => create(amount));
  const result = await t.run(pay, { data: { amount: 4200 } }).result();
  const code: string | undefined = !result.ok && result.error._tag === "CardDeclined" ? result.error.code : undefined;
  const { runs } = await t.send(created.create({ amount: 1 }));
  const steps = await t.steps(runs[0]?.id ?? "run_1");
  hasType<readonly TestedStep[]>()(steps);
  await t.crashEverywhere(pay, {
    data: { amount: 4200 },
    async meanwhile(play) {
      await play.advance("7 days");
      await play.send({ name: "api/invoice.created", data: { amount: 1 } });
    },
  });
  return code;
}
