// The ProcessIdentity of this machine, from what the platform tells of its processes.
//
// A pid alone says little: it is used again, and means another process in another container or after another boot. So it
// stands with the machine it is of and, where the platform has them, its start time, its boot and its PID namespace.
import type { ProcessIdentity } from "./process-identity.ts";

interface Identity {
  readonly pid: number;
  readonly host: string;
  /** What makes a pid comparable: the boot and the PID namespace on Linux, else the host. */
  readonly machine: string;
  /** In clock ticks since boot. Null where the platform does not say. */
  readonly startedTicks: string | null;
}

const fs = globalThis.process?.getBuiltinModule?.("node:fs");
const os = globalThis.process?.getBuiltinModule?.("node:os");

export function localProcesses(): ProcessIdentity {
  const machine = machineName();
  const self: Identity = {
    pid: process.pid,
    host: hostName(),
    machine,
    startedTicks: statOf(process.pid)?.startedTicks ?? null,
  };
  return {
    self: JSON.stringify(self),
    isGone(text) {
      const identity = readIdentity(text);
      return identity !== undefined && identity.machine === machine && !isRunning(identity);
    },
    describe(text) {
      const identity = readIdentity(text);
      return identity === undefined ? "another worker" : `process ${identity.pid} on ${identity.host}`;
    },
  };
}

function isRunning({ pid, startedTicks }: Identity): boolean {
  const stat = statOf(pid);
  if (stat !== undefined)
    return stat.state !== "Z" && stat.state !== "X" && (startedTicks === null || stat.startedTicks === startedTicks);
  if (startedTicks !== null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== "ESRCH"; // it runs, and is not ours to signal
  }
}

/** What Linux tells of a process; undefined where there is none, or on another platform. */
function statOf(pid: number): { readonly state: string; readonly startedTicks: string } | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The second field is the command in parentheses, and may hold anything; the state is field 3, the start time field 22.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields === undefined ? undefined : { state: fields[0]!, startedTicks: fields[19]! };
}

function machineName(): string {
  const boot = read("/proc/sys/kernel/random/boot_id")?.trim();
  if (boot === undefined || fs === undefined) return `host ${hostName()}`;
  try {
    return `boot ${boot} ${fs.readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return `boot ${boot} host ${hostName()}`;
  }
}

function hostName(): string {
  return os?.hostname() ?? "unknown";
}

function read(path: string): string | undefined {
  try {
    return fs?.readFileSync(path, "utf8");
  } catch {
    return undefined; // another platform, or no such process
  }
}

function readIdentity(text: string): Identity | undefined {
  try {
    const identity = JSON.parse(text) as Partial<Identity> | null;
    return typeof identity?.pid === "number" &&
      typeof identity.machine === "string" &&
      typeof identity.host === "string"
      ? {
          pid: identity.pid,
          machine: identity.machine,
          host: identity.host,
          startedTicks: identity.startedTicks ?? null,
        }
      : undefined;
  } catch {
    return undefined; // written by something else: only its silence can tell
  }
}
