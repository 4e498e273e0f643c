// Follows the ledger while others write to it.
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { machineMs } from "../machine-clock.ts";
import { parseLedger, type LedgerLine } from "./ledger.ts";

const LOOK_EVERY_MS = 1;

/** What is written to the ledger from now on. */
export class LedgerWatch {
  readonly #path: string;
  readonly #lines: LedgerLine[] = [];
  #offset: number;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
    this.#offset = sizeOf(path);
  }

  /** Settles once this many effects have been written, or after `mostMs`: with the last one that was. */
  effects(count: number, mostMs: number): Promise<LedgerLine | undefined> {
    return this.#last("effect", count, mostMs);
  }
  /** Settles once a worker is about to send an event, or after `mostMs`. */
  async sending(mostMs: number): Promise<void> {
    await this.#last("sending", 1, mostMs);
  }

  async #last(kind: LedgerLine["kind"], count: number, mostMs: number): Promise<LedgerLine | undefined> {
    const untilMs = machineMs() + mostMs;
    for (;;) {
      const lines = this.#read().filter((line) => line.kind === kind);
      if (lines.length >= count || machineMs() >= untilMs) return lines.at(-1);
      await delay(LOOK_EVERY_MS);
    }
  }

  /** The events that a worker was told to be accepted. */
  sentEvents(): string[] {
    return this.#read().flatMap((line) => (line.kind === "sent" ? [line.eventId] : []));
  }

  #read(): readonly LedgerLine[] {
    const size = sizeOf(this.#path);
    if (size > this.#offset) {
      const bytes = Buffer.alloc(size - this.#offset);
      const file = openSync(this.#path, "r");
      this.#offset += readSync(file, bytes, 0, bytes.length, this.#offset);
      closeSync(file);
      const text = this.#rest + bytes.toString("utf8");
      const end = text.lastIndexOf("\n") + 1;
      this.#rest = text.slice(end);
      this.#lines.push(...parseLedger(text.slice(0, end)));
    }
    return this.#lines;
  }
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
