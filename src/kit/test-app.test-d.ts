import { expectTypeOf, it } from "vitest";
import { createApp } from "../app/create-app.ts";
import type { Run } from "../app/app-types.ts";
import { eventType } from "../core/event.ts";
import { step } from "../core/step.ts";
import type { StandardSchema } from "../core/standard-schema.ts";
import { TaggedError } from "../core/tagged-error.ts";
import type { MockOf, StepMock } from "./mock-types.ts";
import { createTestApp } from "./test-app.ts";

class Declined extends TaggedError("MockTypesDeclined")<{ readonly code: string }> {}
interface Charge {
  readonly id: string;
}
declare const charge: (amount: number) => Promise<Charge>;
declare const invoice: StandardSchema<{ amount: number }>;
declare const tenant: StandardSchema<{ tenant: string }>;

const chargeStep = (amount: number) => step.run("Charge", charge, amount).possibleError(Declined);
const created = eventType("invoice.created", { schema: invoice });
const app = createApp({ name: "billing", events: [created], context: tenant });
const pay = app.createFunction({ name: "Pay" }, created, function* ({ event }) {
  return (yield* chargeStep(event.data.amount)).id;
});
const t = createTestApp(app);

it("a run is typed as that of the app", () => {
  const run = t.run(pay, { data: { amount: 1 }, context: { tenant: "a" } });
  expectTypeOf(run).toEqualTypeOf<Run<string, Declined>>();
  expectTypeOf(run.result()).resolves.toExtend<{ readonly ok: boolean }>();
});

it("a mock takes what its step gives and fails with, however the step is named", () => {
  expectTypeOf<MockOf<typeof chargeStep>>().toEqualTypeOf<MockOf<ReturnType<typeof chargeStep>>>();
  expectTypeOf<Charge>().toExtend<MockOf<typeof chargeStep>>();
  expectTypeOf<Declined>().toExtend<MockOf<typeof chargeStep>>();
  expectTypeOf<(amount: number) => Promise<Charge>>().toExtend<MockOf<typeof chargeStep>>();
  expectTypeOf<typeof chargeStep>().toExtend<MockOf<typeof chargeStep>>();
  expectTypeOf<string>().not.toExtend<MockOf<typeof chargeStep>>();
  expectTypeOf<RangeError>().not.toExtend<MockOf<typeof chargeStep>>();
  expectTypeOf<() => string>().not.toExtend<MockOf<typeof chargeStep>>();
  expectTypeOf<Charge>().toExtend<MockOf<typeof charge>>();
  expectTypeOf<Declined>().not.toExtend<MockOf<typeof charge>>();
});

it("a mock of which no type is given takes anything", () => {
  expectTypeOf<MockOf<any>>().toBeAny();
  expectTypeOf(t.mock("Charge", 5)).toEqualTypeOf<StepMock>();
});
