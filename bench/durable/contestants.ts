// Who takes part, in the order of the tables, and how it is set.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../shared/command.ts";
import type { Contestant } from "./engine.ts";
import { WORKLOAD_NAMES, type WorkloadName } from "./workloads.ts";

interface ContestantFacts {
  readonly title: string;
  /** Below `contestants/`. What imports a peer is an `.mjs`: types are checked where no peer is installed. */
  readonly file: string;
  readonly keptIn: "sqlite" | "postgres" | "restate";
  readonly by: "surefoot" | "floor" | "peer";
  readonly workloads: readonly WorkloadName[];
  /** Sleepers that it surely sends and puts to sleep in a second: so late they are woken. */
  readonly sleepersPerS: number;
  /** Processes that carry out runs besides the one that measures. */
  readonly companions: number;
  /** What it was told, for the pages. */
  readonly settings: string;
}

const STORED = WORKLOAD_NAMES.filter((name) => name !== "blocks");
const without = (...names: readonly WorkloadName[]) => STORED.filter((name) => !names.includes(name));
const SQLITE = { keptIn: "sqlite", workloads: WORKLOAD_NAMES, companions: 0 } as const;
const POSTGRES = { keptIn: "postgres", workloads: STORED, companions: 0 } as const;
const FLOOR = { by: "floor", sleepersPerS: 3000 } as const;
const SLOW_FLOOR = { by: "floor", sleepersPerS: 250 } as const;

export const CONTESTANTS = {
  "surefoot-sqlite": {
    title: "**surefoot**, SQLite",
    file: "surefoot-sqlite.ts",
    ...SQLITE,
    by: "surefoot",
    sleepersPerS: 700,
    settings: '500 at once, `synchronous: "full"`',
  },
  "floor-sqlite-turn": {
    title: "floor, SQLite: a commit each turn",
    file: "floor-sqlite-turn.ts",
    ...SQLITE,
    ...FLOOR,
    settings: "500 at once",
  },
  "floor-sqlite-thread": {
    title: "floor, SQLite: commits in a thread",
    file: "floor-sqlite-thread.ts",
    ...SQLITE,
    ...FLOOR,
    settings: "500 at once",
  },
  "floor-sqlite-each": {
    title: "floor, SQLite: a commit each row",
    file: "floor-sqlite-each.ts",
    ...SQLITE,
    ...SLOW_FLOOR,
    settings: "500 at once",
  },
  "openworkflow-sqlite": {
    title: "OpenWorkflow, SQLite",
    file: "openworkflow-sqlite.mjs",
    ...SQLITE,
    by: "peer",
    workloads: WORKLOAD_NAMES.filter((name) => name !== "longest"),
    sleepersPerS: 100,
    settings: "concurrency 50, in D5 500; its limit is 1,000 steps a run",
  },
  "surefoot-postgres": {
    title: "**surefoot**, Postgres, 1 worker",
    file: "surefoot-postgres.mjs",
    ...POSTGRES,
    by: "surefoot",
    sleepersPerS: 700,
    settings: "500 at once",
  },
  "surefoot-postgres-two": {
    title: "**surefoot**, Postgres, 2 workers",
    file: "surefoot-postgres.mjs",
    ...POSTGRES,
    by: "surefoot",
    workloads: ["drain"],
    companions: 1,
    sleepersPerS: 700,
    settings: "two processes, 500 at once in each",
  },
  "floor-postgres-group": {
    title: "floor, Postgres: one statement for all that waits",
    file: "floor-postgres-group.mjs",
    ...POSTGRES,
    ...FLOOR,
    settings: "500 at once, two lanes, 10 connections",
  },
  "floor-postgres-each": {
    title: "floor, Postgres: a statement each row",
    file: "floor-postgres-each.mjs",
    ...POSTGRES,
    ...SLOW_FLOOR,
    settings: "500 at once, 10 connections",
  },
  dbos: {
    title: "DBOS",
    file: "dbos.mjs",
    ...POSTGRES,
    by: "peer",
    sleepersPerS: 200,
    settings: "pool 20; its queue without a limit in D1, D4 and D5, workflows started directly in D2 and D3",
  },
  "openworkflow-postgres": {
    title: "OpenWorkflow, Postgres",
    file: "openworkflow-postgres.mjs",
    ...POSTGRES,
    by: "peer",
    workloads: without("longest"),
    sleepersPerS: 120,
    settings: "concurrency 50, in D5 500; its limit is 1,000 steps a run",
  },
  effect: {
    title: "Effect 4, Postgres",
    file: "effect.mjs",
    ...POSTGRES,
    by: "peer",
    workloads: without("sleepers", "crash"),
    sleepersPerS: 100,
    settings: "cluster engine, one runner that is kept in memory, pool 20",
  },
  "graphile-worker": {
    title: "graphile-worker (jobs in a chain)",
    file: "graphile-worker.mjs",
    ...POSTGRES,
    by: "peer",
    workloads: without("sleepers", "crash"),
    sleepersPerS: 100,
    settings: "concurrency 20, pool 20",
  },
  "pg-boss": {
    title: "pg-boss (jobs in a chain)",
    file: "pg-boss.mjs",
    ...POSTGRES,
    by: "peer",
    workloads: ["drain", "idle"],
    sleepersPerS: 100,
    settings: "8 workers, batches of 250, a poll every 0.5 s, pool 20; a long run would take 0.5 s a step",
  },
  restate: {
    title: "Restate (server of its own)",
    file: "restate.mjs",
    keptIn: "restate",
    companions: 0,
    by: "peer",
    workloads: STORED,
    sleepersPerS: 350,
    settings: "the server's defaults: it waits for the disk",
  },
} as const satisfies Readonly<Record<string, ContestantFacts>>;

export type ContestantName = keyof typeof CONTESTANTS;
export const CONTESTANT_NAMES = Object.keys(CONTESTANTS) as readonly ContestantName[];

export function isContestant(name: string | undefined): name is ContestantName {
  return name !== undefined && Object.hasOwn(CONTESTANTS, name);
}

export function factsOf(contestant: ContestantName): ContestantFacts {
  return CONTESTANTS[contestant];
}

export function takesPart(contestant: ContestantName, workload: WorkloadName): boolean {
  return factsOf(contestant).workloads.includes(workload);
}

/** Why somebody cannot take part in what stands here now; undefined if it can. */
export function absenceOf(contestant: ContestantName): string | undefined {
  if (!CONTESTANTS[contestant].file.startsWith("surefoot-postgres")) return undefined;
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly exports: object };
  return "./postgres" in exports ? undefined : "the package has no door ./postgres yet";
}

/** Loads one contestant, and nothing of the others. */
export async function loadContestant(contestant: ContestantName): Promise<Contestant> {
  const path = join(import.meta.dirname, "contestants", CONTESTANTS[contestant].file);
  const { default: loaded } = (await import(path)) as { readonly default: Contestant };
  return loaded;
}
