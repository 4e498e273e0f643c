// Canonical functions that wait, are waited for, and are cancelled.
import { aborted, QUICK, START_MS, type CanonicalFunction } from "./canonical.ts";
import { CardDeclined } from "./canonical-errors.ts";

/** After what the function does until it waits. */
const LATER_MS = 200;

const shortSleep: CanonicalFunction = {
  name: "short-sleep",
  define: (app, trace, event) =>
    app.createFunction({ name: "short-sleep", retries: QUICK }, { event }, function* ({ step }) {
      const before = yield* step.run("Before", () => trace.leaf());
      yield* step.sleep("A moment", 50);
      return [before, yield* step.run("After", () => trace.leaf())];
    }),
};

const longSleep: CanonicalFunction = {
  name: "long-sleep",
  define: (app, trace, event) =>
    app.createFunction({ name: "long-sleep", retries: QUICK }, { event }, function* ({ step }) {
      const before = yield* step.run("Before", () => trace.leaf());
      yield* step.sleep("Out of memory", "6s");
      return [before, yield* step.run("After", () => trace.leaf())];
    }),
};

const timeout: CanonicalFunction = {
  name: "timeout",
  define: (app, trace, event) =>
    app.createFunction({ name: "timeout", retries: QUICK }, { event }, function* ({ step }) {
      const answer = yield* step
        .run({ name: "Ask", timeout: 40, retries: 0 }, async (ask) => {
          trace.leaf();
          await aborted(ask);
          return "too late";
        })
        .result();
      return yield* step.run("Note", () => [answer.ok ? answer.value : answer.error._tag, trace.leaf()]);
    }),
};

const cancelled: CanonicalFunction = {
  name: "cancelled",
  define: (app, trace, event) =>
    app.createFunction({ name: "cancelled", retries: QUICK }, { event }, function* ({ step }) {
      yield* step.run("Hold", () => trace.leaf());
      try {
        yield* step.sleep("For long", "10m");
      } finally {
        yield* step.run("Release", () => trace.leaf());
        yield* step.run("Tell", () => trace.leaf());
      }
    }),
  happenings: [{ afterMs: LATER_MS, happen: (app, runId) => app.cancel(runId) }],
};

const waitForEvent: CanonicalFunction = {
  name: "wait-for-event",
  define: (app, trace, event) =>
    app.createFunction({ name: "wait-for-event", retries: QUICK }, { event }, function* ({ step }) {
      const invoice = yield* step.run("Invoice", () => `invoice ${trace.leaf()}`);
      const paid = yield* step.waitForEvent("Paid?", {
        event: "canonical/paid",
        match: { invoice },
        timeout: "1h",
      });
      return yield* step.run("Book", () => [paid?.data, trace.leaf()]);
    }),
  happenings: [
    {
      afterMs: LATER_MS,
      happen: (app) => app.send({ id: "paid other", name: "canonical/paid", data: { invoice: "other" }, ts: START_MS }),
    },
    {
      afterMs: LATER_MS + 50,
      happen: (app) =>
        app.send({ id: "paid", name: "canonical/paid", data: { invoice: "invoice 1", amount: 12n }, ts: START_MS }),
    },
  ],
};

const waitInVain: CanonicalFunction = {
  name: "wait-in-vain",
  define: (app, trace, event) =>
    app.createFunction({ name: "wait-in-vain", retries: QUICK }, { event }, function* ({ step }) {
      const paid = yield* step.waitForEvent("Paid?", { event: "canonical/never", timeout: 80 });
      return yield* step.run("Remind", () => [paid, trace.leaf()]);
    }),
};

const sendEvent: CanonicalFunction = {
  name: "send-event",
  openAtOnce: 2,
  define: (app, trace, event) => {
    app.createFunction({ name: "send-event", retries: QUICK }, { event }, function* ({ step }) {
      const packed = yield* step.run("Pack", () => trace.leaf());
      const { ids } = yield* step.sendEvent("Tell shipping", [
        { name: "canonical/packed", data: { packed } },
        { name: "canonical/nobody-listens" },
      ]);
      return yield* step.run("Note", () => [ids.length, trace.leaf()]);
    });
    app.createFunction({ name: "ship", retries: QUICK }, { event: "canonical/packed" }, function* ({ step }) {
      return yield* step.run("Ship", () => trace.leaf());
    });
  },
};

const invoke: CanonicalFunction = {
  name: "invoke",
  define: (app, trace, event) => {
    const charge = app.createFunction(
      { name: "charge", retries: QUICK },
      { event: "canonical/charge" },
      function* ({ step }) {
        const amount = yield* step.run("Look up", () => trace.leaf());
        if (amount === 1) throw yield* new CardDeclined({ code: `amount ${amount}` });
        return amount;
      },
    );
    app.createFunction({ name: "invoke", retries: QUICK }, { event }, function* ({ step }) {
      const answer = yield* step.invoke("Charge", { function: charge, data: { amount: 1 } }).result();
      const code = answer.ok ? "none" : answer.error instanceof CardDeclined ? answer.error.code : answer.error.message;
      return yield* step.run("Note", () => [code, trace.leaf()]);
    });
  },
};

export const WAITING_FUNCTIONS: readonly CanonicalFunction[] = [
  shortSleep,
  longSleep,
  timeout,
  cancelled,
  waitForEvent,
  waitInVain,
  sendEvent,
  invoke,
];
