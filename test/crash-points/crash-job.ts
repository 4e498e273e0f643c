// What a worker process of the crash points is told, what it says, and the files that it leaves behind. Types and paths only.
import { join } from "node:path";
import type { BodyEntry } from "../canonical/canonical.ts";
import type { Ending } from "../canonical/endings.ts";

/** One life of one function's runs: until all have ended, or the process kills itself. */
export interface CrashJob {
  readonly name: string;
  /** Where its files are. */
  readonly directory: string;
  /** Of its journal. */
  readonly address: string;
  /** The process of the life before: what it has asked of a server may still be under way. */
  readonly after?: number;
  /** Which start of a process it is for these runs, from 1. */
  readonly life: number;
  /** The boundary to die at, from 1. */
  readonly killAt?: number;
}

/** A record that a life found when it began. */
export interface FoundRecord {
  readonly life: number;
  readonly run: string;
  readonly key: string;
  readonly state: string;
  readonly attempts: number;
}

/** Said at the end of a job. */
export interface CrashReport {
  readonly name: string;
  readonly life: number;
  readonly endings: readonly Ending[];
  readonly boundaries: readonly string[];
  /** `ok`, or what the database says of the journal. */
  readonly integrity: string;
}

/** A line of the ledger: a body was entered. */
export interface LedgerEntry extends BodyEntry {
  readonly life: number;
}

export function ledgerOf(directory: string): string {
  return join(directory, "ledger.jsonl");
}
export function clockOf(directory: string): string {
  return join(directory, "clock");
}
