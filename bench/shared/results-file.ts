// What a run of a benchmark leaves behind: results.json, and in it where and how it was measured.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT, carryOut } from "./command.ts";

const GB = 2 ** 30;

/** Where figures come from. */
export interface Origin {
  readonly command: string;
  readonly date: string;
  readonly commit: string;
  /** Whether there was anything that the commit does not have. */
  readonly hasUncommitted: boolean;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly node: string;
    /** Of the last minute, before and after: what else ran. */
    readonly load: { readonly before: number; readonly after: number };
  };
}

/** The load of the last minute. */
export function loadNow(): number {
  return loadavg()[0]!;
}

/** Where the figures come from that were taken just now, of a benchmark in `bench/`. */
export function originOf(command: string, benchmark: string, loadBefore: number): Origin {
  const measured = ["src", "bench/shared", `bench/${benchmark}`, `:!bench/${benchmark}/*.json`];
  return {
    command,
    date: new Date().toISOString(),
    commit: git("rev-parse", "HEAD"),
    hasUncommitted: git("status", "--porcelain", "--", ...measured) !== "",
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / GB),
      node: process.versions.node,
      load: { before: loadBefore, after: loadNow() },
    },
  };
}

/** As a sentence below a table. */
export function provenance({ machine, date, commit, hasUncommitted }: Origin): string {
  const { cpu, cores, node } = machine;
  return `${cpu}, ${cores} cores, Node ${node}, ${date.slice(0, 10)}, commit ${commit.slice(0, 7)}${hasUncommitted ? " and what was not committed then" : ""}.`;
}

export function roundsOf({ rounds }: { readonly rounds: number }): string {
  return rounds === 1 ? "1 round" : `${rounds} rounds`;
}

/** Reads a file of figures; `path` is from the root of the repository. */
export function readFigures(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8")) as unknown;
}

/** Writes one: counts as they are, all else with as many digits as it deserves, so that a new run changes few lines. */
export function writeFigures(path: string, figures: unknown): void {
  const shorten = (_key: string, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
  writeFileSync(join(ROOT, path), `${JSON.stringify(figures, shorten, 2)}\n`);
  carryOut(process.execPath, [join(ROOT, "node_modules/oxfmt/bin/oxfmt"), path], ROOT);
}

/** What `git` says; `""` where there is no repository. */
function git(...args: readonly string[]): string {
  const { stdout, status } = spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
  return status === 0 ? stdout.trim() : "";
}
