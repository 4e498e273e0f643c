// How long processes were on a processor, as Linux counts it.
import { readFileSync, readdirSync } from "node:fs";

/** A tick is a hundredth of a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** Milliseconds of a process, of its children, and of its children that have ended; 0 without a process. */
export function processorMs(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const children = all.map((name) => timesOf(name)).filter((times) => times?.parent === pid);
  const own = timesOf(String(pid));
  return (own?.own ?? 0) + (own?.reaped ?? 0) + children.reduce((total, times) => total + times!.own, 0);
}

interface Times {
  readonly parent: number;
  readonly own: number;
  readonly reaped: number;
}

/** Undefined if the process has ended. */
function timesOf(pid: string): Times | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name of the program, in brackets, may hold anything.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [user, system, reapedUser, reapedSystem] = fields.slice(11, 15) as [number, number, number, number];
  return {
    parent: fields[1]!,
    own: (user + system) * MS_PER_TICK,
    reaped: (reapedUser + reapedSystem) * MS_PER_TICK,
  };
}
