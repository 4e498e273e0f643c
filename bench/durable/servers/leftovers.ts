// What a run leaves behind that was killed: servers that go on, and a folder. The next run tidies it up.
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";

/** Ends whatever was started for this folder; its name is in the command of each. */
export function tidyUp(folder: string): void {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  for (const pid of all.filter((one) => commandOf(one).includes(folder))) kill(Number(pid));
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended by itself meanwhile
  }
}
