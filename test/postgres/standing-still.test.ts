// A worker that stands still in the middle of a transaction: its locks are not its own for ever.
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PostgresPool } from "../../src/stores/postgres/postgres-options.ts";
import { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { SAMPLE_MS, sampleEvent, sampleWorker } from "../../src/testing/journal-samples.ts";
import { PostgresServer, hasPostgres } from "./server.ts";

const CLAIM = { functionIds: ["app/charge"], limit: 9, nowMs: SAMPLE_MS };
const BURIAL = { incarnation: "gone", description: "process 1", nowMs: SAMPLE_MS };

let server: PostgresServer;

/** A pool of a process that stands still before it makes the first statement with this text. */
function standingStillAt(text: string): { readonly pool: PostgresPool; readonly stands: Promise<void> } {
  const pool = new Pool({ connectionString: server.url, max: 1 }) as PostgresPool;
  let stand = (): void => {};
  const stands = new Promise<void>((resolve) => (stand = resolve));
  const halting: PostgresPool = {
    end: () => pool.end(),
    on: (event, listener) => pool.on(event, listener),
    async connect() {
      const client = await pool.connect();
      client.on("error", () => {}); // it will be cut
      return {
        on: client.on.bind(client),
        off: client.off.bind(client),
        release: client.release.bind(client),
        query(query) {
          if (!query.text.includes(text)) return client.query(query);
          stand();
          return new Promise(() => {});
        },
      };
    },
  };
  return { pool: halting, stands };
}

// Skipped: where there is no build of the server, nobody waits for its locks.
describe.skipIf(!hasPostgres())("a worker that stands still in the middle of a transaction", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it("is not waited for: another one carries out the burial that it had begun", async () => {
    const schema = "still";
    const other = new PostgresStore(server.url, { schema });
    await other.open();
    await other.accept({ events: [sampleEvent({ id: "a" })], functionId: "app/charge", runId: ({ id }) => id });
    await other.enterWorker(sampleWorker({ incarnation: "gone", functionIds: CLAIM.functionIds }));
    await other.enterWorker(sampleWorker({ incarnation: "other", functionIds: CLAIM.functionIds }));
    expect((await other.claim({ ...CLAIM, incarnation: "gone" })).length).toBe(1);

    const { pool, stands } = standingStillAt("worker_function where incarnation");
    const still = new PostgresStore(pool, { schema });
    await still.open();
    void still.buryWorker(BURIAL).catch(() => {});
    await stands;
    await other.buryWorker(BURIAL);
    expect((await other.claim({ ...CLAIM, incarnation: "other" })).map(({ run }) => run.id)).toEqual(["a"]);
    await other.close();
  });
});
