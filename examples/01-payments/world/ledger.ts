// The provider's ledger: a line of JSON for each charge, on the disk before the charge is confirmed.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import type { Charge } from "../clients/provider.ts";

export interface LedgerEntry extends Charge {
  readonly idempotencyKey: string | null;
}

export class Ledger {
  readonly entries: LedgerEntry[];
  readonly #file: number;

  constructor(path: string) {
    this.entries = readLedger(path);
    this.#file = openSync(path, "a");
  }

  chargedUnder(idempotencyKey: string | null): LedgerEntry | undefined {
    return this.entries.find((entry) => idempotencyKey !== null && entry.idempotencyKey === idempotencyKey);
  }

  append(entry: LedgerEntry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.#file);
    this.entries.push(entry);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** What is on the disk. */
export function readLedger(path: string): LedgerEntry[] {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LedgerEntry);
}
