// What can go wrong with a payment, and how the answers of the provider and of the mail server become these errors.
import { TaggedError } from "surefoot";
import { ProviderRefusal } from "./clients/provider.ts";

export class InvalidAmount extends TaggedError("InvalidAmount", {
  retry: false,
  message: "an amount is a positive number of cents",
})<{ amount: unknown }> {}
export class NoCardOnFile extends TaggedError("NoCardOnFile", { retry: false })<{ customer: string }> {}
export class AccountFrozen extends TaggedError("AccountFrozen", { retry: false })<{ since: Date }> {}
export class OverLimit extends TaggedError("OverLimit", { message: "more than this card may be charged" })<{
  amount: number;
  limit: number;
}> {}
export class CardDeclined extends TaggedError("CardDeclined", { retry: false, status: 402 })<{ code: string }> {}
export class ReceiptBounced extends TaggedError("ReceiptBounced", { retry: false })<{ status: number }> {}

// Each of these is told what was thrown. What it does not know stays what it is: a timeout is retried.

export const noCard = (thrown: unknown) =>
  thrown instanceof ProviderRefusal && thrown.code === "no_card"
    ? new NoCardOnFile({ customer: thrown.detail, message: thrown.message, cause: thrown })
    : undefined;

export const frozen = (thrown: unknown) =>
  thrown instanceof ProviderRefusal && thrown.code === "account_frozen"
    ? new AccountFrozen({ since: new Date(thrown.detail), message: thrown.message, cause: thrown })
    : undefined;

export const declined = (thrown: unknown) =>
  thrown instanceof ProviderRefusal && thrown.code === "card_declined"
    ? new CardDeclined({ code: thrown.detail, message: thrown.message, cause: thrown })
    : undefined;

export const bounced = (thrown: unknown) => {
  const { responseCode, response } = Object(thrown) as { responseCode?: unknown; response?: unknown };
  return responseCode === 550
    ? new ReceiptBounced({ status: responseCode, message: String(response), cause: thrown })
    : undefined;
};
