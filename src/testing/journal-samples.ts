// Records of the journal, for contract suites and tests: each with what a test does not care about filled in.
import type { EventRecord, RunRecord, StepRecord } from "../durable/journal.ts";
import type { RunWrite, WorkerRecord } from "../durable/store.ts";
import { CODEC_VERSION, encodeValue } from "../core/value-codec.ts";

/** When the samples happen. */
export const SAMPLE_MS = Date.UTC(2026, 0, 1);

export function sampleEvent(fields: Partial<EventRecord> = {}): EventRecord {
  return {
    id: "event-1",
    name: "sample",
    data: encodeValue({ amount: 1 }),
    user: encodeValue(undefined),
    context: encodeValue(undefined),
    ts: SAMPLE_MS,
    version: null,
    trace: null,
    acceptedMs: SAMPLE_MS,
    dueMs: fields.acceptedMs ?? SAMPLE_MS,
    format: CODEC_VERSION,
    ...fields,
  };
}

/** A step that has completed, unless the fields say otherwise. */
export function sampleStep(fields: Partial<StepRecord> = {}): StepRecord {
  const isEnded = (fields.state ?? "ended") === "ended";
  return {
    key: "Charge",
    state: "ended",
    kind: "run",
    number: "1",
    name: "Charge",
    sequence: isEnded ? 1 : null,
    status: isEnded ? "completed" : null,
    attempts: 1,
    dueMs: null,
    startedMs: SAMPLE_MS,
    endedMs: isEnded ? SAMPLE_MS + 5 : null,
    value: isEnded ? encodeValue("charged") : null,
    refs: null,
    error: null,
    steps: null,
    digest: null,
    wait: null,
    source: null,
    notes: null,
    format: CODEC_VERSION,
    ...fields,
  };
}

export function sampleRun(fields: Partial<RunRecord> = {}): RunRecord {
  return {
    id: "run_1",
    position: 1,
    functionId: "app/charge",
    eventId: "event-1",
    status: "running",
    dueMs: null,
    owner: "worker-1",
    token: 1,
    createdMs: SAMPLE_MS,
    startedMs: SAMPLE_MS,
    endedMs: null,
    output: null,
    error: null,
    note: null,
    leftBy: [],
    isCancelRequested: false,
    isPauseRequested: false,
    deaths: 0,
    version: null,
    replayOf: null,
    format: CODEC_VERSION,
    ...fields,
  };
}

export function sampleWorker(fields: Partial<WorkerRecord> = {}): WorkerRecord {
  return {
    incarnation: "worker-1",
    app: "app",
    beats: 0,
    process: '{"pid":1}',
    functionIds: ["app/charge"],
    versions: {},
    ...fields,
  };
}

export function sampleWrite(fields: Partial<RunWrite> = {}): RunWrite {
  return { runId: "run_1", token: 1, saveId: 1, records: [], change: null, ...fields };
}
