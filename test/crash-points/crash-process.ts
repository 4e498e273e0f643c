// One process of the crash points: what it said, and how it ended.
import { spawn } from "node:child_process";
import type { CrashJob, CrashReport, FoundRecord } from "./crash-job.ts";

/** More than any process needs: one that hangs is a failure, and says so. */
const LONGEST_MS = 60_000;

export interface CrashProcessEnd {
  readonly pid: number;
  readonly reports: readonly CrashReport[];
  /** What each of its jobs found. */
  readonly found: readonly (readonly FoundRecord[])[];
  /** The boundary at which it killed itself. */
  readonly killedAt: string | undefined;
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** What it wrote to standard error. */
  readonly complaints: string;
}

interface Said {
  readonly report?: CrashReport;
  readonly found?: readonly FoundRecord[];
  readonly killedAt?: string;
}

export function runProcess(program: string, cache: string, jobs: readonly CrashJob[]): Promise<CrashProcessEnd> {
  const child = spawn(process.execPath, [program, JSON.stringify(jobs)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  const timeout = setTimeout(() => child.kill("SIGABRT"), LONGEST_MS);
  let output = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timeout);
      const said = output.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Said]));
      resolve({
        pid: child.pid!,
        found: said.flatMap(({ found }) => (found === undefined ? [] : [found])),
        reports: said.flatMap(({ report }) => (report === undefined ? [] : [report])),
        killedAt: said.find(({ killedAt }) => killedAt !== undefined)?.killedAt,
        signal,
        code,
        complaints,
      });
    });
  });
}
