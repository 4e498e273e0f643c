import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FunctionDefinition } from "../core/function.ts";
import { systemRandomness } from "../core/ids.ts";
import { decodeValue } from "../core/value-codec.ts";
import { MemoryStore } from "../stores/memory/memory-store.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { scheduleRecords, startDueSchedules } from "./due-schedules.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 1);

let clock: ManualClock;
let store: MemoryStore;
beforeEach(() => {
  clock = new ManualClock(START_MS);
  store = new MemoryStore();
});
afterEach(() => {
  vi.restoreAllMocks();
});

function scheduled(...schedules: FunctionDefinition["schedules"]): FunctionDefinition {
  const key = "app/report";
  return { id: "report", key, name: "Report", events: [], schedules, options: {}, handler: () => {}, chain: [] };
}
const EVERY_MINUTE = { cron: "* * * * *", timezone: "UTC", context: { tenant: 1 } };

async function register(definition: FunctionDefinition): Promise<void> {
  const schedules = scheduleRecords(definition, clock.now(), 1_000);
  await store.register({ app: "app", functions: [{ id: definition.key, name: "Report", events: [], schedules }] });
}
function start(definition: FunctionDefinition): Promise<number> {
  return startDueSchedules([definition.key], { store, clock, random: systemRandomness });
}
async function events() {
  return (await store.runs({ limit: 100 })).map(({ event }) => event).toReversed();
}

describe("what is due", () => {
  it("starts a run, whose event tells the time it is for, and carries the context", async () => {
    const definition = scheduled(EVERY_MINUTE);
    await register(definition);
    await start(definition);
    expect(await events()).toEqual([]);
    await clock.advance(MINUTE_MS + 5);
    await start(definition);
    await start(definition);
    const [event, ...others] = await events();
    expect(others).toEqual([]);
    expect(event).toMatchObject({ name: "surefoot/cron", ts: START_MS + MINUTE_MS, dueMs: START_MS + MINUTE_MS + 5 });
    expect(decodeValue(event!.data)).toEqual({ cron: "* * * * *", scheduledAt: new Date(START_MS + MINUTE_MS) });
    expect(decodeValue(event!.context)).toEqual({ tenant: 1 });
  });

  it("D1: has ids from its function and its moment: a store that was told of it before starts nothing", async () => {
    const definition = scheduled(EVERY_MINUTE);
    await register(definition);
    await clock.advance(MINUTE_MS);
    await start(definition);
    const [before] = await store.runs({ limit: 1 });
    store = new MemoryStore();
    clock = new ManualClock(START_MS);
    await register(definition);
    await clock.advance(MINUTE_MS);
    await start(definition);
    const [after] = await store.runs({ limit: 1 });
    expect([after!.run.id, after!.event.id]).toEqual([before!.run.id, before!.event.id]);
  });

  it("D2: of the times that passed, the latest runs, once", async () => {
    const definition = scheduled(EVERY_MINUTE);
    await register(definition);
    await clock.advance(10.5 * MINUTE_MS);
    await start(definition);
    expect((await events()).map(({ ts }) => ts)).toEqual([START_MS + 10 * MINUTE_MS]);
    expect(await store.nextDueMs({ incarnation: "worker-1", functionIds: [definition.key] })).toBe(
      START_MS + 10.5 * MINUTE_MS,
    ); // the run
    await clock.advance(0.5 * MINUTE_MS);
    await start(definition);
    expect((await events()).map(({ ts }) => ts)).toEqual([START_MS + 10 * MINUTE_MS, START_MS + 11 * MINUTE_MS]);
  });
});

describe("what cannot be started here", () => {
  it("because it cannot be read, stands still, and says so", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const definition = scheduled(EVERY_MINUTE);
    const other = { cron: "* * * * *", timezone: "Mars/Olympus", context: "[1]", dueMs: START_MS };
    await store.register({
      app: "app",
      functions: [{ id: definition.key, name: "Report", events: [], schedules: [other] }],
    });
    await start(definition);
    expect(await events()).toEqual([]);
    expect(await store.nextDueMs({ incarnation: "worker-1", functionIds: [definition.key] })).toBeNull();
    expect(String(warned.mock.calls[0]?.[0])).toMatch(/Mars\/Olympus.*stands still until its app is started again/);
  });
});

describe("what is registered", () => {
  it("is refused where its context is too large", () => {
    const context = { text: "x".repeat(1_000) };
    expect(() => scheduleRecords(scheduled({ ...EVERY_MINUTE, context }), START_MS, 1_000)).toThrow(
      /the context of the schedule "\* \* \* \* \*" of function "Report" takes \d+ bytes/,
    );
  });
});
