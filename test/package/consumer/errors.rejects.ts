// Error classes and errors that are refused.
import { AbstractError, TaggedError } from "surefoot";
import { CardDeclined, Step1Error } from "./billing.ts";

// @ts-expect-error TS2509: The intersection 'YieldableError<"WithTag"> & Readonly<{ _tag: "other"; }>' was reduced to 'never' because property '_tag' has conflicting types in some constituents.
export class WithTag extends TaggedError("WithTag")<{ _tag: "other" }> {}

// @ts-expect-error TS2344: Type 'string' is not assignable to type 'undefined'.
export class WithName extends TaggedError("WithName")<{ name: string }> {}

// @ts-expect-error TS2344: Type 'string' is not assignable to type 'undefined'.
export class WithStack extends TaggedError("WithStack")<{ stack: string }> {}

// @ts-expect-error TS2509: Base constructor return type 'YieldableError<"WithNoObject"> & string' is not an object type or intersection of object types with statically known members.
export class WithNoObject extends TaggedError("WithNoObject")<string> {}

// @ts-expect-error TS2353: Object literal may only specify known properties, and 'retries' does not exist in type 'TaggedErrorOptions'.
export class WithUnknownOption extends TaggedError("WithUnknownOption", { retries: false }) {}

// @ts-expect-error TS2554: Expected 1-2 arguments, but got 0.
export class WithoutTag extends TaggedError() {}

// @ts-expect-error TS2554: Expected 1-2 arguments, but got 0.
export class AbstractWithoutTag extends AbstractError() {}

// @ts-expect-error TS2554: Expected 1 arguments, but got 0.
export const missingFields = new CardDeclined();

// @ts-expect-error TS2345: Property 'code' is missing in type '{ message: string; }' but required in type '{ code: string; }'.
export const missingField = new CardDeclined({ message: "no" });

// @ts-expect-error TS2322: Type 'number' is not assignable to type 'string'.
export const wrongField = new CardDeclined({ code: 5 });

// @ts-expect-error TS2353: Object literal may only specify known properties, and 'why' does not exist in type '{ code: string; } & Extra'.
export const unknownField = new CardDeclined({ code: "5", why: "no money" });

// @ts-expect-error TS2322: Type 'number' is not assignable to type 'string'.
export const wrongMessage = new CardDeclined({ code: "5", message: 5 });

const declined = new CardDeclined({ code: "5" });
// @ts-expect-error TS2540: Cannot assign to 'code' because it is a read-only property.
declined.code = "6";

// @ts-expect-error TS2540: Cannot assign to '_tag' because it is a read-only property.
declined._tag = "Other";

// @ts-expect-error TS2554: Expected 1 arguments, but got 0.
export const noCause = new Step1Error();
