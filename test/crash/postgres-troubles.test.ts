// Two workers on a Postgres that crashes, or to which their connections are cut: nothing is lost, and no body runs again.
//
// SUREFOOT_POSTGRES_STOPS sets how often the server is stopped, SUREFOOT_POSTGRES_CUTS how many commits lose their connection,
// SUREFOOT_POOLER_CUTS how many connections a pooler loses (SUREFOOT_PGBOUNCER=debian: PgBouncer, too), SUREFOOT_SEED which load and moments.
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countFrom, printFigure } from "../figures.ts";
import { CuttingProxy, type Moment } from "../postgres/cutting-proxy.ts";
import { PgBouncer, isPgBouncerWanted } from "../postgres/pgbouncer.ts";
import { PostgresServer, hasPostgres } from "../postgres/server.ts";
import { TransactionPooler } from "../postgres/transaction-pooler.ts";
import { PostgresPlace } from "./postgres-place.ts";
import { carryOutTroubleTrial, type TroubleTrial } from "./trouble-trial.ts";

const STOPS = countFrom("SUREFOOT_POSTGRES_STOPS", 8);
const CUTS = countFrom("SUREFOOT_POSTGRES_CUTS", 30);
const POOLER_CUTS = countFrom("SUREFOOT_POOLER_CUTS", 10);
/** Fewer than two workers have, so that they are passed about. */
const CONNECTIONS = 3;
const SEED = process.env["SUREFOOT_SEED"] ?? "surefoot";
const LONGEST_DOWN_MS = 300;
/** Commits are made all the time: one that is to be cut is not waited for any longer. */
const LONGEST_WAIT_FOR_COMMIT_MS = 20_000;
const MOMENTS: readonly (readonly [weight: number, moment: Moment])[] = [
  [2, "unsent"],
  [1, "underWay"],
  [1, "answered"],
];

let server: PostgresServer;
let places = 0;

function newPlace(): PostgresPlace {
  return new PostgresPlace(server.url, `journal_${++places}`);
}

interface TroubledPooler {
  readonly url: string;
  /** Ends a connection to the server that somebody has. */
  readonly cut: TroubleTrial["trouble"];
  readonly close: () => Promise<void>;
}

async function startRotating(): Promise<TroubledPooler> {
  const { pooler, url } = await TransactionPooler.before(server.url, { connections: CONNECTIONS });
  return {
    url,
    async cut(random) {
      await pooler.untilLent();
      await delay(random.between(0, 3));
      pooler.cutServer();
    },
    async close() {
      await pooler.close();
      printFigure("transactions of a client on another connection than its last one", pooler.switches);
      expect(pooler.switches).toBeGreaterThan(POOLER_CUTS);
      expect([...pooler.parameters].toSorted()).toEqual(["application_name", "client_encoding", "database", "user"]);
    },
  };
}

async function startPgBouncer(): Promise<TroubledPooler> {
  const bouncer = await PgBouncer.before(server.url, { connections: CONNECTIONS });
  const operator = new Client({ connectionString: server.url });
  await operator.connect();
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where state <> 'idle' and application_name like 'surefoot %'
     and application_name <> 'surefoot ${process.pid}' limit 1`;
  return {
    url: bouncer.url,
    async cut() {
      while ((await operator.query(cut)).rows.length === 0) await delay(1);
    },
    async close() {
      await operator.end();
      await bouncer.close();
    },
  };
}

const POOLERS: readonly (readonly [name: string, start: () => Promise<TroubledPooler>])[] = [
  ["a pooler", startRotating],
];
const WITH_PGBOUNCER = isPgBouncerWanted() ? [...POOLERS, ["PgBouncer", startPgBouncer] as const] : POOLERS;

/** What is so of every trouble in which nobody is killed. */
const UNHARMED = {
  "bodies run again": 0,
  "runs of them whose writes were never read back": 0,
  takeovers: 0,
  "workers that ended by themselves": 0,
};

// Skipped: where there is no build of the server, there is none to crash.
describe.skipIf(!hasPostgres())("workers on a Postgres", () => {
  beforeAll(async () => {
    server = await PostgresServer.start(["fsync=on"]);
  });
  afterAll(() => server.remove());

  it(
    `that crashes ${STOPS} times under load lose nothing, and repeat nothing`,
    { timeout: 300_000 + STOPS * 5_000 },
    async () => {
      const trouble: TroubleTrial["trouble"] = async (random) => {
        await server.stopImmediately();
        await delay(random.between(0, LONGEST_DOWN_MS));
        await server.restart();
      };
      const place = (): ReturnType<TroubleTrial["newPlace"]> => {
        const made = newPlace();
        return { place: made, workersAddress: made.address };
      };
      const trial = { seed: SEED, workers: 2, troubles: STOPS, trouble, newPlace: place };
      const counts = await carryOutTroubleTrial(trial);
      expect(counts).toMatchObject(UNHARMED);
      expect(counts["commits whose answer was lost"]).toBeGreaterThan(0);
    },
  );

  it(
    `to which ${CUTS} commits lose their connection repeat nothing: what had been kept is read back`,
    { timeout: 300_000 + CUTS * 5_000 },
    async () => {
      const { proxy, url } = await CuttingProxy.before(server.url);
      let cuts = 0;
      const trouble: TroubleTrial["trouble"] = async (random) => {
        const cut = proxy.cutNext("commit_1", random.pick(MOMENTS)).then(() => cuts++);
        await Promise.race([cut, delay(LONGEST_WAIT_FOR_COMMIT_MS)]);
        proxy.spare();
      };
      const place = (): ReturnType<TroubleTrial["newPlace"]> => {
        const made = newPlace();
        return { place: made, workersAddress: made.addressBy(url) };
      };
      const trial = { seed: SEED, workers: 2, troubles: CUTS, trouble, newPlace: place };
      const counts = await carryOutTroubleTrial(trial);
      await proxy.close();
      expect(cuts).toBe(CUTS);
      expect(counts).toMatchObject(UNHARMED);
      expect(counts["commits whose answer was lost"]).toBeGreaterThanOrEqual(CUTS);
      expect(counts["runs of them whose writes had been kept"]).toBeGreaterThan(0);
      expect(counts["runs of them whose writes had not been kept"]).toBeGreaterThan(0);
    },
  );

  it.each(WITH_PGBOUNCER)(
    `behind %s in transaction mode that loses ${POOLER_CUTS} connections lose nothing, and repeat nothing`,
    { timeout: 300_000 + POOLER_CUTS * 5_000 },
    async (_name, start) => {
      const { url, cut, close } = await start();
      const place = (): ReturnType<TroubleTrial["newPlace"]> => {
        const made = newPlace();
        return { place: made, workersAddress: made.addressBy(url) };
      };
      const trial = { seed: SEED, workers: 2, troubles: POOLER_CUTS, trouble: cut, newPlace: place };
      const counts = await carryOutTroubleTrial(trial);
      await close();
      expect(counts).toMatchObject(UNHARMED);
      expect(counts["commits whose answer was lost"]).toBeGreaterThan(0);
    },
  );
});
