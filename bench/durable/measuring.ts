// Waiting for what a contestant does, and what it takes of the processors meanwhile.
//
// Owns: when it began, and how often the contestant was asked what is completed. Does not own: what is made of it (workloads).
// Called by: workloads.
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { Engine } from "./engine.ts";
import type { Metrics } from "./sample.ts";
import { processorMs } from "./servers/processor-time.ts";
import { WrongAnswer } from "./sample.ts";

const MB = 2 ** 20;
const LONGEST_WAIT_MS = 300_000;
const ASK_AGAIN_MS = 10;

export interface Outlay {
  readonly elapsedMs: number;
  /** Of this process, and of its companions. */
  readonly workerMs: number;
  readonly serverMs: number;
}

export class Meter {
  /** How often `completed` was asked: statements of the benchmark's own. */
  asked = 0;
  readonly #serverPid: number | undefined;
  #begunMs = 0;
  #cpu = process.cpuUsage();
  #serverMs = 0;

  constructor(serverPid: number | undefined) {
    this.#serverPid = serverPid;
  }

  begin(): void {
    this.#cpu = process.cpuUsage();
    this.#serverMs = processorMs(this.#serverPid);
    this.#begunMs = performance.now();
  }
  end(): Outlay {
    const elapsedMs = performance.now() - this.#begunMs;
    const { user, system } = process.cpuUsage(this.#cpu);
    return { elapsedMs, workerMs: (user + system) / 1000, serverMs: processorMs(this.#serverPid) - this.#serverMs };
  }

  /** Returns when so many runs are completed in the store; more of them are as wrong as fewer. */
  async whenCompleted(engine: Engine, count: number): Promise<void> {
    const isCompleted = async () => {
      this.asked++;
      const completed = await engine.completed();
      if (completed > count) throw new WrongAnswer(`${completed} runs are completed, of ${count} that were sent`);
      return completed === count;
    };
    await until(isCompleted, ASK_AGAIN_MS);
  }
}

/** Asks again and again. */
export async function until(isSo: () => boolean | Promise<boolean>, everyMs = 2): Promise<void> {
  const begunMs = performance.now();
  while (!(await isSo())) {
    if (performance.now() - begunMs > LONGEST_WAIT_MS) throw new WrongAnswer("waited for in vain");
    await pause(everyMs);
  }
}

export function memoryMb(): number {
  return process.memoryUsage().rss / MB;
}

/** The time of the processors, for each of so many. */
export function outlayPer(what: string, { workerMs, serverMs }: Outlay, count: number): Metrics {
  return { [`workerMsPer${what}`]: workerMs / count, [`serverMsPer${what}`]: serverMs / count };
}

/** The value below which that share of them is. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
