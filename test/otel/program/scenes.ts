// What is traced: small apps, each with one thing that a trace has to show.
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { AbstractError, TaggedError, createApp, step, type App, type Instrument } from "surefoot";
import { jsonLog } from "surefoot/logs";
import { otel } from "surefoot/otel";
import { sqlite } from "surefoot/sqlite";
import { secretCorpus } from "./secret-corpus.ts";
import { flushed, tracer } from "./tracing.ts";

class CardDeclined extends TaggedError("CardDeclined")<{ code: string }> {}
class PaymentFailed extends AbstractError("PaymentFailed") {}

const CONTEXT = { userId: "u_42", userEmail: "ada@example.com", endpoint: "/api/checkout", tenant: "acme" };
const observers: readonly Instrument[] = [otel({ context: ["userId", "endpoint", "tenant"] })];

function inProcess(): App {
  return createApp({ name: "shop", observers });
}
function onDisk(watchedBy: readonly Instrument[] = observers): App {
  const store = sqlite(process.env["JOURNAL"] ?? "");
  return createApp({ name: "shop", store, observers: watchedBy, story: false, lease: "1s" });
}

/** Runs the one function of an app, whatever becomes of it. */
async function runs(handler: (input: { readonly event: { readonly data: any } }) => unknown): Promise<void> {
  const app = inProcess();
  const fn = app.createFunction({ name: "Handle payments" }, { event: "api/invoice.created" }, handler);
  await app.run(fn, { data: {}, context: CONTEXT, id: "invoice-1" }).catch(() => {});
}

const isFirstLife = process.env["LIFE"] === "1";

export const scenes: Readonly<Record<string, () => Promise<void>>> = {
  nested: () =>
    runs(function* () {
      yield* step.run({ name: "Charge", tags: ["money"], attributes: { currency: "EUR" } }, function* () {
        yield* step.run("Find card", () => tracer.startActiveSpan("GET /cards", (span) => span.end()));
        yield* step.run("Capture", async () => "ch_1");
      });
      yield* step.run("Update db", () => "done");
    }),
  "nested, async": () =>
    runs(async () => {
      await step.run("Charge", async () => {
        await step.run("Find card", async () => tracer.startActiveSpan("GET /cards", (span) => span.end()));
        await step.run("Capture", async () => "ch_1");
      });
      await step.run("Update db", async () => "done");
    }),
  parallel: () =>
    runs(function* () {
      yield* step.all([step.run("Left", async () => 1), step.run("Right", async () => 2)]);
      yield* step.map("Each", ["a", "b"], (item) => item);
      yield* step.race([
        step.run("Fast", async () => "fast"),
        step.run("Slow", () => new Promise((resolve) => setTimeout(resolve, 200))),
      ]);
    }),
  retry: () => {
    let left = 2;
    return runs(function* () {
      yield* step.run({ name: "Charge", retries: { retries: 3, initial: 1 } }, () => {
        if (left-- > 0) throw new RangeError("not yet");
      });
    });
  },
  recovered: () =>
    runs(function* () {
      yield* step.run("Pay", function* () {
        yield* step
          .run("Charge", () => {
            throw new CardDeclined({ code: "do_not_honor", message: "the card was declined" });
          })
          .possibleError(CardDeclined)
          .onError(CardDeclined, (_error, here) => here.run("Ask for another card", () => "asked"))
          .next("later");
      });
    }),
  abstract: () =>
    runs(function* () {
      yield* step
        .run("Pay", function* () {
          yield* step.run("Charge", function* () {
            yield* new CardDeclined({ code: "stolen", message: "the card was declined" });
          });
        })
        .abstractError(PaymentFailed);
    }),
  unexpected: () =>
    runs(async () => {
      await step.run("Charge", () => {
        throw new TypeError("amount is no number");
      });
    }),
  timeout: () =>
    runs(function* () {
      yield* step.run({ name: "Charge", timeout: 20 }, () => new Promise((resolve) => setTimeout(resolve, 300)));
    }),
  cancelled: async () => {
    const app = inProcess();
    const fn = app.createFunction({ name: "Handle payments" }, { event: "api/invoice.created" }, function* () {
      try {
        yield* step.run("Charge", () => {
          setTimeout(() => void app.cancel(run.id), 5);
          return new Promise((resolve) => setTimeout(resolve, 100));
        });
      } finally {
        yield* step.run("Release the card", () => "released");
      }
    });
    const run = app.run(fn, { data: {}, context: CONTEXT });
    await run.catch(() => {});
  },
  /** With the story and the JSON log on standard output. */
  secrets: async () => {
    const app = createApp({
      name: "shop",
      observers: [otel({ context: ["userId", "body", "note"] }), jsonLog()],
      story: true,
    });
    for (const [place, payload] of secretCorpus.entries()) {
      const { data = {}, user, context = {}, step: name = "Work", tags, attributes, log, thrown } = payload;
      const fn = app.createFunction({ name: `Case ${place}` }, { event: "case" }, function* () {
        yield* step
          .run({ name: "Outer" }, function* () {
            yield* step.run({ name, tags, attributes, retries: { retries: 1, initial: 1 } }, (here) => {
              if (log !== undefined) here.log.warn(...log);
              if (thrown !== undefined) throw thrown();
            });
          })
          .abstractError(PaymentFailed);
      });
      await app.run(fn, { data, user, context }).catch(() => {});
    }
  },
  sleep: () => sleepsIn(onDisk()),
  "sleep, continuous": () => sleepsIn(onDisk([otel({ mode: "continuous" })])),
  takeover: async () => {
    const app = onDisk();
    app.createFunction({ name: "Pay" }, { event: "api/invoice.created" }, function* () {
      yield* step.run("Charge", () => 1);
      yield* step.run("Update db", async () => {
        if (!isFirstLife) return;
        await flushed();
        process.kill(process.pid, "SIGKILL");
        await new Promise(() => {});
      });
    });
    if (isFirstLife) await app.send({ name: "api/invoice.created", id: "invoice-1", data: {}, context: CONTEXT });
    await app.start();
    await untilEvery(app, "completed");
    await app.stop();
  },
  /** An endpoint that sends, and no worker. */
  endpoint: async () => {
    const app = onDisk();
    checkout(app);
    const server = createServer((_request, response) => {
      void tracer.startActiveSpan("POST /api/checkout", async (span) => {
        await app.send({ name: "api/order.placed", id: "order-1", data: {}, context: CONTEXT });
        response.end(span.spanContext().traceId);
        span.end();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await (await fetch(`http://127.0.0.1:${port}/api/checkout`, { method: "POST" })).text();
    server.close();
    await app.stop();
  },
  /** A worker in another process: a run that sends, and one that it invokes. */
  worker: async () => {
    const app = onDisk();
    checkout(app);
    await app.start();
    await untilEvery(app, "completed", 3);
    await app.stop();
  },
};

/** Two lives: in the first it falls asleep, sent from an endpoint's span; in the second it wakes. */
async function sleepsIn(app: App): Promise<void> {
  app.createFunction({ name: "Remind" }, { event: "api/invoice.created" }, function* () {
    yield* step.run("Before", () => 1);
    yield* step.sleep("A while", "6s");
    yield* step.run("Behind", () => 2);
  });
  await app.start();
  if (isFirstLife)
    await tracer.startActiveSpan("POST /api/checkout", async (span) => {
      await app.send({ name: "api/invoice.created", id: "invoice-1", data: {}, context: CONTEXT });
      span.end();
    });
  await untilEvery(app, isFirstLife ? "sleeping" : "completed");
  await app.stop();
}

function checkout(app: App): void {
  const reserve = app.createFunction({ name: "Reserve" }, { event: "api/reserve" }, ({ step: here }) =>
    here.run("Look", () => 3),
  );
  app.createFunction({ name: "Order" }, { event: "api/order.placed" }, function* () {
    yield* step.invoke("Reserve", { function: reserve, data: {} });
    yield* step.sendEvent("Tell", { name: "api/order.packed", data: {} });
  });
  app.createFunction({ name: "Pack" }, { event: "api/order.packed" }, ({ step: here }) => here.run("Pack", () => 1));
}

async function untilEvery(app: App, status: string, least = 1): Promise<void> {
  for (;;) {
    const { items } = await app.runs.list();
    if (items.length >= least && items.every((run) => run.status === status)) return;
    const lost = items.find((run) => run.status === "failed" || run.status === "paused");
    if (lost !== undefined) throw new RangeError(`${lost.id} is ${lost.status}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
