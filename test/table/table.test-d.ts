// What the model says of types: which tags stand where `onError` is, and that what it rules out does not compile.
import { expectTypeOf, it } from "vitest";
import { step, type HandledStep, type Step, type StepTimeoutError } from "../../src/index.ts";
import { Missing, Overdrawn, Refused, StepFailed, Unreachable } from "./table-errors.ts";

type Declared = Refused | Unreachable;
const overdrawn = (): Overdrawn => new Overdrawn({ by: 1 });
const ask = (): Step<number, Missing> => step.run("Ask", () => 1).possibleError(Missing);
const translate = (): Unreachable | undefined => undefined;
const look = (): void => {};
const declaredTags = { Refused: look, Unreachable: look };
const allTags = { ...declaredTags, Overdrawn: look };

it("sees what is raised and what a substep fails with, but not through await (failureTags)", () => {
  const plain = step
    .run("Subject", (inner) => inner.fail(overdrawn()))
    .possibleError(Refused)
    .possibleError(Unreachable, translate);
  expectTypeOf(plain.onError(allTags)).toEqualTypeOf<
    HandledStep<never, Declared | Overdrawn, Declared | Overdrawn, never>
  >();

  const generator = step
    .run("Subject", function* () {
      throw yield* overdrawn();
    })
    .possibleError(Refused, Unreachable);
  expectTypeOf(generator.onError(allTags)).toEqualTypeOf<
    HandledStep<never, Declared | Overdrawn, Declared | Overdrawn, never>
  >();
  // @ts-expect-error a tag is missing
  expectTypeOf(generator.onError(declaredTags)).toBeObject();

  const asyncGenerator = step
    .run("Subject", async function* () {
      throw yield* overdrawn();
    })
    .possibleError(Refused, Unreachable);
  expectTypeOf(asyncGenerator.onError(allTags)).toEqualTypeOf<
    HandledStep<never, Declared | Overdrawn, Declared | Overdrawn, never>
  >();

  const awaiting = step
    .run("Subject", async (inner) => await inner.fail(overdrawn()))
    .possibleError(Refused, Unreachable);
  expectTypeOf(awaiting.onError(declaredTags)).toEqualTypeOf<HandledStep<never, Declared, Declared, never>>();
  // @ts-expect-error a tag too many: await hides it
  expectTypeOf(awaiting.onError(allTags)).toBeObject();
  // @ts-expect-error so its class cannot be named either (ILLEGAL)
  expectTypeOf(awaiting.onError(Overdrawn, look)).toBeObject();
});

it("lets the class of a substep's failure be named, but not through await (ILLEGAL)", () => {
  const plain = step.run("Subject", ask);
  expectTypeOf(plain.onError(Missing, look).next("none")).toEqualTypeOf<Step<number | "none", never>>();
  const generator = step.run("Subject", function* () {
    return yield* ask();
  });
  expectTypeOf(generator.onError(Missing, look).next("none")).toEqualTypeOf<Step<number | "none", never>>();
  const awaiting = step.run("Subject", async () => await ask()).possibleError(Refused);
  // @ts-expect-error await hides it
  expectTypeOf(awaiting.onError(Missing, look)).toBeObject();
});

it("counts the timeout's error among the failures of a step that has one (failureTags)", () => {
  const timed = step.run({ name: "Subject", timeout: 15 }, () => 1).possibleError(Refused, Unreachable);
  const tags = { ...declaredTags, StepTimeoutError: look };
  expectTypeOf(timed.onError(tags)).toEqualTypeOf<
    HandledStep<number, Declared | StepTimeoutError, Declared | StepTimeoutError, never>
  >();
  // @ts-expect-error a tag is missing
  expectTypeOf(timed.onError(declaredTags)).toBeObject();
});

it("after abstractError names the abstract class and no other (ILLEGAL)", () => {
  const abstracted = step
    .run("Subject", () => 1)
    .possibleError(Refused, Unreachable)
    .abstractError(StepFailed);
  expectTypeOf(abstracted.onError(StepFailed, look).next()).toEqualTypeOf<Step<number | undefined, never>>();
  expectTypeOf(abstracted.onError({ StepFailed: look, UnexpectedError: look }).next(0)).toEqualTypeOf<
    Step<number, never>
  >();
  // @ts-expect-error the step cannot fail with it any more
  expectTypeOf(abstracted.onError(Refused, look)).toBeObject();
  // @ts-expect-error nor can a map name it
  expectTypeOf(abstracted.onError({ StepFailed: look, Refused: look })).toBeObject();
});
