// What functions that run by the clock are handed, and what they are run with by hand.
import { createApp, type CronData, type ReceivedEvent } from "surefoot";
import { sqlite } from "surefoot/sqlite";
import { neededContext } from "./billing.ts";
import { hasType } from "./same-type.ts";

const app = createApp({ name: "billing", store: sqlite("billing.db") });

const report = app.createFunction(
  { name: "Report" },
  { cron: "0 9 * * 1-5", timezone: "Europe/Berlin", context: { userId: "reports" } },
  function* ({ event, context, step }) {
    hasType<ReceivedEvent<"surefoot/cron", CronData>>()(event);
    hasType<Date>()(event.data.scheduledAt);
    hasType<string | undefined>()(context.userId);
    return yield* step.run("Write", () => event.data.cron);
  },
);
hasType<string>()(await app.run(report, { data: { cron: "by hand", scheduledAt: new Date() } }));

app.createFunction({ name: "Both" }, [{ event: "api/report" }, { cron: "@daily" }], async ({ event }) => {
  hasType<"api/report" | "surefoot/cron">()(event.name);
  if (event.name === "surefoot/cron") hasType<CronData>()(event.data);
});
app.createFunction({ id: "in-options", triggers: [{ cron: "@daily" }] }, async ({ event }) => {
  hasType<"surefoot/cron">()(event.name);
});

const needing = createApp({ name: "billing", store: sqlite("billing.db"), context: neededContext });
needing.createFunction({ name: "Needs" }, { cron: "@daily", context: { userId: "reports" } }, async ({ context }) => {
  hasType<string>()(context.userId);
});
needing.createFunction(
  { id: "listed", triggers: [{ event: "a" }, { cron: "@daily", context: { userId: "b" } }] },
  () => {},
);
