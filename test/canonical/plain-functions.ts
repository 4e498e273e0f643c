// Canonical functions of one step after the other, and of steps that fail.
import { QUICK, type CanonicalFunction } from "./canonical.ts";
import { CardDeclined, LineBusy, OrderFailed } from "./canonical-errors.ts";

const oneStep: CanonicalFunction = {
  name: "one-step",
  define: (app, trace, event) =>
    app.createFunction({ name: "one-step", retries: QUICK }, { event }, function* ({ step }) {
      return yield* step.run("Only", () => ({ attempt: trace.leaf(), when: new Date(86_400_000) }));
    }),
};

const threeSteps: CanonicalFunction = {
  name: "three-steps",
  define: (app, trace, event) =>
    app.createFunction({ name: "three-steps", retries: QUICK }, { event }, function* ({ step }) {
      const first = yield* step.run("First", () => BigInt(trace.leaf()));
      const second = yield* step.run("Second", () => new Map([["first", first + BigInt(trace.leaf())]]));
      const third = yield* step.run("Third", () => [second, trace.leaf()] as const);
      return { first, second, third };
    }),
};

const nested: CanonicalFunction = {
  name: "nested",
  define: (app, trace, event) =>
    app.createFunction({ name: "nested", retries: QUICK }, { event }, function* ({ step }) {
      const total = yield* step.run("Outer", function* (outer) {
        trace.composite();
        const left = yield* outer.run("Leaf", () => trace.leaf());
        const middle = yield* outer.run("Middle", function* (inner) {
          trace.composite();
          const first = yield* inner.run("Leaf", () => trace.leaf());
          return first + (yield* inner.run("Leaf", () => trace.leaf() + 10));
        });
        return left + middle;
      });
      return total + (yield* step.run("After", () => trace.leaf() + 100));
    }),
};

const retried: CanonicalFunction = {
  name: "retried",
  define: (app, trace, event) =>
    app.createFunction({ name: "retried", retries: QUICK }, { event }, function* ({ step }) {
      const answer = yield* step
        .run("Call", () => {
          const attempt = trace.leaf();
          if (attempt < 3) throw new LineBusy({ attempt });
          return `answered at attempt ${attempt}`;
        })
        .possibleError(LineBusy);
      return yield* step.run("Note", () => `${answer}, ${trace.leaf()}`);
    }),
};

const recovered: CanonicalFunction = {
  name: "recovered",
  define: (app, trace, event) =>
    app.createFunction({ name: "recovered", retries: QUICK }, { event }, function* ({ step }) {
      const charge = yield* step
        .run("Charge", (): string => {
          throw new CardDeclined({ code: `no funds at attempt ${trace.leaf()}` });
        })
        .possibleError(CardDeclined)
        .onError(function* (error, after) {
          yield* after.run("Note it", () => [error._tag, trace.leaf()]);
          yield* after.run("Tell the desk", () => trace.leaf());
        })
        .next((error) => error.message);
      return yield* step.run("Go on", () => [charge, trace.leaf()]);
    }),
};

const abstracted: CanonicalFunction = {
  name: "abstracted",
  define: (app, trace, event) =>
    app
      .createFunction({ name: "abstracted", retries: QUICK }, { event }, function* ({ step }) {
        yield* step.run("Reserve", () => trace.leaf());
        return yield* step
          .run("Order", function* (order) {
            trace.composite();
            return yield* order
              .run("Charge", (): string => {
                trace.leaf();
                throw new CardDeclined({ code: "stolen" });
              })
              .possibleError(CardDeclined);
          })
          .abstractError(OrderFailed);
      })
      .onError(function* (error, after) {
        yield* after.run("Apologise", () => [error._tag, trace.leaf()]);
      }),
};

const atMostOnce: CanonicalFunction = {
  name: "at-most-once",
  define: (app, trace, event) =>
    app.createFunction({ name: "at-most-once", retries: QUICK }, { event }, function* ({ step }) {
      const paid = yield* step.run({ name: "Pay", atMostOnce: true }, () => trace.leaf()).result();
      const booked = yield* step.run("Book", () => trace.leaf());
      return { paid: paid.ok ? paid.value : paid.error._tag, booked };
    }),
  interrupted: { paid: "StepInterruptedError", booked: 1 },
};

const raised: CanonicalFunction = {
  name: "raised",
  define: (app, trace, event) =>
    app.createFunction({ name: "raised", retries: QUICK }, { event }, function* ({ step }) {
      const answer = yield* step
        .run("Judge", function* (judge) {
          trace.composite();
          const attempt = yield* judge.run("Look", () => trace.leaf());
          if (attempt === 1) throw yield* judge.fail(new RangeError("over the limit"));
          return attempt;
        })
        .result();
      yield* step.run("Note", () => [answer.ok, trace.leaf()]);
      throw yield* new CardDeclined({ code: answer.ok ? "none" : answer.error.message });
    }),
};

const retriedAsAWhole: CanonicalFunction = {
  name: "retried-as-a-whole",
  define: (app, trace, event) =>
    app.createFunction({ name: "retried-as-a-whole", retries: QUICK }, { event }, function* ({ step }) {
      return yield* step.run("Whole", function* (whole) {
        const attempt = trace.composite();
        const before = yield* whole.run("Before", () => `before at attempt ${trace.leaf()}`);
        if (attempt < 3) throw new TypeError(`attempt ${attempt}`);
        return [before, yield* whole.run("After", () => trace.leaf())];
      });
    }),
};

export const PLAIN_FUNCTIONS: readonly CanonicalFunction[] = [
  oneStep,
  threeSteps,
  nested,
  retried,
  recovered,
  abstracted,
  atMostOnce,
  raised,
  retriedAsAWhole,
];
