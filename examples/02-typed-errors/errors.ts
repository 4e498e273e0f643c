import { AbstractError, TaggedError } from "surefoot";

export class Service1Error extends TaggedError("Service1Error")<{ status: number }> {}
export class Service2Error extends TaggedError("Service2Error")<{ status: number }> {}
export class Service3Error extends TaggedError("Service3Error")<{ status: number }> {}
export class UserError extends TaggedError("UserError", { message: "service 2 answered more than service 3" }) {}
export class InternalServiceError extends TaggedError("InternalServiceError") {}
export class Step1Error extends AbstractError("Step1Error") {}
