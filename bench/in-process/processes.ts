// The processes that are measured.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../shared/command.ts";

export const FOLDER = import.meta.dirname;

/** No measurement takes longer: what does is stuck. */
const MOST_MS = 180_000;

/** Runs a program of this folder in a fresh process, and gives what it printed. */
export function runNode(program: string, args: readonly string[], flags: readonly string[] = []): string {
  return execFileSync(process.execPath, [...flags, join(FOLDER, program), ...args], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: MOST_MS,
    stdio: ["ignore", "pipe", "inherit"],
    // What a test runner or a debugger left there would be measured too.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
}
