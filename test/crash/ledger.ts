// The external ledger of effects: a file that is only ever appended to, by one process after another or by several at once.
//
// A body writes a line when it is entered and one before it leaves. The second is its effect: it is on disk before the body goes on.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { machineMs } from "../machine-clock.ts";

/** Who wrote a line, and when. */
interface Written {
  /** Which start of a worker. */
  readonly life: number;
  readonly pid: number;
  /** By the machine's clock. */
  readonly atMs: number;
}

/** What a body is to the checks: only a leaf's effect may not be repeated; the others are entered again on each replay. */
export type BodyRole = "leaf" | "composite" | "handler";

/** A body was entered, or is about to leave. */
export interface BodyLine extends Written {
  readonly kind: "enter" | "effect";
  readonly role: BodyRole;
  readonly run: string;
  /** Of the claim under which its worker had the run. */
  readonly token: number;
  readonly path: string;
  readonly number: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly isAtMostOnce: boolean;
  /** How the body leaves. */
  readonly ends?: "value" | "throw";
  /** What earlier steps had given it, as text. */
  readonly seen?: string;
}

/** The worker itself sends an event, or has been told that it was accepted. */
export interface SendLine extends Written {
  readonly kind: "sending" | "sent";
  readonly eventId: string;
}

export type LedgerLine = BodyLine | SendLine;

type Unsigned<Line> = Line extends Written ? Omit<Line, "pid" | "atMs"> : never;

/** The writing end, of one process. */
export class Ledger {
  readonly #path: string;
  #file: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  write(line: Unsigned<LedgerLine>, { isFlushed }: { readonly isFlushed: boolean }): void {
    const file = (this.#file ??= openSync(this.#path, "a"));
    // The line feed before it ends the line that a killed process may have left half written.
    writeSync(file, `\n${JSON.stringify({ ...line, pid: process.pid, atMs: machineMs() })}\n`);
    if (isFlushed) fsyncSync(file);
  }
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

export function readLedger(path: string): LedgerLine[] {
  return existsSync(path) ? parseLedger(readFileSync(path, "utf8")) : [];
}

/** The whole lines. Half of one is what a kill in the middle of writing leaves: its effect did not happen. */
export function parseLedger(text: string): LedgerLine[] {
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as LedgerLine];
    } catch {
      return [];
    }
  });
}

export function isBodyLine(line: LedgerLine): line is BodyLine {
  return line.kind === "enter" || line.kind === "effect";
}
