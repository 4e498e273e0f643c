// Functions of the load that fail, are cancelled, run at most once, or wait for long.
import { type App } from "../../src/index.ts";
import type { Effects } from "./load-effects.ts";
import { Flaky, LoadFailed, OrderLost, PlainTrouble } from "./load-errors.ts";
import type { LoadData } from "./load-events.ts";
import { QUICK } from "./load-orders.ts";

export function defineTroubleFunctions(app: App, effects: Effects): void {
  app
    .createFunction({ name: "Lose order", retries: QUICK }, { event: "load/trouble" }, function* ({ event, step }) {
      const { order, shortMs }: LoadData = event.data;
      effects.enter("composite");
      const answer = yield* step
        .run("Ask the depot", () =>
          effects.leaf(() => {
            throw new OrderLost({ order, message: `order ${order} is nowhere` });
          }),
        )
        .possibleError(OrderLost)
        .result();
      yield* step.sleep("Hope", Math.min(300, shortMs));
      yield* step
        .run("Search", function* (search) {
          effects.enter("composite");
          yield* search.run("Look", () => effects.leaf(() => answer.ok));
          throw yield* new OrderLost({ order, cause: answer.ok ? undefined : answer.error });
        })
        .abstractError(LoadFailed);
    })
    .onError(function* (error, after) {
      effects.enter("handler");
      yield* after.run("Apologise", () => effects.leaf(() => error._tag, { seen: error._tag }));
    });

  app.createFunction(
    { name: "Moody", retries: QUICK },
    { event: "load/trouble" },
    async ({ event, step, attempt }): Promise<number> => {
      const { order, failures }: LoadData = event.data;
      effects.enter("composite");
      const mood = await step.run("Feel", () => effects.leaf(() => order));
      if (attempt < Math.min(2, failures)) throw new PlainTrouble(`not in the mood, ${attempt}`);
      if (order % 5 === 0) throw new Flaky({ attempt: 0, cause: new RangeError(`order ${order}`) });
      return await step.run("Work", () => effects.leaf(() => mood + 1, { seen: mood }));
    },
  );

  app.createFunction({ name: "Pay once", retries: QUICK }, { event: "load/once" }, function* ({ event, step }) {
    const { order, failures, shortMs }: LoadData = event.data;
    effects.enter("composite");
    const isAtMostOnce = true;
    // A crash may leave either of them interrupted, so that only the journal and the ledger know how they ended.
    yield* step
      .run({ name: "Pay (either)", atMostOnce: true }, () => effects.leaf(() => order, { isAtMostOnce }))
      .onError(function* (error, after) {
        effects.enter("handler");
        yield* after.run("Look (either)", () => effects.leaf(() => error._tag));
      })
      .next();
    yield* step.sleep("Pause", shortMs);
    yield* step
      .run({ name: "Pay in parts (either)", atMostOnce: true, retries: QUICK }, () =>
        effects.leaf(
          ({ attempt }) => {
            if (attempt <= Math.min(2, failures)) throw new PlainTrouble(`part ${attempt}`);
            return order;
          },
          { isAtMostOnce },
        ),
      )
      .next();
    return yield* step.run("Book", () => effects.leaf(() => `booked ${order}`));
  });

  app.createFunction({ name: "Patient", retries: QUICK }, { event: "load/patient" }, function* ({ event, step }) {
    const { order, longMs, shortMs }: LoadData = event.data;
    effects.enter("composite");
    const first = yield* step.run("Begin", () => effects.leaf(() => order));
    if (order % 3 === 0) yield* step.sleepUntil("Long night", event.ts + longMs);
    else if (order % 3 === 1) {
      yield* step.all("Side by side", [
        function* (branch) {
          effects.enter("composite");
          yield* branch.sleep(longMs);
          return yield* branch.run("Wake", () => effects.leaf(() => "long"));
        },
        function* (branch) {
          effects.enter("composite");
          yield* branch.sleep(shortMs);
          return yield* branch.run("Wake", () => effects.leaf(() => "short"));
        },
      ]);
    } else {
      yield* step.run({ name: "Try later", retries: { ...QUICK, initial: longMs } }, () =>
        effects.leaf(({ attempt }) => {
          if (attempt === 1) throw new PlainTrouble("come back later");
          return order;
        }),
      );
    }
    return yield* step.run("End", () => effects.leaf(() => first + 1, { seen: first }));
  });
}

/** A sleep that only a cancellation ends. */
const ENDLESS = "10m";

export function defineCancelledFunctions(app: App, effects: Effects): void {
  app.createFunction({ name: "Hold stock", retries: QUICK }, { event: "load/cancelled" }, function* ({ event, step }) {
    const { order, shortMs }: LoadData = event.data;
    effects.enter("composite");
    yield* step.run("Hold", () => effects.leaf(() => order));
    try {
      yield* step.sleep("A moment", shortMs);
      yield* step.run("Count", () => effects.leaf(() => order));
      yield* step.sleep("For ever", ENDLESS);
    } finally {
      yield* step.run("Release", () => effects.leaf(() => `released ${order}`));
    }
  });

  app.createFunction({ name: "Hold seat", retries: QUICK }, { event: "load/cancelled" }, async ({ event, step }) => {
    const { order, shortMs }: LoadData = event.data;
    effects.enter("composite");
    for (let round = 0; ; round++) {
      await step.run("Hold", () => effects.leaf(() => order + round));
      await step.sleep("A moment", round < 3 ? shortMs : ENDLESS);
    }
  });
}
