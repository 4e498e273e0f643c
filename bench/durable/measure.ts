// One process: `node bench/durable/measure.ts '<task>'` carries out one workload with one contestant, and prints its figures as JSON.
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { tally, type Input } from "./bodies.ts";
import { Companion, type CompanionReport } from "./companions.ts";
import { factsOf, loadContestant } from "./contestants.ts";
import type { Engine } from "./engine.ts";
import { Meter } from "./measuring.ts";
import type { Metrics, Task } from "./sample.ts";
import { blocks } from "./workloads/blocks.ts";
import { crash } from "./workloads/crash.ts";
import { drain } from "./workloads/drain.ts";
import { idle } from "./workloads/idle.ts";
import { long } from "./workloads/long.ts";
import { sleepers } from "./workloads/sleepers.ts";
import { countOf } from "./workloads.ts";

const UNTIL_STOPPED_MS = 5000;
const task = JSON.parse(process.argv[2]!) as Task;
const facts = factsOf(task.contestant);
const count = countOf(task.workload, task.share);

// Whoever was started by a process that is gone has nobody to work for.
process.once("disconnect", () => process.exit());
if (task.role === "life") await live();
else if (task.role === "companion") await accompany();
else process.stdout.write(JSON.stringify(await measure()), () => process.exit());

async function measure(): Promise<Metrics> {
  const counts = await loadCounts();
  await counts?.freshDatabase(task.postgres.url, databaseOf(task));
  if (task.workload === "crash") return crash(task, count);
  const engine = await openEngine();
  const companions = await Promise.all(Array.from({ length: facts.companions }, () => Companion.make(task)));
  const meter = new Meter(
    facts.keptIn === "postgres" ? task.postgres.pid : facts.keptIn === "restate" ? task.restate.pid : undefined,
  );
  const before = await counts?.countsOf(task.postgres.url, databaseOf(task));
  const metrics = await carryOut(engine, meter, companions);
  await Promise.race([engine.stop(), pause(UNTIL_STOPPED_MS)]);
  const after = await counts?.countsOf(task.postgres.url, databaseOf(task));
  return { ...metrics, ...perStep(before, after, meter.asked, metrics["steps"]!) };
}

function carryOut(engine: Engine, meter: Meter, companions: readonly Companion[]): Promise<Metrics> {
  switch (task.workload) {
    case "drain":
      return drain(engine, meter, count, companions);
    case "idle":
      return idle(engine, meter, count);
    case "long":
    case "longest":
      return long(engine, meter, count);
    case "sleepers":
      return sleepers(engine, meter, count, facts.sleepersPerS);
    case "blocks":
      return blocks(engine, meter, count);
    case "crash":
      return crash(task, count);
  }
}

async function openEngine(): Promise<Engine> {
  const open = await loadContestant(task.contestant);
  const { ingress, admin, service } = task.restate;
  const engine = await open({
    workload: task.workload,
    folder: task.folder,
    postgres: `${task.postgres.url}/${databaseOf(task)}`,
    restate: { ingress: `http://127.0.0.1:${ingress}`, admin: `http://127.0.0.1:${admin}`, servicePort: service },
    isRestart: task.isRestart,
  });
  await engine.prepare();
  return engine;
}

/** Carries out until it is killed; the first life sends what the second one is to finish. */
async function live(): Promise<void> {
  const engine = await openEngine();
  await engine.start();
  const inputs = Array.from({ length: count }, (_, index): Input => ({ id: `slow-${index}` }));
  if (!task.isRestart) await engine.send("slow", inputs);
}

async function accompany(): Promise<void> {
  const engine = await openEngine();
  process.send!("ready");
  await once(process, "message");
  const cpu = process.cpuUsage();
  await engine.start();
  await once(process, "message");
  const { user, system } = process.cpuUsage(cpu);
  const report: CompanionReport = { steps: tally.steps, wrong: tally.wrong, workerMs: (user + system) / 1000 };
  process.send!(report);
  await engine.stop();
  process.exit();
}

function databaseOf({ contestant }: Task): string {
  return contestant;
}

interface PostgresCounts {
  readonly freshDatabase: (server: string, database: string) => Promise<void>;
  readonly countsOf: (server: string, database: string) => Promise<Metrics>;
}

/** Undefined for who keeps nothing in Postgres. */
async function loadCounts(): Promise<PostgresCounts | undefined> {
  const path = "./servers/postgres-counts.mjs";
  return facts.keptIn === "postgres" ? ((await import(path)) as PostgresCounts) : undefined;
}

/** What the server did for a step, with all that was done around it, and without what the benchmark asked. */
function perStep(before: Metrics | undefined, after: Metrics | undefined, asked: number, steps: number): Metrics {
  if (before === undefined || after === undefined) return {};
  const since = (name: string) => after[name]! - before[name]!;
  return {
    statementsPerStep: (since("statements") - asked) / steps,
    commitsPerStep: since("commits") / steps,
    fsyncsPerStep: since("fsyncs") / steps,
    walBytesPerStep: since("walBytes") / steps,
  };
}
