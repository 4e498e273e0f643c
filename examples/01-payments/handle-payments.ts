// The note's function. The rest of this folder is there to run it, and to be hard on it.
import { createApp } from "surefoot";
import { sqlite } from "surefoot/sqlite";
import { mail } from "./clients/mail.ts";
import { db } from "./clients/payments-table.ts";
import { provider } from "./clients/provider.ts";
import { AccountFrozen, CardDeclined, InvalidAmount, NoCardOnFile, OverLimit, ReceiptBounced } from "./errors.ts";
import { bounced, declined, frozen, noCard } from "./errors.ts";

export const app = createApp({ name: "billing", store: sqlite("billing.db") });

// Set by hand, so that it reads line for line as the note's does.
// oxfmt-ignore
export const handlePayments = app.createFunction(
  { name: "Handle payments" },
  { event: "api/invoice.created" },
  function* ({ event, step }) {
    // Wait until the next billing date.
    yield* step.sleepUntil(event.data.invoiceDate);

    // A step is retried on error, and runs only once on success. This one has substeps, and five possible errors:
    // Step<Charge, NoCardOnFile | AccountFrozen | OverLimit | CardDeclined | InvalidAmount>
    const charge = yield* step.run("Charge", function* () {
      const { amount, invoice } = event.data;
      if (!(amount > 0)) throw new InvalidAmount({ amount });

      const card = yield* step.run("Find card", () => provider.cards.find(event.user.id))
        .possibleError(NoCardOnFile, noCard);
      const limit = yield* step.run("Check limit", () => provider.limits.of(card.id))
        .possibleError(AccountFrozen, frozen);
      if (amount > limit) throw yield* new OverLimit({ amount, limit });

      return yield* step.run("Capture", () => provider.charges.create({ card: card.id, amount, invoice }, step.idempotencyKey))
        .possibleError(CardDeclined, declined);
    }).possibleError(InvalidAmount);

    yield* step.run("Update db", () => db.payments.upsert(charge));

    // A receipt that bounces is looked at, and the run goes on.
    yield* step.run("Send receipt", () => mail.send({ to: event.user.email, subject: "Your receipt" }))
      .possibleError(ReceiptBounced, bounced)
      .onError((error) => step.log.warn(`no receipt: ${error.message}`)).next();

    return charge.id;
  },
); // its run: Value string, Failure the five of "Charge"

// The compiler checks it: a run of this function can fail with exactly these five.
type Failure = (typeof handlePayments)["~function"]["failure"];
type TheFive = NoCardOnFile | AccountFrozen | OverLimit | CardDeclined | InvalidAmount;
type Equal<A, B> = (<T>(of: T) => T extends A ? 1 : 2) extends <T>(of: T) => T extends B ? 1 : 2 ? true : false;
true satisfies Equal<Failure, TheFive>;
