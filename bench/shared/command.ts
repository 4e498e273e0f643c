// What the commands of the benchmarks have in common: the processes that they start, and how they end.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { UsageError } from "./usage.ts";

export const BENCH = join(import.meta.dirname, "..");
export const ROOT = join(BENCH, "..");

/** A command ended with a failure, and has said why. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/** Carries a command out. The process then ends with 2 if it was told nonsense, with 1 if it failed. */
export function endWith(act: () => void): void {
  try {
    act();
  } catch (error) {
    const isExplained = error instanceof UsageError || error instanceof CommandFailed;
    console.error(isExplained ? error.message : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** Runs a command that shows what it does. */
export function carryOut(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new CommandFailed(`${command} ${args.join(" ")} ended with ${status}`);
}
