// Kills the worker as planned, and starts another at once.
//
// Owns: the kills that are still to come. The world outside tells it of each charge and each mail, and confirms them when it returns:
// a worker that was killed meanwhile never hears of what it has done.
import { setTimeout as pause } from "node:timers/promises";
import { sayOfTheDemo } from "./demo-line.ts";
import type { Kill } from "./kill-plan.ts";
import type { WorkerProcess } from "./worker-process.ts";

export class Killer {
  /** How many there were. */
  count = 0;
  readonly #worker: WorkerProcess;
  readonly #planned: number;
  readonly #kills: Kill[];

  constructor(worker: WorkerProcess, kills: readonly Kill[]) {
    this.#worker = worker;
    this.#planned = kills.length;
    this.#kills = [...kills];
  }

  async onCharge(invoice: string, chargesSoFar: number): Promise<void> {
    const kill = this.#dueAt(chargesSoFar);
    if (kill?.moment === "charge") await this.#carryOut(kill, `after the charge of ${invoice}, before it heard of it`);
    if (kill?.moment === "any") void this.#carryOutLater(kill);
  }

  async onMail(to: string, chargesSoFar: number): Promise<void> {
    const kill = this.#dueAt(chargesSoFar);
    if (kill?.moment === "mail") await this.#carryOut(kill, `after the mail to ${to}, before it heard of it`);
  }

  #dueAt(chargesSoFar: number): Kill | undefined {
    const [next] = this.#kills;
    return next !== undefined && chargesSoFar >= next.charges ? next : undefined;
  }

  async #carryOutLater(kill: Kill): Promise<void> {
    await pause(kill.delayMs);
    await this.#carryOut(kill, "in the middle of whatever it did");
  }

  async #carryOut(kill: Kill, when: string): Promise<void> {
    const worker = this.#worker;
    if (kill !== this.#kills[0] || !worker.isUp) return; // done already, or nobody there to kill: the next charge or mail will do
    this.#kills.shift();
    this.count++;
    const { pid } = worker;
    await worker.end("SIGKILL");
    console.log();
    sayOfTheDemo(`kill ${this.count} of ${this.#planned}: SIGKILL to process ${pid}, ${when}`);
    await worker.start();
    if (worker.isUp) sayOfTheDemo(`process ${worker.pid} goes on\n`);
  }
}
