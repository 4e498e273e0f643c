// The other processes of a measurement: workers beside the one that measures, and lives that are ended.
//
// Owns: its process. Does not own: what it does there (measure).
// Called by: measure, workloads.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Task } from "./sample.ts";

export interface CompanionReport {
  readonly steps: number;
  readonly wrong: number;
  readonly workerMs: number;
}

export function startProcess(task: Task, environment: Readonly<Record<string, string>> = {}): ChildProcess {
  return fork(join(import.meta.dirname, "measure.ts"), [JSON.stringify(task)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, ...environment },
  });
}

export class Companion {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }
  /** Gives it when it is ready to start. */
  static async make(task: Task): Promise<Companion> {
    const process = startProcess({ ...task, role: "companion" });
    await once(process, "message");
    return new Companion(process);
  }

  start(): void {
    this.#process.send("start");
  }
  /** Ends it. */
  async report(): Promise<CompanionReport> {
    const told = once(this.#process, "message");
    this.#process.send("report");
    const [report] = (await told) as [CompanionReport];
    return report;
  }
}
