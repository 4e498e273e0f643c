// The note's points N8 to N11. Each comment is the type that TypeScript infers for the line above it; a test holds it to that.
import { step } from "surefoot";
import { InternalServiceError, Service1Error, Service2Error, Service3Error, Step1Error, UserError } from "./errors.ts";
import { ask1, ask2, ask3 } from "./services.ts";

export function typedSteps() {
  // N8: a step is typed by what it returns and by how it can fail. The errors of inner steps are inferred into the outer type.
  const score = step
    .run("Score", function* (step) {
      const d1 = yield* step.run("Ask service 1", ask1).possibleError(Service1Error);
      //=> d1: number
      const d2 = yield* step.run("Ask service 2", ask2).possibleError(Service2Error);
      //=> d2: number
      const d3 = yield* step.run("Ask service 3", ask3).possibleError(Service3Error);
      //=> d3: number
      if (d2 > d3) throw yield* new UserError();
      return d1 + d2;
    })
    .possibleError(InternalServiceError);
  //=> score: Step<number, Service1Error | Service2Error | Service3Error | UserError | InternalServiceError>
  return score;
}

export function handledSteps() {
  // N9: `onError` looks at the typed error. The step fails as before.
  const looked = typedSteps().onError((error) => console.log(`  looked at ${error._tag}`));
  //=> looked: Step<number, Service1Error | Service2Error | Service3Error | UserError | InternalServiceError>

  // N10: `next` goes on with the next step, with new data.
  const goesOn = typedSteps()
    .onError((error) => console.log(`  went on after ${error._tag}`))
    .next(0);
  //=> goesOn: Step<number, never>

  // After named classes, `next` goes on for exactly those; the others stay in the type.
  const goesOnForOne = typedSteps()
    .onError(Service2Error, (error) => console.log(`  service 2 answered ${error.status}`))
    .next("unknown");
  //=> goesOnForOne: Step<number | "unknown", Service1Error | Service3Error | UserError | InternalServiceError>

  // A handler for each tag: a missing one does not compile.
  const each = typedSteps()
    .onError({
      Service1Error: ({ status }) => console.log(`  service 1: ${status}`),
      Service2Error: ({ status }) => console.log(`  service 2: ${status}`),
      Service3Error: ({ status }) => console.log(`  service 3: ${status}`),
      UserError: () => console.log("  the user's error"),
      InternalServiceError: () => console.log("  an internal error"),
    })
    .next((error) => error._tag.length);
  //=> each: Step<number, never>
  return { looked, goesOn, goesOnForOne, each };
}

export function abstractSteps() {
  // N11: five different errors, and one name for them. The abstraction hides nothing from who asks: the cause is typed.
  const abstract = typedSteps().abstractError(Step1Error);
  //=> abstract: Step<number, Step1Error & { readonly cause: Service1Error | Service2Error | Service3Error | UserError | InternalServiceError | UnexpectedError }>

  // The outcome as a value, for code that would rather look than catch.
  const asValue = typedSteps().result();
  //=> asValue: Step<Result<number, Service1Error | Service2Error | Service3Error | UserError | InternalServiceError>, never>
  return { abstract, asValue };
}

// With `await`, TypeScript cannot see a failure pass. So the step says which errors may leave it, and is checked against them:
// awaiting a step that can fail with anything else does not compile, at its own line.
export function checkedSteps() {
  const checked = step.run({ name: "Score", errors: [Service1Error, Service2Error] }, async (step) => {
    const d1 = await step.run("Ask service 1", ask1).possibleError(Service1Error);
    const d2 = await step.run("Ask service 2", ask2).possibleError(Service2Error);
    const d3 = await step.run("Ask service 3", ask3).possibleError(Service3Error).next(0);
    return d1 + d2 + d3;
  });
  //=> checked: Step<number, Service1Error | Service2Error>
  return checked;
}
