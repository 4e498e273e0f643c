// Checked bodies: `errors: [...]` lists what may be awaited, and becomes the step's type.
import { createApp, step as top, type AppFunction, type Step, type StepTimeoutError } from "surefoot";
import {
  CardDeclined,
  Service1Error,
  Service2Error,
  SixthError,
  SmtpDown,
  Step1Error,
  UserError,
  ask1,
  ask2,
  charge,
  toCardDeclined,
} from "./billing.ts";
import { hasType } from "./same-type.ts";

export const checked = top.run({ name: "Score", errors: [Service1Error, Service2Error] }, async (step) => {
  const d1 = await step.run("Ask service 1", ask1).possibleError(Service1Error);
  const d2 = await step.run("Ask service 2", ask2).possibleError(Service2Error);
  await step.run("Cannot fail", () => 1);
  await step.sleep("1s");
  hasType<number>()(d1);
  return d1 + d2;
});
hasType<Step<number, Service1Error | Service2Error>>()(checked);

/** The check comes after the chain: whatever takes the sixth away makes it fit. */
export const chained = top.run({ name: "Chained", errors: [Service1Error, Step1Error] }, async (step) => {
  const made = () => step.run("Sixth", ask1).possibleError(SixthError);
  hasType<number | undefined>()(await made().next());
  hasType<number>()(await made().next(0));
  hasType<number>()(
    await made()
      .onError(() => {})
      .next(1),
  );
  hasType<number | "no">()(
    await made()
      .onError(SixthError, () => {})
      .next("no"),
  );
  await made()
    .onError({ SixthError: () => {} })
    .next();
  await made()
    .possibleError(Service1Error)
    .onError(SixthError, () => {})
    .next();
  const result = await made().result();
  if (!result.ok) hasType<"SixthError" | "UnexpectedError">()(result.error._tag);
  await step.run("Ask", ask1).possibleError(Service1Error).onError(console1);
  return "end";
});
hasType<Step<string, Service1Error | Step1Error>>()(chained);
declare function console1(error: { readonly message: string }): void;

/** An inner body without a list is checked no further, and what it fails with is checked where it is awaited. */
export const withGenerators = top.run({ name: "Mixed", errors: [Service1Error, UserError] }, async (step) => {
  await step.run("Inner", function* (inner) {
    yield* inner.run("Ask", ask1).possibleError(Service1Error);
    throw yield* new UserError();
  });
  await step.all({ a: step.run("A", ask1).possibleError(Service1Error), b: () => 2 });
  await step.map([1, 2], (n, inner) => inner.run("Ask", () => n).possibleError(UserError));
  await step.race([step.run("A", ask1).possibleError(Service1Error)]);
  const inner = await step.run({ name: "Checked again", errors: [UserError] }, async (again) => {
    await again.run("Ask", ask1).possibleError(UserError);
    return 5;
  });
  return inner;
});
hasType<Step<number, Service1Error | UserError>>()(withGenerators);

/** A generator body may be checked too, and adds what it infers. */
export const generator = top.run({ name: "Generator", errors: [Service1Error] }, function* (step) {
  yield* step.run("Ask", ask2).possibleError(Service2Error);
  return 1;
});
hasType<Step<number, Service1Error | Service2Error>>()(generator);

/** A timeout is a failure that a caller lists as any other. */
export const timed = top.run({ name: "Timed", timeout: "5s", errors: [Service1Error] }, () => 1);
hasType<Step<number, Service1Error | StepTimeoutError>>()(timed);

const app = createApp({ name: "billing" });
export const checkedFunction = app.createFunction(
  { name: "Handle payments", errors: [CardDeclined, SmtpDown] },
  { event: "api/invoice.created" },
  async ({ event, step }) => {
    const made = await step.run("Charge", () => charge(event.data.amount)).possibleError(CardDeclined, toCardDeclined);
    await step.run("Send receipt", () => {}).possibleError(SmtpDown);
    return made.id;
  },
);
hasType<AppFunction<any, string, CardDeclined | SmtpDown>>()(checkedFunction);
export const checkedInTwoArguments = app.createFunction(
  { id: "two", errors: [CardDeclined], triggers: [{ event: "a" }] },
  async ({ step }) => (await step.run("Charge", () => charge(1)).possibleError(CardDeclined)).amount,
);
hasType<AppFunction<any, number, CardDeclined>>()(checkedInTwoArguments);
