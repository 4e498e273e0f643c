// Cron triggers that are refused.
import { createApp } from "surefoot";
import { sqlite } from "surefoot/sqlite";
import { neededContext } from "./billing.ts";

const app = createApp({ name: "billing", store: sqlite("billing.db") });
const needing = createApp({ name: "billing", store: sqlite("billing.db"), context: neededContext });

// @ts-expect-error TS2322: 'NoSuchOption<"jitter">'.
app.createFunction({ name: "A" }, { cron: "@daily", jitter: "5m" }, () => {});

// @ts-expect-error TS2322: 'NoSuchOption<"event">'.
app.createFunction({ name: "A" }, { cron: "@daily", event: "a" }, () => {});

// @ts-expect-error TS2322|TS2345: Type 'number' is not assignable to type 'string'
app.createFunction({ name: "A" }, { cron: 5 }, () => {});

// The context that the app asks for is asked for here, too.
// @ts-expect-error TS2345: Property 'context' is missing in type
needing.createFunction({ name: "A" }, { cron: "@daily" }, () => {});

// @ts-expect-error TS2322|TS2741: Property 'context' is missing in type
needing.createFunction({ name: "A" }, [{ event: "a" }, { cron: "@daily" }], () => {});

// @ts-expect-error TS2322|TS2345|TS2741: 'userId' is missing in type
needing.createFunction({ name: "A" }, { cron: "@daily", context: { tenant: "a" } }, () => {});

const report = app.createFunction({ name: "Report" }, { cron: "@daily" }, async () => {});
// @ts-expect-error TS2741: Property 'scheduledAt' is missing
void app.run(report, { data: { cron: "by hand" } });
