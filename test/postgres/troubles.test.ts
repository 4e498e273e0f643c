// What a lost connection, a server that is away, and a statement that stalls come to.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoreTimeoutError } from "../../src/core/errors.ts";
import { createApp } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { SAMPLE_MS, sampleEvent, sampleStep, sampleWorker, sampleWrite } from "../../src/testing/journal-samples.ts";
import { CuttingProxy } from "./cutting-proxy.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const FUNCTION_ID = "app/charge";
const CHANGE = { kind: "end", status: "completed", output: "[1]", error: null, atMs: SAMPLE_MS } as const;

let server: PostgresServer;

/** A store behind a proxy, with the run "a" that worker-1 has. */
async function behindProxy(schema: string) {
  const { proxy, url } = await CuttingProxy.before(server.url);
  const store = new PostgresStore(url, { schema });
  await store.open();
  await store.enterWorker(sampleWorker({ functionIds: [FUNCTION_ID] }));
  await store.accept({ events: [sampleEvent({ id: "a" })], functionId: FUNCTION_ID, runId: ({ id }) => id });
  await store.claim({ incarnation: "worker-1", functionIds: [FUNCTION_ID], limit: 1, nowMs: SAMPLE_MS });
  return { store, proxy, end: async () => (await store.close(), await proxy.close()) };
}

// Skipped: where there is no build of the server, there is nothing to lose.
describe.skipIf(!hasPostgres())("on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it.each(["plain", "with a wait"])(
    "a commit whose answer is lost rejects, is read back, and is kept again where it is made again: %s",
    async (kind) => {
      const { store, proxy, end } = await behindProxy(`lost_${kind.length}`);
      const wait = { kind: "event", event: "paid", match: null } as const;
      const record =
        kind === "plain" ? sampleStep() : sampleStep({ key: "Wait", kind: "waitForEvent", state: "waiting", wait });
      const writes = [
        sampleWrite({ runId: "a", saveId: 7, records: [record] }),
        sampleWrite({ runId: "a", saveId: 8, records: [sampleStep({ key: "B" })], change: CHANGE }),
      ];
      const commit = { incarnation: "worker-1", writes };
      const first = { ...record, key: "First" }; // the name is asked for from here on
      await store.commit({ incarnation: "worker-1", writes: [sampleWrite({ runId: "a", records: [first] })] });
      proxy.cutsAnswerTo = "commit_1";
      await expect(store.commit(commit)).rejects.toThrow(/terminated/);
      await expect.poll(() => store.saved({ incarnation: "worker-1", runIds: ["a"] })).toEqual([8]);
      expect(await store.commit(commit)).toEqual(["kept", "kept"]);
      const other = { ...commit, writes: [sampleWrite({ runId: "a", saveId: 8, records: [record] })] };
      expect(await store.commit(other)).toEqual(["refused"]);
      await end();
    },
  );

  it("an event whose answer is lost is accepted once, and its run is given", async () => {
    const { store, proxy, end } = await behindProxy("accepted");
    proxy.cutsAnswerTo = "accept_1";
    const [accepted] = await store.accept({
      events: [sampleEvent({ id: "b" })],
      functionId: FUNCTION_ID,
      runId: ({ id }) => id,
    });
    expect(accepted!.runs).toEqual([{ id: "b", functionId: FUNCTION_ID }]);
    expect((await store.runs({ limit: 9 })).length).toBe(2);
    await end();
  });

  it("a claim and a cancellation whose answers are lost reject: what they came to is not known", async () => {
    const { store, proxy, end } = await behindProxy("unknown");
    await store.accept({ events: [sampleEvent({ id: "b" })], functionId: FUNCTION_ID, runId: ({ id }) => id });
    proxy.cutsAnswerTo = "lock_1";
    await expect(store.requestCancel({ runId: "a", nowMs: SAMPLE_MS })).rejects.toThrow(/terminated/);
    proxy.cutsAnswerTo = "claim_1";
    const claim = { incarnation: "worker-1", functionIds: [FUNCTION_ID], limit: 1, nowMs: SAMPLE_MS };
    await expect(store.claim(claim)).rejects.toThrow(/terminated/);
    await store.release({ incarnation: "worker-1", runIds: ["a"] });
    expect((await store.claim(claim)).map(({ run }) => run.id)).toEqual(["b"]);
    await end();
  });

  it("reads and beats go on over connections that were cut while they were idle", async () => {
    const { store, proxy, end } = await behindProxy("idle");
    proxy.cutAll();
    expect(await store.beat({ incarnation: "worker-1" })).toBe(true);
    proxy.cutAll();
    expect((await store.counts()).get("running")).toBe(1);
    await end();
  });

  it("a statement that stalls is given up with its connection, and says so", async () => {
    const maker = new PostgresStore(server.url, { schema: "stalled" });
    await maker.open();
    await maker.close();
    const store = new PostgresStore(server.url, { schema: "stalled", timeoutMs: 1_000 });
    await store.open();
    await store.enterWorker(sampleWorker());
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query("begin; lock table stalled.worker in access exclusive mode");
    const beat = store.beat({ incarnation: "worker-1" });
    await expect(beat).rejects.toThrow(StoreTimeoutError);
    await client.query("rollback");
    await client.end();
    expect(await store.beat({ incarnation: "worker-1" })).toBe(true);
    await store.close();
  });

  it("more who ask at once than there are connections wait for their turn", async () => {
    const store = new PostgresStore(server.url, { schema: "few", connections: 1 });
    await store.open();
    const counts = await Promise.all(Array.from({ length: 50 }, () => store.counts()));
    expect(counts.length).toBe(50);
    await store.close();
  });

  it(
    "a server that crashes and comes back loses nothing, and repeats nothing that was recorded",
    { timeout: 60_000 },
    async () => {
      const crashing = await PostgresServer.start(["fsync=on"]);
      const bodies = new Map<string, number>();
      const app = createApp({ name: "crashing", store: postgres(crashing.url), observers: [], retries: 0 });
      const steps = app.createFunction({ name: "Steps" }, { event: "steps" }, function* ({ event, step }) {
        for (let at = 0; at < 5; at++)
          yield* step.run(`Step ${at}`, () => {
            const name = `${event.data} ${at}`;
            bodies.set(name, (bodies.get(name) ?? 0) + 1);
            return at;
          });
        return event.data as number;
      });
      await app.start();
      const runs = Array.from({ length: 200 }, (_nothing, at) => app.run(steps, { data: at }));
      const ends = Promise.all(runs);
      await expect.poll(() => bodies.size, { interval: 1, timeout: 10_000 }).toBeGreaterThan(100);
      await crashing.stopImmediately();
      await crashing.restart();
      expect(await ends).toEqual(runs.map((_run, at) => at));
      expect(bodies.size).toBe(1_000);
      expect(Math.max(...bodies.values())).toBe(1);
      await app.stop();
      await crashing.remove();
    },
  );
});
