// createFunction in each of Inngest's shapes, events and contexts.
import {
  NonRetriableError,
  RetryAfterError,
  consoleStory,
  createApp,
  eventType,
  statusOf,
  type AppFunction,
  type BusinessContext,
  type ReceivedEvent,
  type Result,
  type Run,
  type Signal,
  type StepLog,
  type StepTools,
  type UnexpectedError,
} from "surefoot";
import { memory } from "surefoot/memory";
import { sqlite, type SqliteTransaction } from "surefoot/sqlite";
import { CardDeclined, Service1Error, Step1Error, UserError, ask1, charge, invoiceSchema } from "./billing.ts";
import { neededContext, openContext, toCardDeclined } from "./billing.ts";
import { hasType } from "./same-type.ts";

export const app = createApp({ name: "billing", store: sqlite("billing.db") });
export const inMemory = createApp({ name: "billing", store: memory() });
export const relaxed = createApp({ name: "billing", store: sqlite({ path: "billing.db", synchronous: "normal" }) });

// ({ name }, { event }, handler)
export const first = app.createFunction({ name: "First" }, { event: "a" }, function* ({ event, step, ...rest }) {
  hasType<ReceivedEvent<"a", any, BusinessContext>>()(event);
  hasType<StepTools<BusinessContext, SqliteTransaction>>()(step);
  hasType<BusinessContext>()(rest.context);
  hasType<string>()(rest.runId);
  hasType<number>()(rest.attempt);
  hasType<Signal>()(rest.signal);
  hasType<StepLog>()(rest.log);
  yield* step.sleepUntil(event.data.anything);
  const made = yield* step.run("Charge", () => charge(5)).possibleError(CardDeclined, toCardDeclined);
  return made.id;
});
hasType<AppFunction<any, string, CardDeclined>>()(first);
// ({ id }, [triggers], handler)
export const second = app.createFunction({ id: "second" }, [{ event: "a" }, { event: "b" }], async ({ event }) => {
  hasType<"a" | "b">()(event.name);
  return event.data;
});
// ({ id, triggers }, handler)
export const third = app.createFunction({ id: "third", triggers: [{ event: "a" }] }, async function* ({ step }) {
  yield* step.run("Ask", ask1).possibleError(Service1Error);
  return { answer: 42 };
});
hasType<AppFunction<any, { answer: number }, Service1Error>>()(third);
export const thirdWithOne = app.createFunction({ name: "One", triggers: { event: "a" } }, () => 1);
hasType<AppFunction<any, number, never>>()(thirdWithOne);
export const withOptions = app.createFunction(
  {
    name: "All options",
    id: "all-options",
    description: "what it is for",
    tags: ["money"],
    retries: { retries: 5, backoff: "fixed", initial: "1s", max: "1h", jitter: false, retryIf: () => true },
  },
  { event: "a" },
  () => {},
);
hasType<AppFunction<any, void, never>>()(withOptions);

// links on a function return a function
hasType<AppFunction<any, string, CardDeclined | UserError>>()(first.possibleError(UserError));
hasType<AppFunction<any, string | undefined, never>>()(first.next());
hasType<AppFunction<any, string, never>>()(first.onError(CardDeclined, (error) => error.code).next("none"));
hasType<AppFunction<any, string, Step1Error & { readonly cause: CardDeclined | UnexpectedError }>>()(
  first.abstractError(Step1Error),
);
hasType<AppFunction<any, string, never>>()(first.onError({ CardDeclined: () => {} }).next((error) => error.code));

// runs
export const run = app.run(first, { data: { amount: 5 }, user: { email: "ada@example.com" } });
hasType<Run<string, CardDeclined>>()(run);
hasType<string>()(run.id);
hasType<Promise<Result<string, CardDeclined>>>()(run.result());

// event types with a schema
export const invoiceCreated = eventType("api/invoice.created", { schema: invoiceSchema, version: "1" });
export const pinged = eventType("pinged");
export const typedApp = createApp({ name: "billing", events: [invoiceCreated, pinged] });
export const byName = typedApp.createFunction({ name: "A" }, { event: "api/invoice.created" }, ({ event }) => {
  hasType<{ amount: number }>()(event.data);
  return event.data.amount;
});
hasType<AppFunction<{ amount: number | string }, number, never>>()(byName);
export const byType = app.createFunction({ name: "B" }, invoiceCreated, ({ event }) => event.data.amount);
hasType<AppFunction<{ amount: number | string }, number, never>>()(byType);
export const byTypeInTrigger = app.createFunction({ name: "C" }, { event: invoiceCreated }, ({ event }) => event.name);
hasType<AppFunction<{ amount: number | string }, "api/invoice.created", never>>()(byTypeInTrigger);
export const several = typedApp.createFunction({ name: "D" }, [{ event: "pinged" }, invoiceCreated], ({ event }) => {
  if (event.name === "api/invoice.created") hasType<number>()(event.data.amount);
  return event.name;
});
export const unlisted = typedApp.createFunction({ name: "E" }, { event: "unlisted" }, ({ event }) => event.data.what);
hasType<AppFunction<any, any, never>>()(unlisted);

export async function send(): Promise<void> {
  hasType<{ readonly ids: string[] }>()(await app.send({ name: "a", data: { anything: 1 }, user: { id: "u1" } }));
  await app.send([{ name: "a" }, { name: "b", id: "once", ts: 5, v: "1" }]);
  await typedApp.send({ name: "api/invoice.created", data: { amount: "12" } });
  await typedApp.send(invoiceCreated.create({ amount: 4 }, { id: "invoice-17", user: { id: "u1" } }));
  await typedApp.send([invoiceCreated.create({ amount: 4 }), { name: "pinged", data: 1 }]);
  hasType<number>()(await typedApp.run(byName, { data: { amount: "12" } }));
}

// context: required where the schema does not accept {}, else optional
export const needing = createApp({ name: "billing", context: neededContext });
export const needingFunction = needing.createFunction({ name: "A" }, { event: "a" }, function* ({ context, step }) {
  hasType<string>()(context.userId);
  hasType<string>()(step.context.userId);
  hasType<string | undefined>()(context.endpoint);
  return yield* step.run("Deep", (inner) => inner.context.userId);
});
hasType<AppFunction<any, string, never>>()(needingFunction);
export const accepting = createApp({ name: "billing", context: openContext });
export const acceptingFunction = accepting.createFunction(
  { name: "A" },
  { event: "a" },
  ({ context }) => context.userId,
);
export async function withContext(): Promise<void> {
  await needing.send({ name: "a", context: { userId: "u1" } });
  await needing.run(needingFunction, { context: { userId: "u1" } });
  await accepting.send({ name: "a" });
  await accepting.run(acceptingFunction, {});
  await app.send({ name: "a", context: { userId: "u1", endpoint: "/pay", whatever: 1 } });
}

// watching, and errors that steer retries
export const watched = createApp({
  name: "billing",
  observers: [
    consoleStory(),
    { onStepEnd: (ended) => hasType<"completed" | "recovered" | "failed" | "cancelled">()(ended.outcome) },
    { onRunStart: ({ id, function: started, context }) => [id, started.name, context.userId] },
  ],
});
export const steering = [new NonRetriableError("no"), new RetryAfterError("later", "30s", { cause: 5 })];
hasType<number | undefined>()(statusOf(steering[0]));

// looking at runs, and the end of an app
export async function scoped(): Promise<void> {
  await using scopedApp = createApp({ name: "billing" });
  await scopedApp.send({ name: "a" });
}
export async function operate(): Promise<void> {
  await app.start({ concurrency: 10 });
  const details = await app.runs.get("run_1");
  hasType<string | undefined>()(details?.steps[0]?.number);
  const page = await app.runs.list({ function: first, status: "failed", limit: 10 });
  await app.runs.list({ cursor: page.cursor, eventId: "e1" });
  hasType<boolean>()(await app.cancel("run_1"));
  await app.stop({ timeout: "5s" });
}
