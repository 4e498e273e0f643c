// Steps that cannot be made.
import { step, type StepTools } from "surefoot";
import { CardDeclined, ask1 } from "./billing.ts";

// @ts-expect-error TS2769: 'NoSuchOption<"retry">'.
export const unknownOption = step.run({ name: "Ask", retry: 3 }, ask1);

// @ts-expect-error TS2769: 'NoSuchOption<"timeOut">'.
export const misspelt = step.run({ name: "Ask", timeOut: "5s" }, ask1);

// @ts-expect-error TS2769: Property 'name' is missing in type '{ retries: number; }' but required in type '{ readonly name: string; }'.
export const noName = step.run({ retries: 3 }, ask1);

// @ts-expect-error TS2769: Argument of type '{}' is not assignable to parameter of type '(StepOptions & WithName) & OnlyStepOptions<StepOptions & WithName>'.
export const nameless = step.run({}, ask1);

// @ts-expect-error TS2345: Argument of type 'string' is not assignable to parameter of type '(step: StepTools<BusinessContext, any>) => unknown'.
export const noBody = step.run("Ask");

// @ts-expect-error TS2769: Type 'string' is not assignable to type 'number | RetryPolicy | undefined'.
export const wrongRetries = step.run({ name: "Ask", retries: "three" }, ask1);

// @ts-expect-error TS2769: Type '"linear"' is not assignable to type
export const wrongBackoff = step.run({ name: "Ask", retries: { retries: 1, backoff: "linear" } }, ask1);

// @ts-expect-error TS2769: Type 'string' is not assignable to type 'ErrorClass'.
export const wrongErrors = step.run({ name: "Ask", errors: ["CardDeclined"] }, ask1);

// @ts-expect-error TS2769: Argument of type 'string' is not assignable to parameter of type '(StepOptions & WithName) & OnlyStepOptions<StepOptions & WithName>'.
export const wrongInput = step.run("Ask", (n: number) => n, "one");

// @ts-expect-error TS2769: Argument of type 'string' is not assignable to parameter of type '(StepOptions & WithName) & OnlyStepOptions<StepOptions & WithName>'.
export const missingInput = step.run("Ask", (tools: StepTools, n: number) => n);

// @ts-expect-error TS2345: Argument of type 'Date' is not assignable to parameter of type 'Duration'.
export const wrongSleep = step.sleep(new Date());

// @ts-expect-error TS2554: Expected 1-2 arguments, but got 0.
export const noTime = step.sleepUntil();

// @ts-expect-error TS2769: 'parallel' does not exist in type 'MapOptions<number>'.
export const unknownMapOption = step.map([1], (n) => n, { parallel: 2 });

// @ts-expect-error TS2769: Type '(n: number) => number' is not assignable to type '(item: number, index: number) => string'.
export const wrongKey = step.map([1], (n) => n, { key: (n) => n });

// @ts-expect-error TS2345: Argument of type 'number' is not assignable to parameter of type 'Iterable<unknown>'.
export const notIterable = step.map(5, (n) => n);

// @ts-expect-error TS2345: Argument of type 'string' is not assignable to parameter of type 'Branches<BusinessContext, any>'.
export const noBranches = step.all("Together");

// @ts-expect-error TS2322: Type 'number' is not assignable to type 'Branch<BusinessContext, any>'.
export const numberBranch = step.all([ask1, 2]);

// @ts-expect-error TS2339: Property 'fetch' does not exist on type 'StepTools<BusinessContext, any>'.
export const fetched = step.fetch("https://example.com");

export const starless = step.run("Starless", function* (inner) {
  // @ts-expect-error TS7057: 'yield' expression implicitly results in an 'any' type because its containing generator lacks a return-type annotation.
  const value = yield inner.run("Ask", ask1).possibleError(CardDeclined);
  return value;
});

export const assigned = step.run("Assigned", (inner) => {
  // @ts-expect-error TS2540: Cannot assign to 'number' because it is a read-only property.
  inner.number = "5";
});
