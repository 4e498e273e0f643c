// An app on Postgres, from the door: what it does there, and what it leaves alone.
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp, TaggedError } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import { encodeValue } from "../../src/core/value-codec.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { sampleStep, sampleWorker, sampleWrite } from "../../src/testing/journal-samples.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

class CardDeclined extends TaggedError("CardDeclined", { retry: false })<{ code: string }> {}

let server: PostgresServer;

// Skipped: where there is no build of the server, there is none to ask.
describe.skipIf(!hasPostgres())("an app on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it("runs steps, waits, invokes and recovers, in two processes' worth of workers on one schema", async () => {
    const bodies: string[] = [];
    const start = () => {
      const app = createApp({ name: "billing", store: postgres(server.url, { schema: "both" }), observers: [] });
      const child = app.createFunction({ name: "Child" }, { event: "child" }, function* ({ event, step }) {
        return yield* step.run("Double", () => event.data * 2);
      });
      const main = app.createFunction({ name: "Main" }, { event: "main" }, function* ({ event, step }) {
        const doubled = yield* step.invoke("Ask", { function: child, data: 21 });
        yield* step.run("Charge", () => (bodies.push(String(event.data.id)), new Map([["at", new Date(0)]])));
        yield* step
          .run("Decline", () => Promise.reject(new CardDeclined({ code: "x", message: "no" })))
          .possibleError(CardDeclined)
          .onError(CardDeclined, () => null)
          .next();
        const answer = yield* step.waitForEvent("Wait", {
          event: "answer",
          match: { id: event.data.id },
          timeout: "1m",
        });
        return [doubled, (answer as { data: { text: string } } | null)?.data.text];
      });
      return { app, main };
    };
    const [one, other] = [start(), start()];
    await Promise.all([one.app.start(), other.app.start()]);
    const runs = Array.from({ length: 20 }, (_nothing, id) => {
      const { app, main } = id % 2 === 0 ? one : other;
      return app.run(main, { data: { id } });
    });
    const ends = Promise.all(runs);
    await expect.poll(() => bodies.length, { timeout: 15_000 }).toBe(20);
    await one.app.send(runs.map((_run, id) => ({ name: "answer", data: { id, text: `to ${id}` } })));
    expect(await ends).toEqual(runs.map((_run, id) => [42, `to ${id}`]));
    expect(bodies.map(Number).toSorted((left, right) => left - right)).toEqual(runs.map((_run, id) => id));
    const details = await one.app.runs.get(runs[0]!.id);
    expect(details?.status).toBe("completed");
    await Promise.all([one.app.stop(), other.app.stop()]);
  });

  it("takes over from a worker that is not heard any more, and goes on behind what that one recorded", async () => {
    const schema = "taken";
    const begun: string[] = [];
    const app = createApp({ name: "taken", store: postgres(server.url, { schema }), observers: [], lease: "300ms" });
    const two = app.createFunction({ name: "Two" }, { event: "two" }, function* ({ step }) {
      const first = yield* step.run("First", () => (begun.push("First"), "here"));
      return [first, yield* step.run("Second", () => (begun.push("Second"), 2))];
    });
    const run = app.run(two, { data: 1 });
    const store = new PostgresStore(server.url, { schema });
    await store.open();
    const claim = {
      incarnation: "gone",
      functionIds: ["taken/Two", "taken/two"],
      limit: 1,
      nowMs: Number.MAX_SAFE_INTEGER,
    };
    await store.enterWorker(sampleWorker({ ...claim, process: "elsewhere" }));
    await expect.poll(async () => (await store.claim(claim)).map((claimed) => claimed.run.id)).toEqual([run.id]);
    const record = sampleStep({ key: "First", name: "First", value: encodeValue("there") });
    const writes = [sampleWrite({ runId: run.id, records: [record] })];
    expect(await store.commit({ incarnation: "gone", writes })).toEqual(["kept"]);
    await app.start();
    expect(await run).toEqual(["there", 2]);
    expect(begun).toEqual(["Second"]);
    expect((await app.runs.get(run.id))!.takeovers.length).toBe(1);
    await app.stop();
    await store.close();
  });

  it("uses a pool that it is given, and leaves it open", async () => {
    const pool = new Pool({ connectionString: server.url, max: 3 });
    const app = createApp({ name: "pooled", store: postgres(pool, { schema: "pooled" }), observers: [] });
    const echo = app.createFunction({ name: "Echo" }, { event: "a" }, async ({ event, step }) =>
      step.run("Echo", () => event.data as number),
    );
    await app.start();
    expect(await app.run(echo, { data: 7 })).toBe(7);
    await app.stop();
    const { rows } = await pool.query("select status from pooled.run");
    expect(rows).toEqual([{ status: "completed" }]);
    await pool.end();
  });

  it("takes nothing as a schema but a name", () => {
    for (const schema of ["", "a b", 'a"; drop schema public; --', "pg_mine", "a".repeat(64), "1st"])
      expect(() => postgres(server.url, { schema })).toThrow(/is no name of a schema/);
  });
});
