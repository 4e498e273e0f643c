// `npm run verify:long`: the tests at their acceptance counts, part by part. Ends with 1 if a part fails.
//
//   npm run verify:long                  what has no green result for these files yet
//   npm run verify:long -- --again       everything
//   npm run verify:long -- kills demo    these parts, whatever is known of them
//
// Each part's result is written to docs/reference/evidence.json when the part ends, so that a run that was stopped goes on where it
// was. A result holds as long as nothing but that file differs from the commit that it was made on.
//
// A test hands its figures over as lines on standard output: `figure: <name> = <number> [unit]`.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

interface Part {
  readonly name: string;
  readonly command: readonly [program: "npm" | "vitest", ...args: string[]];
  /** The acceptance counts. */
  readonly counts?: Readonly<Record<string, string>>;
  /** The demo hands its figures over as a table for people. */
  readonly hasTable?: boolean;
  readonly mostMinutes: number;
}

interface Figure {
  readonly name: string;
  readonly figure: number;
  readonly unit?: string;
}

/** One part's result, as it stands in the evidence. */
interface Result {
  readonly part: string;
  readonly result: "passed" | "failed";
  readonly command: string;
  readonly counts: Readonly<Record<string, string>>;
  readonly figures: readonly Figure[];
  readonly seconds: number;
  readonly commit: string;
  /** Whether there was anything that the commit does not have: such a result is not used again. */
  readonly hasUncommitted: boolean;
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGb: number; readonly node: string };
}

const PARTS: readonly Part[] = [
  { name: "rules", command: ["npm", "run", "--silent", "verify"], mostMinutes: 15 },
  { name: "table", command: ["vitest", "run", "test/table"], mostMinutes: 15 },
  { name: "bodies", command: ["vitest", "run", "test/bodies"], mostMinutes: 15 },
  {
    name: "properties",
    command: ["vitest", "run", "test/properties"],
    counts: { SUREFOOT_TREES: "1000" },
    mostMinutes: 30,
  },
  { name: "waits", command: ["vitest", "run", "test/waits"], counts: { SUREFOOT_WAITS: "5000" }, mostMinutes: 15 },
  {
    name: "schedules",
    command: ["vitest", "run", "test/schedules"],
    counts: { SUREFOOT_ZONES: "1000" },
    mostMinutes: 15,
  },
  { name: "units", command: ["vitest", "run", "src"], mostMinutes: 15 },
  { name: "package", command: ["vitest", "run", "test/package", "test/docs", "test/examples"], mostMinutes: 15 },
  { name: "kills", command: ["vitest", "run", "test/crash/kills"], counts: { SUREFOOT_KILLS: "200" }, mostMinutes: 30 },
  {
    name: "pairs",
    command: ["vitest", "run", "test/crash/pairs"],
    counts: { SUREFOOT_PAIR_CYCLES: "2000", SUREFOOT_PAIR_CYCLES_15S: "20" },
    mostMinutes: 30,
  },
  { name: "postgres", command: ["vitest", "run", "test/postgres/"], mostMinutes: 15 },
  {
    name: "postgres-kills",
    command: ["vitest", "run", "test/crash/postgres-kills"],
    counts: { SUREFOOT_POSTGRES_KILLS: "200" },
    mostMinutes: 30,
  },
  {
    name: "postgres-pairs",
    command: ["vitest", "run", "test/crash/postgres-pairs"],
    counts: { SUREFOOT_POSTGRES_CYCLES: "1000", SUREFOOT_POSTGRES_CYCLES_15S: "20" },
    mostMinutes: 90,
  },
  {
    name: "postgres-troubles",
    command: ["vitest", "run", "test/crash/postgres-troubles"],
    counts: { SUREFOOT_POSTGRES_STOPS: "300", SUREFOOT_POSTGRES_CUTS: "300", SUREFOOT_POOLER_CUTS: "300" },
    mostMinutes: 60,
  },
  { name: "postgres-versions", command: ["npm", "run", "--silent", "postgres-versions"], mostMinutes: 40 },
  {
    name: "pgbouncer",
    command: ["vitest", "run", "test/postgres/pooler", "test/crash/postgres-troubles"],
    counts: { SUREFOOT_PGBOUNCER: "debian", SUREFOOT_POOLER_CUTS: "100" },
    mostMinutes: 15,
  },
  {
    name: "transactions",
    command: ["vitest", "run", "test/crash/transactions"],
    counts: { SUREFOOT_TRANSACTION_KILLS: "2000" },
    mostMinutes: 90,
  },
  {
    name: "postgres-transactions",
    command: ["vitest", "run", "test/crash/postgres-transactions"],
    counts: { SUREFOOT_POSTGRES_TRANSACTION_KILLS: "2000" },
    mostMinutes: 90,
  },
  {
    name: "crash-points",
    command: ["vitest", "run", "test/crash-points/crash-"],
    counts: { SUREFOOT_CRASH_POINTS: "all", SUREFOOT_CRASH_PAIRS: "40" },
    mostMinutes: 30,
  },
  {
    name: "postgres-crash-points",
    command: ["vitest", "run", "test/crash-points/postgres-crash-points"],
    counts: { SUREFOOT_POSTGRES_CRASH_POINTS: "all", SUREFOOT_POSTGRES_CRASH_PAIRS: "40" },
    mostMinutes: 60,
  },
  {
    name: "simulation",
    command: ["vitest", "run", "test/simulation/simulation"],
    counts: { SUREFOOT_SEEDS: "20000" },
    mostMinutes: 45,
  },
  {
    name: "sql-simulation",
    command: ["vitest", "run", "test/simulation/sql-simulation"],
    counts: { SUREFOOT_SQLITE_SEEDS: "2000", SUREFOOT_POSTGRES_SEEDS: "500" },
    mostMinutes: 45,
  },
  { name: "mutants", command: ["npm", "run", "--silent", "simulate:mutants"], mostMinutes: 30 },
  { name: "golden", command: ["vitest", "run", "test/golden"], mostMinutes: 5 },
  {
    name: "sleepers",
    command: ["vitest", "run", "test/crash/sleepers"],
    counts: { SUREFOOT_SLEEPERS: "1000" },
    mostMinutes: 10,
  },
  {
    name: "crowd",
    command: ["vitest", "run", "test/crash/crowd"],
    counts: { SUREFOOT_CROWD: "100000" },
    mostMinutes: 15,
  },
  {
    name: "long-run",
    command: ["vitest", "run", "test/long-run"],
    counts: { SUREFOOT_LONG_RUN: "10000", SUREFOOT_LONG_RUN_ROUNDS: "3", SUREFOOT_DUE: "100000" },
    mostMinutes: 15,
  },
  { name: "demo", command: ["npm", "run", "--silent", "demo"], hasTable: true, mostMinutes: 5 },
  { name: "demo-crash", command: ["npm", "run", "--silent", "demo", "--", "--crash"], hasTable: true, mostMinutes: 5 },
  {
    name: "demo-control",
    command: ["npm", "run", "--silent", "demo", "--", "--crash", "--without-idempotency-key"],
    hasTable: true,
    mostMinutes: 5,
  },
];

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const EVIDENCE = "docs/reference/evidence.json";
const ALL_BUT_EVIDENCE: readonly string[] = [".", `:!${EVIDENCE}`];
const MINUTE_MS = 60_000;

const args = process.argv.slice(2);
const wanted = args.filter((arg) => arg !== "--again");
const unknown = args.filter((arg) => arg !== "--again" && !PARTS.some(({ name }) => name === arg));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}. There are: ${PARTS.map(({ name }) => name).join(", ")}.`);
  process.exitCode = 2;
} else process.exitCode = await carryOut(wanted, args.includes("--again"));

async function carryOut(names: readonly string[], isAgain: boolean): Promise<number> {
  const lines: string[] = [];
  let failed = 0;
  let isBuilt = false;
  for (const part of PARTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const known = readEvidence().find((result) => result.part === part.name);
    if (names.length === 0 && !isAgain && known !== undefined && isCurrent(known, part)) {
      lines.push(`  ✓ ${part.name.padEnd(14)} known since ${known.date}`);
      continue;
    }
    if (!isBuilt && !build()) return 1;
    isBuilt = true;
    const result = await resultOf(part);
    keep(result);
    if (result.result === "failed") failed++;
    lines.push(`  ${result.result === "passed" ? "✓" : "✕"} ${part.name.padEnd(14)} ${result.seconds} s`);
  }
  console.log(`\n${lines.join("\n")}\n${failed === 0 ? "All parts passed." : `${failed} failed.`}`);
  return failed === 0 ? 0 : 1;
}

/** Some parts use what is built: the demo, the package. */
function build(): boolean {
  return spawnSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" }).status === 0;
}

async function resultOf(part: Part): Promise<Result> {
  const { name, command, counts = {}, hasTable = false } = part;
  const text = [...Object.entries(counts).map(([count, value]) => `${count}=${value}`), ...command].join(" ");
  console.log(`\n── ${name}: ${text}`);
  const before = { commit: git("rev-parse", "HEAD") ?? "unknown", hasUncommitted: hasUncommitted() };
  const date = new Date().toISOString();
  const startedMs = performance.now();
  const { isGreen, output } = await run(part);
  return {
    part: name,
    result: isGreen ? "passed" : "failed",
    command: text,
    counts,
    figures: [...printedFigures(output), ...(hasTable ? tableFigures(output) : [])],
    seconds: Math.round((performance.now() - startedMs) / 1_000),
    commit: before.commit,
    hasUncommitted: before.hasUncommitted || before.commit !== git("rev-parse", "HEAD") || hasUncommitted(),
    date,
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
  };
}

/** Runs a part's command in a process group of its own, so that all of it ends with it. */
function run({ command, counts, mostMinutes }: Part): Promise<{ readonly isGreen: boolean; readonly output: string }> {
  const [program, ...rest] = command;
  const isVitest = program === "vitest";
  const file = isVitest ? process.execPath : program;
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const child = spawn(file, isVitest ? [vitest, ...rest] : rest, {
    cwd: ROOT,
    env: { ...process.env, ...counts, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const end = (): void => endGroup(child);
  const timeout = setTimeout(end, mostMinutes * MINUTE_MS);
  const stop = (): void => {
    end();
    process.exit(130);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timeout);
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve({ isGreen: code === 0, output: stripVTControlCharacters(output) });
    });
  });
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

/** `figure: kills = 200` and `figure: lateness, p99 = 82 ms` */
function printedFigures(output: string): Figure[] {
  return [...output.matchAll(/^figure: (.+) = (-?\d+(?:\.\d+)?)(?: (\S+))?\r?$/gm)].map(([, name, figure, unit]) => ({
    name: name!,
    figure: Number(figure),
    ...(unit === undefined ? {} : { unit }),
  }));
}

/** `  double charges       0   each invoice was charged once` */
function tableFigures(output: string): Figure[] {
  return [...output.matchAll(/^ {2}([a-z][a-z ]*?) {2,}(\d+) {3}\S/gm)].map(([, name, figure]) => ({
    name: name!,
    figure: Number(figure),
  }));
}

/** Whether a result still says something: nothing that could change it has changed. */
function isCurrent({ result, commit, hasUncommitted: wasDirty, counts }: Result, part: Part): boolean {
  if (result !== "passed" || wasDirty || JSON.stringify(counts) !== JSON.stringify(part.counts ?? {})) return false;
  return !hasUncommitted() && git("diff", "--quiet", commit, "--", ...ALL_BUT_EVIDENCE) !== undefined;
}

function hasUncommitted(): boolean {
  return git("status", "--porcelain", "--", ...ALL_BUT_EVIDENCE) !== "";
}

/** What git prints; undefined if it fails. */
function git(...command: string[]): string | undefined {
  const { status, stdout } = spawnSync("git", command, { cwd: ROOT, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

function readEvidence(): readonly Result[] {
  const path = join(ROOT, EVIDENCE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as readonly Result[]) : [];
}

/** Puts a result in the place of the part's last one. Parts stand in the order above. */
function keep(result: Result): void {
  const others = readEvidence().filter(({ part }) => part !== result.part);
  const placeOf = ({ part }: Result): number => PARTS.findIndex(({ name }) => name === part);
  const sorted = [...others, result].toSorted((left, right) => placeOf(left) - placeOf(right));
  writeFileSync(join(ROOT, EVIDENCE), `${JSON.stringify(sorted, undefined, 2)}\n`);
}
