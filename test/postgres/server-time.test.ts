// Durable times go by the server's clock, whatever the walls of senders and workers show.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAppWith } from "../../src/app/create-app.ts";
import { systemClock, type Clock } from "../../src/core/clock.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import { postgres } from "../../src/postgres.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const MINUTE_MS = 60_000;
const SLEEP_MS = 1_500;
/** The server is on this machine, and rounds. */
const ROUNDING_MS = 2;
const SOON_MS = 5_000;

let server: PostgresServer;

function wallThatIs(aheadMs: number): Clock {
  return {
    ...systemClock,
    now: () => Date.now() + aheadMs,
    alarm: (atMs, call) => systemClock.alarm(atMs - aheadMs, call),
  };
}

function appOf(schema: string, aheadMs: number) {
  const app = createAppWith(
    { name: "clocks", store: postgres(server.url, { schema }), observers: [] },
    { clock: wallThatIs(aheadMs), random: systemRandomness },
  );
  app.createFunction({ name: "Sleep" }, { event: "sleep" }, function* ({ step }) {
    yield* step.sleep("Sleep", SLEEP_MS);
  });
  return app;
}

// Skipped: where there is no build of the server, it has no clock.
describe.skipIf(!hasPostgres())("the time on Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it("is told by the server, by itself and with each look", async () => {
    const store = new PostgresStore(server.url, { schema: "told" });
    await store.open();
    const look = { incarnation: "worker-1", functionIds: [], limit: 1, nowMs: 0, isBeating: false };
    for (const ask of [() => store.timeMs(), async () => (await store.look(look)).nowMs!]) {
      const askedMs = Date.now();
      const toldMs = await ask();
      expect(toldMs).toBeGreaterThanOrEqual(askedMs - ROUNDING_MS);
      expect(toldMs).toBeLessThanOrEqual(Date.now() + ROUNDING_MS);
    }
    await store.close();
  });

  it.each([
    ["ahead", MINUTE_MS, -MINUTE_MS],
    ["behind", -MINUTE_MS, MINUTE_MS],
  ])(
    "is the server's for a sender that is a minute %s, and for a worker that is the other way",
    async (name, ...walls) => {
      const [sender, worker] = walls.map((aheadMs) => appOf(`sender_${name}`, aheadMs));
      await worker!.start();
      const sentMs = Date.now();
      const { ids } = await sender!.send({ name: "sleep" });
      const run = async () => (await sender!.runs.list({ eventId: ids[0]! })).items[0]!;
      await expect.poll(async () => (await run()).status, { interval: 20, timeout: 20_000 }).toBe("completed");
      const { createdAt, startedAt, endedAt, event } = await run();
      for (const time of [createdAt, startedAt, endedAt, new Date(event.ts)])
        expect(Math.abs(time!.getTime() - sentMs)).toBeLessThan(SOON_MS);
      expect(event.ts).toBeLessThanOrEqual(createdAt.getTime());
      expect(endedAt!.getTime() - startedAt!.getTime()).toBeGreaterThanOrEqual(SLEEP_MS - ROUNDING_MS);
      expect(Date.now() - sentMs).toBeGreaterThanOrEqual(SLEEP_MS - ROUNDING_MS);
      await Promise.all([sender!.stop(), worker!.stop()]);
    },
  );
});
