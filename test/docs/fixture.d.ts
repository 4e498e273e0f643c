// What the pages speak of and do not declare: one business, in one file. A fence that uses such a name gets it imported from here.
import type { AbstractErrorBase, App, AppFunction, StandardSchema, TaggedErrorClass } from "surefoot";
import type { Analytics } from "surefoot/analytics";

// Services
export declare const stripe: {
  readonly charges: { create(charge: { amount: number }): Promise<Charge> };
};
export declare namespace Stripe {
  const errors: { readonly StripeCardError: new () => Error & { readonly code: string | undefined } };
}
export declare const db: { readonly payments: { upsert(charge: Charge): Promise<void> } };
export declare const mail: { send(mail: { to: string }): Promise<void> };
export declare const resend: { readonly emails: { send(mail: { to: string; subject: string }): Promise<void> } };
export declare function ask1(): Promise<number>;
export declare function ask2(): Promise<number>;
export declare function ask3(): Promise<number>;
export declare function dosomething(): void;
export declare function block(userId: string): Promise<void>;
export declare function pack(orderId: string): Promise<void>;
export declare function transcriptOf(callId: string): Promise<string>;
export declare const bank: { transfer(amount: number): Promise<void> };
export declare const runId: string;
export declare function stockOf(sku: string): Promise<number>;
export declare function charge(amount: number): Promise<Charge>;

export declare function findUser(id: string): Promise<User>;
export declare function findOrders(userId: string): Promise<readonly Invoice[]>;

// Data
export interface User {
  readonly id: string;
  readonly email: string;
}
export declare const users: readonly User[];
export declare const id: string;
export declare const amount: number;
export declare const limit: number;
export interface Invoice {
  readonly id: string;
  readonly amount: number;
}
export interface Charge {
  readonly id: string;
  readonly amount: number;
}
export declare const invoice: Invoice;
export declare const approvalToken: string;
export declare const chargeCustomer: AppFunction<{ readonly amount: number }, Charge, CardDeclined>;
export declare const email: string;
export declare const data: number;
export declare const app: App;
export declare const tracked: Analytics;
export declare const error: unknown;

// Failures
declare const Service1Base: TaggedErrorClass<"Service1Error">;
export declare class Service1Error extends Service1Base<{ status: number }> {}
declare const Service2Base: TaggedErrorClass<"Service2Error">;
export declare class Service2Error extends Service2Base {}
declare const Service3Base: TaggedErrorClass<"Service3Error">;
export declare class Service3Error extends Service3Base {}
declare const UserBase: TaggedErrorClass<"UserError">;
export declare class UserError extends UserBase {}
declare const InternalServiceBase: TaggedErrorClass<"InternalServiceError">;
export declare class InternalServiceError extends InternalServiceBase {}
declare const CardDeclinedBase: TaggedErrorClass<"CardDeclined">;
export declare class CardDeclined extends CardDeclinedBase<{ code: string }> {}
declare const Step1Base: AbstractErrorBase<"Step1Error">;
export declare class Step1Error extends Step1Base {}

// A schema library, as far as the pages use one.
export declare const z: {
  string(): StandardSchema<string>;
  number(): StandardSchema<number>;
  object<Shape extends Readonly<Record<string, StandardSchema<any, any>>>>(
    shape: Shape,
  ): StandardSchema<
    { [Key in keyof Shape]: Shape[Key] extends StandardSchema<infer Input, any> ? Input : never },
    { [Key in keyof Shape]: Shape[Key] extends StandardSchema<any, infer Output> ? Output : never }
  >;
};
