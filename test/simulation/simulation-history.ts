// What happened in a simulation, in order. Plain data, for the checks and the story.
import type { EventRecord, RunRecord, StepRecord } from "../../src/durable/journal.ts";
import type { RunWrite, WriteResult } from "../../src/durable/store.ts";

/** A body, as it was entered. */
export interface BodyPlace {
  readonly life: string;
  readonly run: string;
  /** Its step's key. */
  readonly path: string;
  readonly number: string;
  readonly attempt: number;
  /** Where in the code, with the attempt of each body around it. */
  readonly place: string;
  /** Of the claim that it was entered under. */
  readonly token: number;
  readonly idempotencyKey: string;
  readonly isAtMostOnce: boolean;
}

export type Entry =
  | { readonly kind: "sending" | "acked"; readonly eventId: string }
  | { readonly kind: "accepted"; readonly event: EventRecord; readonly result: string; readonly isTargeted: boolean }
  | {
      readonly kind: "claimed";
      readonly life: string;
      readonly incarnation: string;
      readonly run: string;
      readonly token: number;
    }
  | {
      readonly kind: "freed";
      readonly incarnation: string;
      /** Released: what it was given by a claim of which it never heard. */
      readonly how: "buried" | "left" | "released";
      /** What it keeps. */
      readonly but?: readonly string[];
    }
  | {
      readonly kind: "written";
      readonly life: string;
      readonly incarnation: string;
      readonly write: RunWrite;
      readonly result: WriteResult;
    }
  | ({ readonly kind: "entered"; readonly nowMs: number } & BodyPlace)
  | ({ readonly kind: "effect"; readonly ends: "value" | "throw"; readonly text: string } & BodyPlace)
  | {
      readonly kind: "saw";
      readonly life: string;
      readonly run: string;
      /** Where in the code. */
      readonly trail: string;
      /** The step's key, where the code knows it. */
      readonly key: string | undefined;
      readonly what: "value" | "error";
      readonly text: string;
    }
  | { readonly kind: "cancel"; readonly run: string; readonly answer: boolean }
  | { readonly kind: "fault"; readonly name: string; readonly text: string }
  | { readonly kind: "life"; readonly life: string; readonly text: string };

export type Timed = Entry & { readonly atMs: number; readonly order: number };

/** How a run stood in the end. */
export interface LastLook {
  readonly run: RunRecord;
  readonly event: EventRecord;
  readonly records: readonly StepRecord[];
}

export interface SimulationHistory {
  readonly seed: string;
  readonly entries: readonly Timed[];
  readonly runs: readonly LastLook[];
  /** The ids of the functions that listen to an event, by its name. */
  readonly listeners: ReadonlyMap<string, readonly string[]>;
  /** How many runs of each function may be at work at once. */
  readonly limit: number;
  /** The keys of steps that only one version of the code has, by the version. */
  readonly onlyIn: ReadonlyMap<number, readonly string[]>;
  /** The version of the code at the end. */
  readonly lastVersion: number;
  /** Which version each life ran. */
  readonly versions: ReadonlyMap<string, number>;
  /** Why the end was not waited for; undefined if everything has ended. */
  readonly unfinished: string | undefined;
  readonly hash: string;
}
