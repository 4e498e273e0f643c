// Each link of a chain, and what it makes of the type.
import {
  step,
  type FailureOf,
  type HandledStep,
  type Result,
  type Step,
  type StepTools,
  UnexpectedError,
} from "surefoot";
import { CardDeclined, PlainError, Service1Error, Service2Error, Step1Error, UserError, ask1 } from "./billing.ts";
import { hasType } from "./same-type.ts";

type Asked = Service1Error | Service2Error;
const ask = () => step.run("Ask", ask1).possibleError(Service1Error, Service2Error);
declare function look(error: unknown): void;
declare function failureOf<Body>(body: Body): FailureOf<Body>;

// possibleError
hasType<Step<number, Asked>>()(ask());
export const translated = step
  .run("Charge", () => 1)
  .possibleError(CardDeclined, (thrown) => {
    hasType<unknown>()(thrown);
    return thrown instanceof TypeError ? new CardDeclined({ code: "type", cause: thrown }) : undefined;
  });
hasType<Step<number, CardDeclined>>()(translated);
export const accumulated = ask().possibleError(UserError).possibleError(PlainError);
hasType<Step<number, Asked | UserError | PlainError>>()(accumulated);

// onError(handler)
export const looked = ask().onError((error, inner) => {
  hasType<Asked | UnexpectedError>()(error);
  hasType<StepTools>()(inner);
  look(error);
});
hasType<Step<number, Asked>>()(looked);
export const replaced = ask().onError(function* (error, inner) {
  yield* inner.run("Note it", () => look(error));
  throw yield* new UserError();
});
hasType<Asked | UserError>()(failureOf(replaced));
export const replacedThenRecovered = ask()
  .onError(function* () {
    throw yield* new UserError();
  })
  .next(0);
hasType<Step<number, UserError>>()(replacedThenRecovered);

// onError(Class, handler): links accumulate
export const one = ask().onError(Service1Error, (error, inner) => {
  hasType<number>()(error.status);
  hasType<string>()(inner.number);
});
hasType<HandledStep<number, Asked, Service1Error, never>>()(one);
hasType<Asked>()(failureOf(one));
hasType<Step<number | undefined, Service2Error>>()(one.next());
hasType<Step<number, Service2Error>>()(one.next(7));
export const both = ask().onError(Service1Error, look).onError(Service2Error, look).next("none");
hasType<Step<number | "none", never>>()(both);
export const unexpectedOnly = ask()
  .onError(UnexpectedError, (error) => hasType<UnexpectedError>()(error))
  .next(1);
hasType<Step<number, Asked>>()(unexpectedOnly);
/** A base class may be named; an untagged one never takes a tagged member away. */
export const baseNamed = ask().possibleError(PlainError).onError(Error, look).next(0);
hasType<Step<number, Asked>>()(baseNamed);
export const raisingLink = ask()
  .onError(Service1Error, function* () {
    throw yield* new UserError();
  })
  .next(0);
hasType<Step<number, Service2Error | UserError>>()(raisingLink);

// onError({ Tag: handler })
export const mapped = ask()
  .onError({ Service1Error: (error) => look(error.status), Service2Error: (error, inner) => look([error, inner.name]) })
  .next("x");
hasType<Step<number | "x", never>>()(mapped);
export const mappedAndUnexpected = ask().onError({
  Service1Error: look,
  Service2Error: function* () {
    throw yield* new UserError();
  },
  UnexpectedError: (error) => hasType<UnexpectedError>()(error),
});
hasType<Step<number | undefined, UserError>>()(mappedAndUnexpected.next());

// next
hasType<Step<number | undefined, never>>()(ask().next());
hasType<Step<number, never>>()(ask().next(0));
hasType<Step<number | "fallback", never>>()(ask().next("fallback"));
hasType<Step<number | null, never>>()(ask().next(null));
hasType<Step<number | readonly [1, "a"], never>>()(ask().next([1, "a"]));
hasType<Step<number, never>>()(ask().next((error) => error.message.length));
hasType<Step<number | "UnexpectedError" | "Service1Error" | "Service2Error", never>>()(
  ask().next((error) => error._tag),
);
hasType<Step<number, never>>()(ask().next(async () => 5));
hasType<Step<number, Service2Error>>()(one.next((error) => error.status));

// abstractError
export const abstracted = ask().abstractError(Step1Error);
hasType<Step<number, Step1Error & { readonly cause: Asked | UnexpectedError }>>()(abstracted);
export const wrapped = ask().abstractError((cause) => {
  hasType<Asked | UnexpectedError>()(cause);
  return new CardDeclined({ code: cause._tag });
});
hasType<Step<number, CardDeclined>>()(wrapped);
export const abstractedThenNamed = abstracted
  .onError(Step1Error, (error) => {
    if (error.cause._tag === "Service1Error") hasType<number>()(error.cause.status);
  })
  .next(0);
hasType<Step<number, never>>()(abstractedThenNamed);
export const abstractedByTag = abstracted.onError({ Step1Error: (error) => look(error.cause._tag) }).next(0);
hasType<Step<number, never>>()(abstractedByTag);

// result
export const outcome = ask().result();
hasType<Step<Result<number, Asked>, never>>()(outcome);
export async function read(): Promise<number> {
  const result = await outcome;
  if (result.ok) return result.value;
  hasType<Asked | UnexpectedError>()(result.error);
  return 0;
}

/** After links that name classes, `next` is handed exactly those (4.4): no `UnexpectedError` where none was named. */
export const named = step
  .run("Charge", () => "id")
  .possibleError(CardDeclined)
  .onError(CardDeclined, look)
  .next((error) => error.code);
hasType<Step<string, never>>()(named);
export const namedInMap = step
  .run("Charge", () => "id")
  .possibleError(CardDeclined)
  .onError({ CardDeclined: look })
  .next((error) => error.code);
hasType<Step<string, never>>()(namedInMap);
