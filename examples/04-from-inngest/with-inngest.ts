import { Inngest } from "inngest";
import { charge, payments, receipts } from "./billing.ts";

const inngest = new Inngest({ id: "billing" });

export const handlePayments = inngest.createFunction(
  { id: "handle-payments", name: "Handle payments", retries: 2, triggers: [{ event: "api/invoice.created" }] },
  async ({ event, step, attempt }) => {
    await step.sleepUntil("Wait until the next billing date", event.data.invoiceDate);

    const paid = await step.run("Charge", async () => charge(event.data.amount));

    await step.run("Update db", async () => {
      payments.push(paid);
    });

    const [receipt, copy] = await Promise.all([
      step.run("Send receipt", receipts.send, paid.id, event.data.email),
      step.run("File a copy", () => receipts.file(paid.id)),
    ]);

    await step.sleep("Let it settle", "1s");
    return { receipt, copy, attempt };
  },
);
