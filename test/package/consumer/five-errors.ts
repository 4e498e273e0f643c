// The note's step (N8): five failures, all inferred or declared, none lost and none more.
import { step as top, type FailureOf, type Step } from "surefoot";
import {
  InternalServiceError,
  PlainError,
  Service1Error,
  Service2Error,
  Service3Error,
  UserError,
  ask1,
  ask2,
  ask3,
} from "./billing.ts";
import { hasType } from "./same-type.ts";

type FiveErrors = Service1Error | Service2Error | Service3Error | UserError | InternalServiceError;

export const score = top
  .run("Score", function* (step) {
    const d1 = yield* step.run("Ask service 1", ask1).possibleError(Service1Error);
    const d2 = yield* step.run("Ask service 2", ask2).possibleError(Service2Error);
    const d3 = yield* step.run("Ask service 3", ask3).possibleError(Service3Error);
    hasType<number>()(d3);
    if (d2 > d3) throw yield* new UserError();
    return d1 + d2;
  })
  .possibleError(InternalServiceError);
hasType<Step<number, FiveErrors>>()(score);

export const scoreWithAwaits = top
  .run("Score", async function* (step) {
    const d1 = yield* step.run("Ask service 1", ask1).possibleError(Service1Error);
    const d2 = yield* step.run("Ask service 2", ask2).possibleError(Service2Error);
    const d3 = yield* step.run("Ask service 3", ask3).possibleError(Service3Error);
    const d4 = await ask1();
    if (d2 > d3) throw yield* new UserError();
    return d1 + d4;
  })
  .possibleError(InternalServiceError);
hasType<Step<number, FiveErrors>>()(scoreWithAwaits);

declare function find(): string | undefined;
/** Each way to write the raise: narrowing goes on behind it. */
export const raised = top.run("Raise", function* (step) {
  const answer = yield* step.run("Look", find);
  if (answer === undefined) throw yield* new UserError();
  if (answer === "1") throw yield* step.fail(new Service1Error({ status: 500 }));
  if (answer === "2") return yield* new Service2Error();
  return answer.length;
});
hasType<Step<number, UserError | Service1Error | Service2Error>>()(raised);

/** A `yield` without the star still counts. */
export const starless = top.run("Starless", function* (step) {
  yield step.run("Ask", ask1).possibleError(Service1Error);
  return "done";
});
hasType<Step<string, Service1Error>>()(starless);

/** So do a step that is returned, and one from a service function that imports `step`. */
export const returned = top.run("Returned", (step) => step.run("Ask", ask1).possibleError(Service1Error));
hasType<Step<number, Service1Error>>()(returned);
export const returnedFromGenerator = top.run("Returned", function* (step) {
  yield* step.run("Ask 2", ask2).possibleError(Service2Error);
  return step.run("Ask 1", ask1).possibleError(Service1Error);
});
hasType<Step<number, Service1Error | Service2Error>>()(returnedFromGenerator);

/** Depth loses nothing. */
export const nested = top.run("1", function* (step) {
  return yield* step.run("1.1", function* (inner) {
    return yield* inner.run("1.1.1", function* () {
      return yield* score;
    });
  });
});
hasType<Step<number, FiveErrors>>()(nested);

/** Loops, branches, and steps whose failures overlap. */
export const looped = top.run("Loop", function* (step) {
  let sum = 0;
  for (const n of [1, 2, 3]) {
    sum += yield* step.run("Ask", (count: number) => count, n);
    if (sum > 2) sum += yield* step.run("Ask 1", ask1).possibleError(Service1Error, Service2Error);
    else sum -= yield* step.run("Ask 2", ask2).possibleError(Service2Error);
  }
  return sum;
});
hasType<Step<number, Service1Error | Service2Error>>()(looped);

/** A tagged class is not swallowed by an untagged one beside it (4.9), in whichever order. */
export const besideUntagged = top.run("Beside", function* (step) {
  yield* step.run("Ask 1", ask1).possibleError(Service1Error);
  yield* step.run("Ask 2", ask2).possibleError(Error);
  yield* step.run("Ask 3", ask3).possibleError(PlainError, UserError);
  return 1;
});
hasType<Step<number, Service1Error | Error | PlainError | UserError>>()(besideUntagged);
declare const tagged: Extract<FailureOf<typeof besideUntagged>, { readonly _tag: string }>;
hasType<Service1Error | UserError>()(tagged);

/** An async body declares; what comes through `await` cannot be seen. */
export const awaited = top
  .run("Awaited", async (step) => (await step.run("Ask", ask1).possibleError(Service1Error)) + 1)
  .possibleError(InternalServiceError);
hasType<Step<number, InternalServiceError>>()(awaited);
