// Functions, apps and events that are refused.
import { createApp, eventType } from "surefoot";
import { sqlite } from "surefoot/sqlite";
import { invoiceSchema, neededContext } from "./billing.ts";

const invoiceCreated = eventType("api/invoice.created", { schema: invoiceSchema });
const app = createApp({ name: "billing" });
const typedApp = createApp({ name: "billing", events: [invoiceCreated] });
const needing = createApp({ name: "billing", context: neededContext });

// Options of Inngest's that are not supported: never ignored.
// @ts-expect-error TS2322: 'NoSuchOption<"throttle">'.
app.createFunction({ name: "A", throttle: { limit: 5, period: "1m" } }, { event: "a" }, () => {});

// @ts-expect-error TS2322: 'NoSuchOption<"rateLimit">'.
app.createFunction({ name: "A", rateLimit: { limit: 1 } }, { event: "a" }, () => {});

// @ts-expect-error TS2322: 'NoSuchOption<"debounce">'.
app.createFunction({ name: "A", debounce: { period: "5s" } }, { event: "a" }, () => {});

// @ts-expect-error TS2322: 'NoSuchOption<"batchEvents">'.
app.createFunction({ id: "a", batchEvents: { maxSize: 5 }, triggers: { event: "a" } }, () => {});

// @ts-expect-error TS2322: 'NoSuchOption<"if">'.
app.createFunction({ name: "A" }, { event: "a", if: "event.data.x" }, () => {});

// @ts-expect-error TS2322: 'NoSuchOption<"if">'.
app.createFunction({ id: "a", triggers: { event: "a", if: "event.data.x" } }, () => {});

// What is missing or misspelt.
// @ts-expect-error TS2345: Argument of type '{}' is not assignable to parameter of type '(FunctionOptions & WithName) & Only<FunctionOptions & WithName, keyof FunctionOptions>'
app.createFunction({}, { event: "a" }, () => {});

// @ts-expect-error TS2345: Property 'name' is missing in type '{ retries: number; }' but required in type '{ readonly name: string; }'.
app.createFunction({ retries: 3 }, { event: "a" }, () => {});

// @ts-expect-error TS2345: Property 'name' is missing in type '{ triggers: { event: "a"; }; }' but required in type '{ readonly name: string; }'.
app.createFunction({ triggers: { event: "a" } }, () => {});

// @ts-expect-error TS2345: Property 'triggers' is missing in type '{ name: string; }' but required in type '{ readonly triggers: Triggers; }'.
app.createFunction({ name: "A" }, () => {});

// @ts-expect-error TS2345: Argument of type 'string' is not assignable to parameter of type 'Triggers'.
app.createFunction({ name: "A" }, "a", () => {});

// @ts-expect-error TS2322: 'NoSuchOption<"tag">'.
app.createFunction({ name: "A", tag: ["a"] }, { event: "a" }, () => {});

// @ts-expect-error TS2741|TS2345: Property 'name' is missing in type '{}' but required in type 'AppOptions<[], undefined, never>'.
createApp({});

// @ts-expect-error TS2561: Object literal may only specify known properties, but 'stores' does not exist in type 'AppOptions<[], undefined, never>'. Did you mean to write 'store'?
createApp({ name: "A", stores: sqlite("a.db") });

// @ts-expect-error TS2322: Type 'string' is not assignable to type 'AppStore<never>'.
createApp({ name: "A", store: "a.db" });

// @ts-expect-error TS2322: Type '"stop"' is not assignable to type
createApp({ name: "A", onMismatch: "stop" });

// @ts-expect-error TS2554: Expected 1 arguments, but got 0.
sqlite();

// @ts-expect-error TS2322: Type '"off"' is not assignable to type '"full" | "normal" | undefined'.
sqlite({ path: "a.db", synchronous: "off" });

// Data and context.
export const charged = typedApp.createFunction(
  { name: "A" },
  { event: "api/invoice.created" },
  ({ event }) => event.data.amount,
);

// @ts-expect-error TS2339: Property 'total' does not exist on type '{ amount: number; }'.
typedApp.createFunction({ name: "B" }, { event: "api/invoice.created" }, ({ event }) => event.data.total);

// @ts-expect-error TS2322: Type 'boolean' is not assignable to type 'string | number'.
void typedApp.send({ name: "api/invoice.created", data: { amount: true } });

// @ts-expect-error TS2345: Property 'data' is missing in type '{ name: "api/invoice.created"; }' but required in type '{ readonly name: "api/invoice.created"; readonly data: { amount: string | number; }; }'.
void typedApp.send({ name: "api/invoice.created" });

// @ts-expect-error TS2322: Type '"api/invoice.updated"' is not assignable to type '"api/invoice.created"'.
void typedApp.send({ name: "api/invoice.updated", data: { amount: 5 } });

// @ts-expect-error TS2353: Object literal may only specify known properties, and 'total' does not exist in type '{ amount: string | number; }'.
invoiceCreated.create({ total: 5 });

// @ts-expect-error TS2345: Property 'data' is missing in type '{}' but required in type '{ readonly data: { amount: string | number; }; }'.
void typedApp.run(charged, {});

// @ts-expect-error TS2322: Type 'null' is not assignable to type 'string | number'.
void typedApp.run(charged, { data: { amount: null } });

// @ts-expect-error TS2345: Property 'context' is missing in type '{ name: string; }' but required in type '{ readonly context: { userId: string; }; }'.
void needing.send({ name: "a" });

// @ts-expect-error TS2741: Property 'userId' is missing in type '{}' but required in type '{ userId: string; }'.
void needing.send({ name: "a", context: {} });

// @ts-expect-error TS2322: Type 'number' is not assignable to type 'string'.
void needing.send({ name: "a", context: { userId: 5 } });

// @ts-expect-error TS2339: Property 'userName' does not exist on type 'Omit<BaseContext, "userId"> & Readonly<{ userId: string; }>'.
needing.createFunction({ name: "A" }, { event: "a" }, ({ context }) => context.userName);

// @ts-expect-error TS2345: Property 'name' is missing in type '{ data: number; }' but required in type '{ readonly name: string; readonly data?: any; }'.
void app.send({ data: 1 });

// @ts-expect-error TS2345: Argument of type '() => number' is not assignable to parameter of type 'FunctionLinks<number, unknown, unknown>'.
void app.run(() => 1, { data: 1 });

// @ts-expect-error TS2353: Object literal may only specify known properties, and 'workers' does not exist in type '{ readonly concurrency?: number | undefined; }'.
void app.start({ workers: 5 });
