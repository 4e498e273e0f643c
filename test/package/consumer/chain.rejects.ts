// Links that a chain refuses.
import { step, type Step } from "surefoot";
import { CardDeclined, Service1Error, Service2Error, UserError, ask1, type Charge } from "./billing.ts";

declare function look(error: unknown): void;
const ask = () => step.run("Ask", ask1).possibleError(Service1Error, Service2Error);

// @ts-expect-error TS2769: Property 'Service2Error' is missing in type '{ Service1Error: (error: unknown) => void; }'
export const missingTag = ask().onError({ Service1Error: look });

// @ts-expect-error TS2769: Type '{}' is missing the following properties from type
export const noTags = ask().onError({});

// @ts-expect-error TS2769: 'NoSuchFailure<"UserError">'.
export const otherTag = ask().onError({ Service1Error: look, Service2Error: look, UserError: look });

// @ts-expect-error TS2345: Property '"this step can fail with"' is missing in type 'typeof UserError' but required in type 'NotAFailureOf<Service1Error | Service2Error>'.
export const notAFailure = ask().onError(UserError, look);

// @ts-expect-error TS2345: Property '"this step can fail with"' is missing in type 'typeof Service1Error' but required in type 'NotAFailureOf<never>'.
export const recoveredAlready = ask().next(0).onError(Service1Error, look);

// @ts-expect-error TS2769: 'NoSuchFailure<"UnexpectedErrors">'.
export const tooMany = ask().onError({ Service1Error: look, Service2Error: look, UnexpectedErrors: look });

// @ts-expect-error TS2339: Property 'reason' does not exist on type 'Service1Error'.
export const wrongField = ask().onError(Service1Error, (error) => error.reason);

// @ts-expect-error TS2339: Property 'status' does not exist on type
export const fieldOfNone = ask().onError((error) => error.status);

// @ts-expect-error TS2769: Type '() => UserError' provides no match for the signature 'new (...args: any[]): any'.
export const wrongTranslation = ask().possibleError(CardDeclined, () => new UserError());

// @ts-expect-error TS2345: Argument of type 'string' is not assignable to parameter of type 'ErrorClass'.
export const noClass = ask().possibleError("CardDeclined");

// @ts-expect-error TS2769: Type 'typeof CardDeclined' provides no match for the signature '(cause:
export const notAbstract = ask().abstractError(CardDeclined);

// @ts-expect-error TS2769: Type 'string' is not assignable to type 'Error'.
export const abstractOfNoError = ask().abstractError(() => "an error");

// @ts-expect-error TS2554: Expected 0-1 arguments, but got 2.
export const secondValue = ask().next(0, 1);

export const valueUnread = async () => {
  const result = await ask().result();
  // @ts-expect-error TS2339: Property 'value' does not exist on type 'Result<number, Service1Error | Service2Error>'.
  return result.value;
};

/** The failures are part of the type: more of them do not fit where fewer are asked for. */
declare const either: Step<number, Service1Error | Service2Error>;
// @ts-expect-error TS2322: Property 'status' is missing in type 'Service2Error' but required in type 'Service1Error'.
export const narrower: Step<number, Service1Error> = either;
// @ts-expect-error TS2322: Type 'Step<number, Service1Error | Service2Error>' is not assignable to type 'Step<number, never>'.
export const never: Step<number, never> = either;
// @ts-expect-error TS2322: Type 'Step<number, Service1Error | Service2Error>' is not assignable to type 'Step<Charge, Service1Error | Service2Error>'.
export const otherValue: Step<Charge, Service1Error | Service2Error> = either;
// @ts-expect-error TS2322: Type 'Step<number, Service1Error | Service2Error>' is not assignable to type 'Step<number, never>'.
export const handledNarrower: Step<number, never> = ask().onError(look);
