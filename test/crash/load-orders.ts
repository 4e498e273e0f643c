// Functions of the load that are generators: one after the other, and side by side.
import type { App, RetryPolicy, StepTools } from "../../src/index.ts";
import type { Effects } from "./load-effects.ts";
import { Declined, Flaky } from "./load-errors.ts";
import type { LoadData } from "./load-events.ts";

/** More tries than any body of the load needs. */
export const QUICK: RetryPolicy = { retries: 5, backoff: "fixed", initial: 60, jitter: false };

/** The time that a race is given which nobody loses. */
const NEVER = "1h";

export function defineOrderFunctions(app: App, effects: Effects): void {
  app.createFunction({ name: "Ship order", retries: QUICK }, { event: "load/order" }, function* ({ event, step }) {
    const { order, failures, shortMs }: LoadData = event.data;
    effects.enter("composite");
    const reserved = yield* step.run("Reserve", () => effects.leaf(() => ({ order, at: new Date(order * 1_000) })));
    const charge = yield* step
      .run("Charge", () =>
        effects.leaf(
          () => {
            if (step.attempt <= failures) throw new Flaky({ attempt: step.attempt });
            return BigInt(order) * 100n;
          },
          { seen: reserved },
        ),
      )
      .possibleError(Flaky);
    yield* step.sleep("Settle", shortMs);
    const label = yield* step.run("Print label", () =>
      effects.leafAtOnce(() => `label ${reserved.at.toISOString()} ${charge}`, { seen: [reserved, charge] }),
    );
    const receipt = yield* step
      .run("Receipt", () =>
        effects.leaf((): string => {
          throw new Declined({ code: `bounced ${order}` });
        }),
      )
      .possibleError(Declined)
      .onError(function* (error, after) {
        effects.enter("handler");
        yield* after.run("Note it", () => effects.leaf(() => error.message, { seen: error._tag }));
        yield* after.sleep("Breathe", 80);
        yield* after.run("Tell the desk", () => effects.leafAtOnce(() => order));
      })
      .next((error) => error._tag);
    return { label, charge, receipt, reserved };
  });

  app.createFunction({ name: "Check order", retries: QUICK }, { event: "load/order" }, function* ({ event, step }) {
    const { order, failures, shortMs }: LoadData = event.data;
    effects.enter("composite");
    // The branches of all three use the same two names.
    const look = (place: string, sleepMs: number) =>
      function* (branch: StepTools) {
        effects.enter("composite");
        const asked = yield* branch.run("Ask", () => effects.leaf(() => `${place} asked ${order}`));
        if (sleepMs > 0) yield* branch.sleep(sleepMs);
        return yield* branch.run("Confirm", () =>
          effects.leaf(() => `${place} confirmed by ${asked}`, { seen: asked }),
        );
      };
    const checks = yield* step.all("Check all", {
      stock: look("stock", 0),
      credit: look("credit", shortMs),
      address: look("address", 30),
    });
    const parcels = yield* step.map(
      "Weigh",
      ["a", "b", "c", "d"],
      function* (parcel, item, index) {
        effects.enter("composite");
        const grams = yield* item.run("Ask", () =>
          effects.leaf((place) => {
            if (effects.callsBefore(place) < (index % 2 === 0 ? failures : 0)) throw new Flaky({ attempt: 0 });
            return order + index;
          }),
        );
        return yield* item.run("Confirm", () => effects.leafAtOnce(() => `${parcel} ${grams}`));
      },
      { concurrency: 2 },
    );
    const answer = yield* step.race("Answer in time", [
      step.run("Ask", () => effects.leaf(() => "in time")),
      (branch) => branch.sleep("Wait", NEVER),
    ]);
    // Which of these two is first is not said, and a crash may change it. What they give is the same.
    const either = yield* step.race("Whoever is first (either)", {
      left: (branch) => branch.run("Ask", () => effects.leaf(() => "one of them")),
      right: (branch) => branch.run("Ask", () => effects.leaf(() => "one of them")),
    });
    return { checks, parcels, answer, either };
  });
}
