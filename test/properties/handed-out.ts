// Steps that hand something out, in every way that there is.
import * as fc from "fast-check";
import { AbstractError, type Step, type StepOptions, type StepTools } from "../../src/index.ts";
import { DECLARED, TAGGED, randomError, type RandomError } from "./random-errors.ts";
import { storableValueWith } from "./random-values.ts";
import type { Pass, PassCode, Seen } from "./two-passes.ts";

export class HandedOutError extends AbstractError("HandedOutError") {}

/** What a step is made to hand out, and how. */
export type Item = { readonly retries: 0 | 1 } & (
  | { readonly way: "returned" | "thrown as it is" | "in a branch" | "of a map"; readonly value: unknown }
  | { readonly way: "declared" | "undeclared" | "raised" | "as a result" | "abstracted"; readonly error: Error }
  | { readonly way: "recovered"; readonly value: unknown; readonly error: Error }
);

const value = storableValueWith(randomError.map(({ error }) => error));
const retries = fc.constantFrom(0 as const, 1 as const);
const error = randomError.map((made: RandomError) => made.error);
const tagged = randomError.filter(({ sort }) => sort === "tagged").map((made) => made.error);
export const item: fc.Arbitrary<Item> = fc.oneof(
  fc.record({
    way: fc.constantFrom("returned" as const, "thrown as it is" as const, "in a branch" as const, "of a map" as const),
    value,
    retries,
  }),
  fc.record({
    way: fc.constantFrom("declared" as const, "undeclared" as const, "as a result" as const, "abstracted" as const),
    error,
    retries,
  }),
  fc.record({ way: fc.constant("raised" as const), error: tagged, retries }),
  fc.record({ way: fc.constant("recovered" as const), value, error, retries }),
);

function stepOf(step: StepTools, given: Item, place: number, pass: Pass, handled: unknown[]): Step<unknown, unknown> {
  const options: StepOptions & { name: string } = {
    name: `Hand out ${place}`,
    retries: { retries: given.retries, initial: 1, jitter: false },
  };
  const gives = (): unknown => {
    pass.called(place);
    return (given as { readonly value: unknown }).value;
  };
  const throws = (): unknown => {
    pass.called(place);
    throw given.way === "thrown as it is" ? given.value : (given as { readonly error: Error }).error;
  };
  switch (given.way) {
    case "returned":
      return step.run(options, gives);
    case "in a branch":
      return step.all(options.name, { first: gives, second: () => "second" });
    case "of a map":
      return step.map(options.name, [1], gives);
    case "thrown as it is":
    case "undeclared":
      return step.run(options, throws);
    case "declared":
      return step.run(options, throws).possibleError(...TAGGED, ...DECLARED);
    case "raised":
      return step.run(options, function* (inner) {
        pass.called(place);
        throw yield* inner.fail(given.error);
      });
    case "as a result":
      return step
        .run(options, throws)
        .possibleError(...TAGGED)
        .result();
    case "abstracted":
      return step.run(options, throws).abstractError(HandedOutError);
    case "recovered":
      return step
        .run(options, throws)
        .possibleError(...TAGGED)
        .onError((failure) => void handled.push(failure))
        .next(given.value);
  }
}

/** Code that hands the items out one after the other, and notes what it sees. */
export function handingOut(items: readonly Item[], isGenerator: boolean): PassCode {
  const see = (pass: Pass, seen: Seen, handled: readonly unknown[]): void =>
    void pass.seen.push(handled.length > 0 ? { ...seen, handled: handled[0] } : seen);
  return isGenerator
    ? {
        async *generator(step, pass) {
          for (const [place, given] of items.entries()) {
            const handled: unknown[] = [];
            try {
              see(pass, { value: yield* stepOf(step, given, place, pass, handled) }, handled);
            } catch (thrown) {
              see(pass, { error: thrown }, handled);
            }
          }
        },
      }
    : {
        async async(step, pass) {
          for (const [place, given] of items.entries()) {
            const handled: unknown[] = [];
            try {
              see(pass, { value: await stepOf(step, given, place, pass, handled) }, handled);
            } catch (thrown) {
              see(pass, { error: thrown }, handled);
            }
          }
        },
      };
}
