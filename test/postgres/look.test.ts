// What a worker is told at once is what it would be told one by one.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeValue } from "../../src/core/value-codec.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker, sampleWrite } from "../../src/testing/journal-samples.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const FUNCTION_ID = "app/charge";
const LOOK = { incarnation: "worker-1", functionIds: [FUNCTION_ID], limit: 1, nowMs: SAMPLE_MS, isBeating: false };

let server: PostgresServer;
let store: PostgresStore;

// Skipped: where there is no build of the server, there is nothing to look at.
describe.skipIf(!hasPostgres())("a look at Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
    store = new PostgresStore(server.url);
    await store.open();
  });
  afterAll(async () => {
    await store.close();
    await server.remove();
  });

  it("tells nothing where there is nothing, and that a worker that never entered is not alive", async () => {
    expect(await store.look(LOOK)).toEqual({
      isAlive: false,
      claimed: [],
      workers: [],
      requests: [],
      arrivals: [],
      dueSchedules: [],
      nextDueMs: null,
      hasPosted: false,
      nowMs: expect.any(Number),
    });
  });

  it("claims, beats where it is asked to, and tells what has come, what was asked and what is due", async () => {
    const worker = sampleWorker({ process: '{"host":"w\u0000é"}', functionIds: [FUNCTION_ID, "app/\u0000"] });
    await store.enterWorker(worker);
    const schedules = [{ cron: "* * * * *", timezone: "UTC", context: encodeValue(null), dueMs: SAMPLE_MS }];
    await store.register({ app: "app", functions: [{ id: FUNCTION_ID, name: "Charge", events: [], schedules }] });
    await store.accept({
      events: ["a", "b", "c"].map((id) => sampleEvent({ id })),
      functionId: FUNCTION_ID,
      runId: ({ id }) => id,
    });
    const first = await store.look({ ...LOOK, isBeating: true });
    expect(first.claimed.map(({ run, event, records }) => [run.id, run.token, event.id, records.length])).toEqual([
      ["a", 1, "a", 0],
    ]);
    expect(first).toMatchObject({
      isAlive: true,
      requests: [],
      arrivals: [],
      workers: [{ ...worker, beats: 1 }],
      nextDueMs: SAMPLE_MS,
    });
    expect(first.dueSchedules).toEqual(await store.dueSchedules(LOOK));
    expect(first.dueSchedules.length).toBe(1);

    const wait = { kind: "event", event: "paid", match: null } as const;
    const waiting = sampleStep({ key: "Wait", kind: "waitForEvent", state: "waiting", wait });
    await store.commit({ incarnation: "worker-1", writes: [sampleWrite({ runId: "a", records: [waiting] })] });
    await store.accept({ events: [sampleEvent({ id: "e1", name: "paid" })], runId: ({ id }) => id });
    await store.requestPause({ runId: "a", note: "no" });
    const second = await store.look({ ...LOOK, limit: 0 });
    expect([second.claimed, second.workers[0]!.beats]).toEqual([[], 1]);
    expect([second.requests, second.arrivals]).toEqual([await store.requests(LOOK), await store.arrivals(LOOK)]);
    expect([second.requests.length, second.arrivals.length]).toEqual([1, 1]);
    expect((await store.look({ ...LOOK, limit: 9 })).claimed.map(({ run }) => run.id)).toEqual(["b", "c"]);
    await store.tick({ ticks: [{ schedule: second.dueSchedules[0]!, nextMs: SAMPLE_MS + 60_000, start: null }] });
    expect(await store.look(LOOK)).toMatchObject({ claimed: [], dueSchedules: [], nextDueMs: SAMPLE_MS + 60_000 });
  });
});
