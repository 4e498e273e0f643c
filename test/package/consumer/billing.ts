// What the programs speak of: a billing service, its failures, and a schema written by hand.
import { AbstractError, TaggedError, type StandardSchema } from "surefoot";

export class Service1Error extends TaggedError("Service1Error")<{ status: number }> {}
export class Service2Error extends TaggedError("Service2Error") {}
export class Service3Error extends TaggedError("Service3Error") {}
export class UserError extends TaggedError("UserError") {}
export class InternalServiceError extends TaggedError("InternalServiceError") {}
export class SixthError extends TaggedError("SixthError") {}
export class CardDeclined extends TaggedError("CardDeclined", { retry: false, status: 402 })<{ code: string }> {}
export class SmtpDown extends TaggedError("SmtpDown") {}
export class Step1Error extends AbstractError("Step1Error") {}
/** Without a tag: TypeScript sees an `Error` with one more property. */
export class PlainError extends Error {
  readonly port: number = 0;
}

export interface Charge {
  readonly id: string;
  readonly amount: number;
}
export declare function ask1(): Promise<number>;
export declare function ask2(): Promise<number>;
export declare function ask3(): Promise<number>;
export declare function charge(amount: number): Promise<Charge>;
export declare function toCardDeclined(thrown: unknown): CardDeclined | undefined;

/** What Standard Schema asks for, and no more. Input and output differ, as a schema that converts has it. */
export const invoiceSchema: StandardSchema<{ amount: number | string }, { amount: number }> = {
  "~standard": {
    version: 1,
    vendor: "hand-made",
    validate: (value) => {
      const amount = Number((value as { amount?: unknown } | undefined)?.amount);
      return Number.isNaN(amount) ? { issues: [{ message: "no number", path: ["amount"] }] } : { value: { amount } };
    },
  },
};
export const neededContext: StandardSchema<{ userId: string }, { userId: string }> = {
  "~standard": { version: 1, vendor: "hand-made", validate: (value) => ({ value: value as { userId: string } }) },
};
export const openContext: StandardSchema<{ userId?: string }, { userId: string }> = {
  "~standard": { version: 1, vendor: "hand-made", validate: () => ({ value: { userId: "nobody" } }) },
};
