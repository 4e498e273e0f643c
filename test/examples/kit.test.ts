// The functions of the examples under the test kit: each comes to its end in memory, and survives a crash behind each record.
import { existsSync } from "node:fs";
import { createApp } from "surefoot";
import { createTestApp } from "surefoot/testing";
import { describe, expect, it, vi } from "vitest";
import type { Charge } from "../../examples/01-payments/clients/provider.ts";
import { CardDeclined, OverLimit, ReceiptBounced } from "../../examples/01-payments/errors.ts";
import { typedSteps } from "../../examples/02-typed-errors/steps.ts";
import { signUp } from "../../examples/03-substeps-and-context/sign-up.ts";
import { StockError, quote } from "../../examples/05-request-handler/quote.ts";

// These open a file and connect to a server when they are loaded: with the kit, neither is asked for anything.
vi.mock("../../examples/01-payments/clients/payments-table.ts", () => ({ db: {} }));
vi.mock("../../examples/01-payments/clients/mail.ts", () => ({ mail: {} }));

describe("01-payments", async () => {
  const { app, handlePayments } = await import("../../examples/01-payments/handle-payments.ts");
  const input = {
    data: { invoice: "inv-1", amount: 4200, invoiceDate: "2026-02-01" },
    user: { id: "c-1", email: "ada@example.com" },
  };
  const charge: Charge = { id: "ch_1", invoice: "inv-1", card: "card-1", amount: 4200 };

  function underTest() {
    const t = createTestApp(app);
    t.mock("Charge/Find card", { id: "card-1", customer: "c-1" });
    t.mock("Check limit", 10_000);
    t.mock<() => Promise<Charge>>("Capture", () => {
      t.effect("charged");
      return charge;
    });
    t.mock("Update db", undefined);
    t.mock("Send receipt", "message-1");
    return t;
  }

  it("waits for the billing date, and charges once", async () => {
    const t = underTest();
    const run = t.run(handlePayments, input);
    await t.advance("30 days");
    expect(await t.steps(run)).toEqual([{ number: "1", name: "sleepUntil", status: "sleeping" }]);
    expect(await run).toBe("ch_1");
    expect(t.now).toEqual(new Date("2026-02-01"));
    expect(await t.steps(run)).toMatchInlineSnapshot(`
      [
        {
          "name": "sleepUntil",
          "number": "1",
          "status": "completed",
        },
        {
          "name": "Charge",
          "number": "2",
          "output": {
            "amount": 4200,
            "card": "card-1",
            "id": "ch_1",
            "invoice": "inv-1",
          },
          "status": "completed",
          "steps": [
            {
              "name": "Find card",
              "number": "2.1",
              "output": {
                "customer": "c-1",
                "id": "card-1",
              },
              "status": "completed",
            },
            {
              "name": "Check limit",
              "number": "2.2",
              "output": 10000,
              "status": "completed",
            },
            {
              "name": "Capture",
              "number": "2.3",
              "output": {
                "amount": 4200,
                "card": "card-1",
                "id": "ch_1",
                "invoice": "inv-1",
              },
              "status": "completed",
            },
          ],
        },
        {
          "name": "Update db",
          "number": "3",
          "status": "completed",
        },
        {
          "name": "Send receipt",
          "number": "4",
          "output": "message-1",
          "status": "completed",
        },
      ]
    `);
  });

  it("fails and recovers as its links say", async () => {
    const t = underTest();
    t.mock("Capture", new CardDeclined({ code: "expired" }));
    const declined = await t.run(handlePayments, input).result();
    expect(declined).toEqual({ ok: false, error: new CardDeclined({ code: "expired" }) });
    t.mock("Capture", charge);
    t.mock("Check limit", 1);
    expect(await t.run(handlePayments, input).result()).toMatchObject({ ok: false, error: expect.any(OverLimit) });
    t.mock("Check limit", 10_000);
    t.mock("Send receipt", new ReceiptBounced({ status: 550 }));
    const run = t.run(handlePayments, input);
    expect(await run).toBe("ch_1");
    expect((await t.steps(run)).at(-1)).toEqual({
      number: "4",
      name: "Send receipt",
      status: "recovered",
      error: "ReceiptBounced",
    });
  });

  it("survives a crash behind each record, and touches no store of its own", async () => {
    await underTest().crashEverywhere(handlePayments, input);
    const declined = underTest();
    declined.mock("Capture", new CardDeclined({ code: "expired" }));
    await declined.crashEverywhere(handlePayments, input);
    expect(existsSync("billing.db")).toBe(false);
  });
});

describe("the others survive a crash behind each record", () => {
  it("02-typed-errors", async () => {
    const app = createApp({ name: "scores" });
    const score = app.createFunction({ name: "Score" }, { event: "score.asked" }, function* () {
      return yield* typedSteps();
    });
    const t = createTestApp(app);
    t.mock("Score/Ask service 1", 40);
    expect(await t.run(score, { data: {} })).toBe(42);
    await t.crashEverywhere(score, { data: {} });
  });

  it("03-substeps-and-context", async () => {
    const app = createApp({ name: "accounts" });
    const welcome = app.createFunction(
      { name: "Welcome" },
      { event: "app/user.signed-up" },
      function* ({ event, step }) {
        const account = yield* step.run("Create account", () => signUp(event.data.plan));
        const { mail } = yield* step.all("Tell everyone", {
          mail: (step) => step.run("Send", async () => `mail to ${step.context.userEmail}`),
          crm: (step) => step.run("Send", async () => `${step.number} ${step.path}`),
        });
        return { account, mail };
      },
    );
    const input = {
      data: { plan: "team" },
      user: { id: "u-7", email: "ada@example.com" },
      context: { endpoint: "POST /sign-up", formData: { plan: "team" } },
    };
    const t = createTestApp(app);
    expect(await t.run(welcome, input)).toEqual({
      account: { id: "account-of-u-7", seats: 5 },
      mail: "mail to ada@example.com",
    });
    await t.crashEverywhere(welcome, input);
  });

  it("04-from-inngest", async () => {
    const { inngest, handlePayments } = await import("../../examples/04-from-inngest/with-surefoot.ts");
    const t = createTestApp(inngest);
    const input = { data: { invoiceDate: "2026-02-01", amount: 4200, email: "ada@example.com" } };
    expect(await t.run(handlePayments, input)).toEqual({
      receipt: "receipt for ch_4200 to ada@example.com",
      copy: "copy of ch_4200",
      attempt: 0,
    });
    await t.crashEverywhere(handlePayments, input);
  });

  it("05-request-handler", async () => {
    const app = createApp({ name: "shop" });
    const quoteFunction = app.createFunction({ name: "Quote" }, { event: "shop/quote.asked" }, quote);
    const t = createTestApp(app);
    expect(await t.run(quoteFunction, { data: { product: "lamp" } })).toBe(40);
    await t.crashEverywhere(quoteFunction, { data: { product: "lamp" } });
    expect(await t.run(quoteFunction, { data: { product: "sofa" } }).result()).toMatchObject({
      ok: false,
      error: expect.any(StockError),
    });
    await t.crashEverywhere(quoteFunction, { data: { product: "sofa" } });
  });
});
