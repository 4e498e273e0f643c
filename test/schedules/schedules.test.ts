// Functions that run by the clock, as a whole: several processes on one store, and a clock that the test moves.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createAppWith } from "../../src/app/create-app.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { durableStore } from "../../src/durable/durable-store.ts";
import type { Store } from "../../src/durable/store.ts";
import { InvalidDefinitionError, createApp, type App, type StandardSchema } from "../../src/index.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { ManualClock, settled } from "../../src/testing/manual-clock.ts";
import { newSuiteStore } from "../suite-store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const folders: string[] = [];
const apps: App[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop({ timeout: 0 })));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A process of the app "reports" on a store, with the time of `clock`. */
async function begin(clock: ManualClock, store: Store, define: (app: App) => void): Promise<App> {
  const options = { name: "reports", observers: [], store: durableStore(store) };
  const app = createAppWith(options, { clock, random: systemRandomness });
  apps.push(app);
  define(app);
  await app.start();
  await settled();
  return app;
}
/** Says when each of its runs was for. */
function reports(seen: string[], cron: string, timezone?: string) {
  return (app: App): void => {
    app.createFunction({ name: "Report" }, { cron, timezone }, function* ({ event, step }) {
      yield* step.run("Write", () => void seen.push(event.data.scheduledAt.toISOString()));
    });
  };
}
/** Another one of the same store: the file that it is in may have several. */
type Places = () => Store;
const PLACES: readonly (readonly [name: string, newPlace: () => Places])[] = [
  [
    "on one store",
    () => {
      const store = newSuiteStore();
      return () => store;
    },
  ],
  [
    "in one SQLite file",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "surefoot-schedules-"));
      folders.push(folder);
      return () => new SqliteStore({ path: join(folder, "app.db"), synchronous: "normal" });
    },
  ],
];

describe.each(PLACES)("%s", (_name, newPlace) => {
  it("a function runs when its zone's clocks say so, with an event that tells which time it is for", async () => {
    const clock = new ManualClock(Date.parse("2026-11-27T07:00Z"));
    const seen: unknown[] = [];
    const app = await begin(clock, newPlace()(), (defined) => {
      const trigger = { cron: "0 9 * * 1-5", timezone: "Europe/Berlin", context: { tenant: "acme" } };
      defined.createFunction({ name: "Report" }, trigger, async ({ event, context }) => {
        seen.push({ name: event.name, data: event.data, ts: event.ts, context });
      });
    });
    await clock.advance(HOUR - 1);
    expect(seen).toEqual([]);
    await clock.advance(1);
    const scheduledAt = new Date("2026-11-27T08:00Z");
    const context = { tenant: "acme", eventName: "surefoot/cron" };
    const first = {
      name: "surefoot/cron",
      data: { cron: "0 9 * * 1-5", scheduledAt },
      ts: scheduledAt.getTime(),
      context,
    };
    expect(seen).toEqual([first]);
    await clock.advance(10 * MINUTE);
    const { items } = await app.runs.list();
    expect(items.map(({ status }) => status)).toEqual(["completed"]);
  });

  it("several processes on one store run each time once", async () => {
    const clock = new ManualClock();
    const [seen, newStore] = [[] as string[], newPlace()];
    for (let process = 0; process < 4; process++) await begin(clock, newStore(), reports(seen, "* * * * *"));
    await clock.advance(20 * MINUTE);
    expect(seen).toHaveLength(20);
    expect(new Set(seen).size).toBe(20);
  });

  it("of the times that nobody was there for, the latest runs once, and later ones as ever", async () => {
    const clock = new ManualClock(Date.parse("2026-01-01T00:00Z"));
    const [seen, newStore] = [[] as string[], newPlace()];
    const app = await begin(clock, newStore(), reports(seen, "*/10 * * * *"));
    await app.stop();
    await clock.advance(5.9 * HOUR);
    await begin(clock, newStore(), reports(seen, "*/10 * * * *"));
    await clock.advance(1_000);
    expect(seen).toEqual(["2026-01-01T05:50:00.000Z"]);
    await clock.advance(10 * MINUTE);
    expect(seen).toEqual(["2026-01-01T05:50:00.000Z", "2026-01-01T06:00:00.000Z"]);
  });

  it("a changed expression begins anew: nothing is made up for", async () => {
    const clock = new ManualClock(Date.parse("2026-01-01T00:00Z"));
    const [seen, newStore] = [[] as string[], newPlace()];
    const app = await begin(clock, newStore(), reports(seen, "0 * * * *"));
    await app.stop();
    await clock.advance(3.5 * HOUR);
    await begin(clock, newStore(), reports(seen, "45 * * * *"));
    await clock.advance(20 * MINUTE);
    expect(seen).toEqual(["2026-01-01T03:45:00.000Z"]);
  });
});

describe("a function with schedules", () => {
  it("listens to events beside them, and runs once for schedules that meet", async () => {
    const clock = new ManualClock();
    const names: string[] = [];
    const app = await begin(clock, newSuiteStore(), (defined) => {
      const triggers = [{ cron: "0 * * * *" }, { cron: "0 1 * * *" }, { event: "asked" }] as const;
      defined.createFunction({ name: "Report" }, triggers, async ({ event }) => void names.push(event.name));
    });
    await app.send({ name: "asked" });
    await clock.advance(1.5 * HOUR);
    expect(names).toEqual(["asked", "surefoot/cron"]);
  });

  it("is run by hand with the data of a time", async () => {
    const clock = new ManualClock();
    const app = await begin(clock, newSuiteStore(), () => {});
    const report = app.createFunction({ name: "Report" }, { cron: "0 0 1 1 *" }, async ({ event }) => event.data);
    const data = { cron: "by hand", scheduledAt: new Date(0) };
    const run = app.run(report, { data });
    await clock.advance(1_000);
    expect(await run).toEqual(data);
  });

  it("is run by a worker of an older version, too, whose code knows nothing of the schedule", async () => {
    const clock = new ManualClock();
    const [seen, store] = [[] as string[], newSuiteStore()];
    const older = (app: App) => {
      app.createFunction({ name: "Report" }, { event: "asked" }, async ({ event }) => void seen.push(event.name));
    };
    await begin(clock, store, older);
    const newer = await begin(clock, store, reports([], "* * * * *"));
    await newer.stop();
    await clock.advance(2 * MINUTE);
    expect(seen).toEqual(["surefoot/cron", "surefoot/cron"]);
  });

  it("whose schedule was taken from it runs no more by it", async () => {
    const clock = new ManualClock();
    const [seen, store] = [[] as string[], newSuiteStore()];
    const app = await begin(clock, store, reports(seen, "0 * * * *"));
    await app.stop();
    await begin(clock, store, (defined) => {
      defined.createFunction({ name: "Report" }, [{ event: "asked" }, { cron: "0 0 1 1 *" }], async () => {});
    });
    await clock.advance(5 * HOUR);
    expect(seen).toEqual([]);
  });
});

describe("what cannot be run by the clock is refused where it is defined", () => {
  it("without a store, since nothing would remember it", () => {
    const app = createApp({ name: "reports" });
    const define = () => app.createFunction({ name: "Report" }, { cron: "0 9 * * *" }, async () => {});
    expect(define).toThrow(InvalidDefinitionError);
    expect(define).toThrow(/function "Report" has a cron trigger, which needs a store/);
  });
  it.each([
    [{ cron: "0 25 * * *" }, /Invalid value for hour: 25/],
    [{ cron: "0 9 31 2 *" }, /never run/],
    [{ cron: "0 9 * * *", timezone: "Berlin" }, /"Berlin" is no time zone/],
  ])("%j", (trigger, message) => {
    const app = createApp({ name: "reports", store: durableStore(newSuiteStore()) });
    expect(() => app.createFunction({ name: "Report" }, trigger, async () => {})).toThrow(message);
  });
  it("without the context that the app asks for", () => {
    const context: StandardSchema<{ readonly tenant: string }> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) =>
          "tenant" in (value as object)
            ? { value: value as { tenant: string } }
            : { issues: [{ message: "is missing", path: ["tenant"] }] },
      },
    };
    const app = createApp({ name: "reports", store: durableStore(newSuiteStore()), context });
    const define = () =>
      // @ts-expect-error property 'context' is missing
      app.createFunction({ name: "Report" }, { cron: "0 9 * * *" }, async () => {});
    expect(define).toThrow(/context\.tenant: is missing/);
    const trigger = { cron: "0 9 * * *", context: { tenant: "acme" } } as const;
    app.createFunction({ name: "Report" }, trigger, async ({ context: given }) => given.tenant satisfies string);
  });
});
