// What one Postgres carries: many runs of three steps by one worker in this process, and what they leave in the tables.
import { readFileSync } from "node:fs";
import { Client } from "pg";
import { createApp } from "../../dist/index.js";
import { postgres } from "../../dist/postgres.js";
import { PostgresStore } from "../../dist/stores/postgres/postgres-store.js";
import { PostgresServer } from "../../test/postgres/server.ts";
import type { Carried, Turnover } from "./results.ts";

const APP = "scale";
const SCHEMA = "surefoot";
const CONCURRENCY = 500;
const SENT_AT_ONCE = 500;
const PRUNED_AT_ONCE = 500;
const TICKS_PER_SECOND = 100;
/** What a small business event carries. */
const DATA = { orderId: "order-0123456789", amount: 4_200, currency: "EUR", items: ["a-100", "b-200"] };

/** Both, on a server of their own with the settings that it comes with: each commit is on the disk. */
export async function measurePostgres(
  runs: number,
): Promise<{ readonly carried: Carried; readonly turnover: Turnover }> {
  const server = await PostgresServer.start([]);
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    const carried = await carriedBy(client, server.url, runs);
    return { carried, turnover: await turnoverOf(client, server.url, runs, carried) };
  } finally {
    await client.end();
    await server.remove();
  }
}

async function carriedBy(client: Client, url: string, runs: number): Promise<Carried> {
  const app = appOn(url);
  await sendAll(app, runs);
  const walBefore = await walPosition(client);
  const serverBefore = await serverCpuMs(client);
  const workerBefore = process.cpuUsage();
  const fromMs = performance.now();
  await app.start({ concurrency: CONCURRENCY });
  while ((await openRuns(client)) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const seconds = (performance.now() - fromMs) / 1_000;
  const { user, system } = process.cpuUsage(workerBefore);
  const serverMs = (await serverCpuMs(client)) - serverBefore;
  const wal = await client.query("select pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::float8 as bytes", [walBefore]);
  await app.stop();
  const tables = await tableSizes(client);
  const version = await client.query("show server_version");
  return {
    postgres: String(version.rows[0].server_version),
    runs,
    runsPerSecond: runs / seconds,
    serverCpuMsPerRun: serverMs / runs,
    workerCpuMsPerRun: (user + system) / 1_000 / runs,
    walBytesPerRun: Number(wal.rows[0].bytes) / runs,
    bytesPerRun: sumOf(tables) / runs,
    tables,
  };
}

async function turnoverOf(client: Client, url: string, runs: number, { tables }: Carried): Promise<Turnover> {
  const store = new PostgresStore(url);
  await store.open();
  const pruneFrom = performance.now();
  const old = { app: APP, beforeMs: Date.now() + 60_000, limit: PRUNED_AT_ONCE };
  while ((await store.prune(old)) > 0);
  const pruneSeconds = (performance.now() - pruneFrom) / 1_000;
  await store.close();
  const vacuumFrom = performance.now();
  for (const { name } of tables) await client.query(`vacuum "${SCHEMA}"."${name}"`);
  const vacuumSeconds = (performance.now() - vacuumFrom) / 1_000;
  const emptied = sumOf(await tableSizes(client));
  const app = appOn(url);
  await sendAll(app, runs);
  await app.start({ concurrency: CONCURRENCY });
  while ((await openRuns(client)) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await app.stop();
  const again = sumOf(await tableSizes(client));
  return { runs, pruneSeconds, vacuumSeconds, bytes: { full: sumOf(tables), emptied, again } };
}

function appOn(url: string): ReturnType<typeof createApp> {
  const app = createApp({ name: APP, store: postgres(url), observers: [] });
  app.createFunction({ name: "Place order" }, { event: "order.placed" }, function* ({ event, step }) {
    const reserved = yield* step.run("Reserve", () => ({ reservation: event.data.orderId }));
    const charged = yield* step.run("Charge", () => ({ charge: "ch_0123456789", amount: event.data.amount }));
    yield* step.run("Confirm", () => "sent");
    return { ...reserved, ...charged };
  });
  return app;
}

async function sendAll(app: ReturnType<typeof createApp>, runs: number): Promise<void> {
  for (let sent = 0; sent < runs; sent += SENT_AT_ONCE) {
    const count = Math.min(SENT_AT_ONCE, runs - sent);
    await app.send(Array.from({ length: count }, () => ({ name: "order.placed", data: DATA, user: "u_42" })));
  }
}

async function openRuns(client: Client): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::int as open from (select 1 from ${SCHEMA}.run where ended_ms is null limit 1) as one`,
  );
  return Number(rows[0].open);
}

async function walPosition(client: Client): Promise<string> {
  const { rows } = await client.query("select pg_current_wal_lsn()::text as at");
  return String(rows[0].at);
}

async function tableSizes(client: Client): Promise<Carried["tables"]> {
  const { rows } = await client.query(
    `select c.relname as name, pg_total_relation_size(c.oid)::float8 as bytes from pg_class c
     join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind = 'r' order by 2 desc`,
    [SCHEMA],
  );
  return rows as { name: string; bytes: number }[];
}

/** Of all processes of the server that there are, as the system counts it. */
async function serverCpuMs(client: Client): Promise<number> {
  const { rows } = await client.query("select pid from pg_stat_activity");
  let ticks = 0;
  for (const { pid } of rows as { pid: number }[]) {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks / TICKS_PER_SECOND) * 1_000;
}

function sumOf(tables: Carried["tables"]): number {
  return tables.reduce((sum, { bytes }) => sum + bytes, 0);
}
