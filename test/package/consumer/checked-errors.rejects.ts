// A body with `errors: [...]` may await nothing that can fail with anything else.
import { createApp, step as top } from "surefoot";
import { Service1Error, SixthError, UserError, ask1 } from "./billing.ts";

declare function look(error: unknown): void;
const sixth = () => top.run("Sixth", ask1).possibleError(SixthError);

export const awaited = top.run({ name: "Awaited", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number, Service1Error | SixthError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  const value = await step.run("Sixth", ask1).possibleError(Service1Error, SixthError);
  return value;
});

export const discarded = top.run({ name: "Discarded", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number, SixthError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.run("Sixth", ask1).possibleError(SixthError);
});

export const noneListed = top.run({ name: "None listed", errors: [] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number, SixthError, never>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.run("Sixth", ask1).possibleError(SixthError);
});

export const afterOnError = top.run({ name: "After onError", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number, SixthError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.run("Sixth", ask1).possibleError(SixthError).onError(look);
});

export const afterNamedLink = top.run({ name: "After a link", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number | undefined, SixthError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.run("Sixth", ask1).possibleError(Service1Error, SixthError).onError(Service1Error, look).next();
});

export const raisedInHandler = top.run({ name: "Raised", errors: [SixthError] }, async (step) => {
  const chain = step
    .run("Sixth", ask1)
    .possibleError(SixthError)
    .onError(function* () {
      throw yield* new UserError();
    });
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number | undefined, UserError, SixthError>' is not assignable to method's 'this' of type 'NotListed<UserError>'.
  await chain.next();
});

export const afterAbstract = top.run({ name: "Abstract", errors: [SixthError] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number, UserError, SixthError>' is not assignable to method's 'this' of type 'NotListed<UserError>'.
  await step
    .run("Sixth", ask1)
    .possibleError(SixthError)
    .abstractError(() => new UserError());
});

export const inAll = top.run({ name: "In all", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<[number], SixthError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.all([step.run("Sixth", ask1).possibleError(SixthError)]);
});

export const inMap = top.run({ name: "In map", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number[], SixthError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.map([1], (n, inner) => inner.run("Sixth", () => n).possibleError(SixthError));
});

export const inRace = top.run({ name: "In race", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number, SixthError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.race([() => step.run("Sixth", ask1).possibleError(SixthError)]);
});

export const throughInner = top.run({ name: "Inner", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<void, SixthError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.run("Inner", function* (inner) {
    yield* inner.run("Sixth", ask1).possibleError(SixthError);
  });
});

export const raised = top.run({ name: "Raised", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<never, SixthError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.fail(new SixthError());
});

export const timed = top.run({ name: "Timed", errors: [Service1Error] }, async (step) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number, StepTimeoutError, Service1Error>' is not assignable to method's 'this' of type 'NotListed<StepTimeoutError>'.
  await step.run({ name: "Ask", timeout: "1s" }, ask1);
});

const app = createApp({ name: "billing" });
export const inFunction = app.createFunction({ name: "A", errors: [UserError] }, { event: "a" }, async ({ step }) => {
  // @ts-expect-error TS1320: The 'this' context of type 'CheckedStep<number, SixthError, UserError>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
  await step.run("Sixth", ask1).possibleError(SixthError);
});

export const inTwoArguments = app.createFunction(
  { id: "b", errors: [UserError], triggers: { event: "a" } },
  async ({ step }) => {
    // @ts-expect-error TS1320: UserError>' is not assignable to method's 'this' of type 'NotListed<SixthError>'.
    const value = await step.run("Sixth", ask1).possibleError(UserError, SixthError);
    return value;
  },
);

/** Elsewhere nothing is listed, and nothing is refused. */
export const unlisted = top.run("Unlisted", async () => {
  await sixth();
});
