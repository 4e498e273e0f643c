// What a worker is told at once is what it would be told one by one.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeValue } from "../../core/value-codec.ts";
import type { Store } from "../../durable/store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker, sampleWrite } from "../../testing/journal-samples.ts";
import { sqliteStore } from "./sqlite-place.ts";

const FUNCTION_ID = "app/charge";
const LOOK = { incarnation: "worker-1", functionIds: [FUNCTION_ID], limit: 1, nowMs: SAMPLE_MS, isBeating: false };

describe.each([
  ["on a thread of its own", true],
  ["on the app's thread", false],
])("a look at a file %s", (_where, thread) => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "surefoot-look-"));
    store = sqliteStore({ path: join(folder, "app.db"), synchronous: "full", thread });
    await store.open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it("tells nothing where there is nothing, and that a worker that never entered is not alive", async () => {
    expect(await store.look!(LOOK)).toEqual({
      isAlive: false,
      claimed: [],
      workers: [],
      requests: [],
      arrivals: [],
      dueSchedules: [],
      nextDueMs: null,
      hasPosted: false,
    });
  });

  it("claims up to its limit, beats where it is asked to, and tells what has come, what was asked and what is due", async () => {
    await store.enterWorker(sampleWorker({ functionIds: [FUNCTION_ID] }));
    const schedules = [{ cron: "* * * * *", timezone: "UTC", context: encodeValue(null), dueMs: SAMPLE_MS }];
    await store.register({ app: "app", functions: [{ id: FUNCTION_ID, name: "Charge", events: [], schedules }] });
    await store.accept({
      events: ["a", "b", "c"].map((id) => sampleEvent({ id })),
      functionId: FUNCTION_ID,
      runId: ({ id }) => id,
    });
    const first = await store.look!({ ...LOOK, isBeating: true });
    expect(first.claimed.map(({ run, event, records }) => [run.id, run.token, event.id, records])).toEqual([
      ["a", 1, "a", []],
    ]);
    expect([first.isAlive, first.nextDueMs, first.workers]).toEqual([true, SAMPLE_MS, await store.workers()]);
    expect(first.workers[0]!.beats).toBe(1);
    expect(first.dueSchedules).toEqual(await store.dueSchedules(LOOK));
    expect(first.dueSchedules.length).toBe(1);

    const wait = { kind: "event", event: "paid", match: null } as const;
    const waiting = sampleStep({ key: "Wait", kind: "waitForEvent", state: "waiting", wait });
    await store.commit({ incarnation: "worker-1", writes: [sampleWrite({ runId: "a", records: [waiting] })] });
    await store.accept({ events: [sampleEvent({ id: "e1", name: "paid" })], runId: ({ id }) => id });
    await store.requestPause({ runId: "a", note: "no" });
    const second = await store.look!({ ...LOOK, limit: 0 });
    expect([second.claimed, second.workers[0]!.beats]).toEqual([[], 1]);
    expect([second.requests, second.arrivals]).toEqual([await store.requests(LOOK), await store.arrivals(LOOK)]);
    expect([second.requests.length, second.arrivals.length]).toEqual([1, 1]);
    const third = await store.look!({ ...LOOK, limit: 9 });
    expect(third.claimed.map(({ run }) => run.id)).toEqual(["b", "c"]);
    await store.tick({ ticks: [{ schedule: second.dueSchedules[0]!, nextMs: SAMPLE_MS + 60_000, start: null }] });
    expect(await store.look!(LOOK)).toMatchObject({ claimed: [], dueSchedules: [], nextDueMs: SAMPLE_MS + 60_000 });
  });
});
