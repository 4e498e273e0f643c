// What a test of an app is told by the compiler.
import { step } from "surefoot";
import { createTestApp } from "surefoot/testing";
import { CardDeclined, UserError, type Charge } from "./billing.ts";
import { app, pay, t } from "./testing.ts";

declare const create: (amount: number) => Promise<Charge>;
const charge = (amount: number) => step.run("Charge", create, amount).possibleError(CardDeclined);

// @ts-expect-error TS2345: Argument of type 'UserError' is not assignable to parameter of type
t.mock<typeof charge>("Charge", new UserError());

// @ts-expect-error TS2345: is not assignable to parameter of type
t.mock<typeof charge>("Charge", "ch_1");

// @ts-expect-error TS2345: is not assignable to parameter of type
t.mock<typeof charge>("Charge", () => "ch_1");

// @ts-expect-error TS2322: Type 'boolean' is not assignable to type 'string | number'.
export const wrongData = t.run(pay, { data: { amount: true } });

// @ts-expect-error TS2322: Type '"api/invoice.gone"' is not assignable to type '"api/invoice.created"'.
export const noSuchEvent = t.send({ name: "api/invoice.gone", data: { amount: 1 } });

// @ts-expect-error TS2353: 'start' does not exist in type 'TestAppOptions'.
export const noSuchOption = createTestApp(app, { start: "2026-11-28" });
