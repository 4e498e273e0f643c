// Sign-ups, some of which fail at a step: product analytics hear which, for whom, and how long it took.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { TaggedError, createApp, step } from "surefoot";
import { productAnalytics } from "./product-analytics.ts";

class CardDeclined extends TaggedError("CardDeclined") {}

interface Captured {
  readonly event: string;
  readonly distinct_id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

// Stands for the analytics service.
const received: Captured[] = [];
const service = createServer((request, response) => {
  void json(request).then((body) => {
    received.push(...(body as { readonly batch: readonly Captured[] }).batch);
    response.end("{}");
  });
}).listen(0, "127.0.0.1");
await once(service, "listening");

const tracked = productAnalytics({
  url: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
  key: "phc_demo",
});
const app = createApp({ name: "shop", observers: [tracked] });

const signUp = app.createFunction({ name: "Sign up" }, { event: "sign-up.begun" }, function* ({ context }) {
  yield* step.run("Create the account", () => context.userId);
  yield* step.run({ name: "Charge", tags: ["tracked"], attributes: { currency: "EUR" } }, function* () {
    if (context["plan"] === "pro") throw yield* new CardDeclined({ message: `card ${context["card"]} was declined` });
  });
  yield* step.run({ name: "Say welcome", tags: ["tracked"] }, () => "sent");
});

const visitors = [
  { userId: "u_1", plan: "basic" },
  { userId: "u_2", plan: "pro" },
];
for (const visitor of visitors)
  await app.run(signUp, { context: { ...visitor, endpoint: "POST /sign-up", card: "4000056655665556" } }).result();
await tracked.flush();

for (const { event, distinct_id, properties } of received)
  console.log(`${distinct_id} ${event} (${String(properties["plan"])})`, JSON.stringify(properties["error"] ?? null));
console.log(tracked.counts);
service.close();
