// Texts that Postgres has no place for, everywhere a text may stand, and values that are large.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeValue } from "../../src/core/value-codec.ts";
import type { Store } from "../../src/durable/store.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker, sampleWrite } from "../../src/testing/journal-samples.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const HOSTILE = [
  "\u0000",
  "a\u0000b",
  "\u0001",
  "\u00010000",
  "\ud800",
  "x\udc00y",
  "\ud800\u0000\u0001",
  `{"a",\\N,NULL}`,
  "🦶",
];

let server: PostgresServer;
let store: Store;

// Skipped: where there is no build of the server, nothing can be kept on one.
describe.skipIf(!hasPostgres())("on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
    store = new PostgresStore(server.url);
    await store.open();
  });
  afterAll(async () => {
    await store.close();
    await server.remove();
  });

  it.each(HOSTILE)("a name, a key, an id and a note are what they were: %j", async (text) => {
    const functionId = `app/${text}`;
    const schedules = [{ cron: text, timezone: text, context: encodeValue(text), dueMs: SAMPLE_MS }];
    await store.register({ app: text, functions: [{ id: functionId, name: text, events: [`on ${text}`], schedules }] });
    const worker = {
      incarnation: `w${text}`,
      app: text,
      process: text,
      functionIds: [functionId],
      versions: { [functionId]: text },
    };
    await store.enterWorker(sampleWorker(worker));
    expect((await store.workers()).find(({ incarnation }) => incarnation === worker.incarnation)).toMatchObject(worker);
    const event = sampleEvent({
      id: `e${text}`,
      name: `on ${text}`,
      version: text,
      data: encodeValue({ [text]: text }),
    });
    const [accepted] = await store.accept({ events: [event], runId: ({ id }) => `run of ${id}` });
    expect(accepted!.runs).toEqual([{ id: `run of ${event.id}`, functionId }]);

    const { incarnation, versions } = worker;
    const [claimed] = await store.claim({
      incarnation,
      functionIds: [functionId],
      versions,
      limit: 1,
      nowMs: SAMPLE_MS,
    });
    expect([claimed!.event, claimed!.run.functionId]).toEqual([event, functionId]);
    const runId = claimed!.run.id;
    const step = sampleStep({
      key: text,
      name: text,
      digest: "00",
      notes: { tags: [text] },
      refs: { kind: "list", keys: [text] },
    });
    const wait = { kind: "event", event: `for ${text}`, match: null } as const;
    const waiting = sampleStep({ key: `wait ${text}`, name: text, kind: "waitForEvent", state: "waiting", wait });
    const write = (saveId: number, records: readonly (typeof step)[], change: Parameters<typeof sampleWrite>[0] = {}) =>
      store.commit({ incarnation, writes: [sampleWrite({ runId, saveId, records, ...change })] });
    expect(await write(1, [step])).toEqual(["kept"]);
    expect(await write(2, [waiting])).toEqual(["kept"]);
    await store.accept({ events: [sampleEvent({ id: `come ${text}`, name: wait.event })], runId: ({ id }) => id });
    const [arrival] = await store.arrivals({ incarnation, nowMs: SAMPLE_MS });
    expect(arrival).toMatchObject({ runId, key: waiting.key, source: `come ${text}`, event: { name: wait.event } });
    await write(3, [], { change: { kind: "suspend", status: "waiting", dueMs: null, waits: [waiting.key] } });
    const [again] = await store.claim({ incarnation, functionIds: [functionId], versions, limit: 1, nowMs: SAMPLE_MS });
    expect(again!.records).toEqual(expect.arrayContaining([step, waiting]));
    await store.requestPause({ runId, note: text });
    await store.buryWorker({ incarnation, description: text, nowMs: SAMPLE_MS });
    const found = await store.run({ id: runId });
    expect(found!.run).toMatchObject({ note: text, version: text, leftBy: [{ from: text, atMs: SAMPLE_MS }] });
    expect((await store.functionNames()).get(functionId)).toBe(text);
  });

  it("values of 4 MB come back, one by one and a batch of them", async () => {
    const value = encodeValue(`${'🦶\u0000\ud800"\\'.repeat(150_000)}${"x".repeat(3_000_000)}`);
    expect(value.length).toBeGreaterThan(4_000_000);
    await store.enterWorker(sampleWorker({ incarnation: "large", functionIds: ["app/large"] }));
    const events = ["l1", "l2"].map((id) => sampleEvent({ id, data: value }));
    await store.accept({ events, functionId: "app/large", runId: ({ id }) => id });
    const claimed = await store.claim({ incarnation: "large", functionIds: ["app/large"], limit: 2, nowMs: SAMPLE_MS });
    expect(claimed.map(({ event }) => event.data === value)).toEqual([true, true]);
    const change = { kind: "end", status: "completed", output: value, error: null, atMs: 5 } as const;
    const writes = claimed.map(({ run }) => sampleWrite({ runId: run.id, records: [sampleStep({ value })], change }));
    expect(await store.commit({ incarnation: "large", writes })).toEqual(["kept", "kept"]);
    for (const id of ["l1", "l2"]) {
      expect((await store.records({ id }))[0]!.value === value).toBe(true);
      expect((await store.run({ id }))!.run.output === value).toBe(true);
    }
  });
});
