// A golden journal: all that one version wrote for one canonical function, entry by entry, as it stands in its file.
//
// A file is lines of JSON: a head, the entries in the order in which the store took them, and a foot. Files of a version that was
// released are never changed: every later version has to go on from each of their entries.
import type { Ending } from "../canonical/endings.ts";
import type { EventRecord, RunRecord, StepRecord } from "../../src/durable/journal.ts";
import type { RunChange } from "../../src/durable/store.ts";

export interface GoldenHead {
  readonly name: string;
  readonly version: string;
}

/** What a store was given, and took. */
export type GoldenEntry =
  | {
      readonly entry: "accept";
      readonly atMs: number;
      readonly events: readonly EventRecord[];
      /** Where one function was named, instead of those that listen. */
      readonly functionId: string | null;
      readonly runs: readonly { readonly eventId: string; readonly functionId: string; readonly id: string }[];
    }
  | {
      readonly entry: "write";
      readonly atMs: number;
      readonly runId: string;
      readonly records: readonly StepRecord[];
      readonly change: RunChange | null;
    }
  | { readonly entry: "cancel"; readonly atMs: number; readonly runId: string };

/** What is in the store at the end. */
export interface GoldenRun {
  readonly run: RunRecord;
  readonly event: EventRecord;
  readonly steps: readonly StepRecord[];
}

export interface GoldenFoot {
  readonly endings: readonly Ending[];
  /** The bodies that had an effect, as run, path and attempt. */
  readonly effects: readonly string[];
  readonly runs: readonly GoldenRun[];
}

export interface GoldenJournal {
  readonly head: GoldenHead;
  readonly entries: readonly GoldenEntry[];
  readonly foot: GoldenFoot;
}

export function goldenText({ head, entries, foot }: GoldenJournal): string {
  return `${[head, ...entries, foot].map((line) => JSON.stringify(line)).join("\n")}\n`;
}

export function parseGolden(text: string): GoldenJournal {
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
  return {
    head: lines[0] as GoldenHead,
    entries: lines.slice(1, -1) as GoldenEntry[],
    foot: lines.at(-1) as GoldenFoot,
  };
}
