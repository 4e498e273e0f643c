// Rows of the SQL stores to records of the journal and back. Pure.
import type { EventRecord, RunRecord, StepRecord } from "../../durable/journal.ts";
import type { WorkerRecord } from "../../durable/store.ts";

export type Row = Readonly<Record<string, unknown>>;
export type Cell = string | number | null;

export const RUN_COLUMNS =
  "position, id, function_id, event_id, status, due_ms, owner, token, created_ms, started_ms, ended_ms, output, error, note, left_by, is_cancel_requested, is_pause_requested, deaths, version, replay_of, format";
export const EVENT_COLUMNS = "id, name, data, user, context, ts, version, trace, accepted_ms, due_ms, format";
export const STEP_COLUMNS =
  "key, state, kind, number, name, sequence, status, attempts, due_ms, started_ms, ended_ms, value, refs, error, steps, digest, wait, source, notes, format";

export function rowToRun(row: Row): RunRecord {
  return {
    id: row["id"] as string,
    position: row["position"] as number,
    functionId: row["function_id"] as string,
    eventId: row["event_id"] as string,
    status: row["status"] as RunRecord["status"],
    dueMs: row["due_ms"] as number | null,
    owner: row["owner"] as string | null,
    token: row["token"] as number,
    createdMs: row["created_ms"] as number,
    startedMs: row["started_ms"] as number | null,
    endedMs: row["ended_ms"] as number | null,
    output: row["output"] as string | null,
    error: row["error"] as string | null,
    note: row["note"] as string | null,
    leftBy: JSON.parse(row["left_by"] as string) as RunRecord["leftBy"],
    isCancelRequested: row["is_cancel_requested"] === 1,
    isPauseRequested: row["is_pause_requested"] === 1,
    deaths: row["deaths"] as number,
    version: row["version"] as string | null,
    replayOf: row["replay_of"] as string | null,
    format: row["format"] as number,
  };
}

export function rowToEvent(row: Row): EventRecord {
  return {
    id: row["id"] as string,
    name: row["name"] as string,
    data: row["data"] as string,
    user: row["user"] as string,
    context: row["context"] as string,
    ts: row["ts"] as number,
    version: row["version"] as string | null,
    trace: row["trace"] as string | null,
    acceptedMs: row["accepted_ms"] as number,
    dueMs: row["due_ms"] as number,
    format: row["format"] as number,
  };
}

export function rowToStep(row: Row): StepRecord {
  return {
    key: row["key"] as string,
    state: row["state"] as StepRecord["state"],
    kind: row["kind"] as StepRecord["kind"],
    number: row["number"] as string,
    name: row["name"] as string,
    sequence: row["sequence"] as number | null,
    status: row["status"] as StepRecord["status"],
    attempts: row["attempts"] as number,
    dueMs: row["due_ms"] as number | null,
    startedMs: row["started_ms"] as number,
    endedMs: row["ended_ms"] as number | null,
    value: row["value"] as string | null,
    refs: row["refs"] === null ? null : (JSON.parse(row["refs"] as string) as StepRecord["refs"]),
    error: row["error"] as string | null,
    steps: row["steps"] as number | null,
    digest: row["digest"] as string | null,
    wait: row["wait"] === null ? null : (JSON.parse(row["wait"] as string) as StepRecord["wait"]),
    source: row["source"] as string | null,
    notes: row["notes"] === null ? null : (JSON.parse(row["notes"] as string) as StepRecord["notes"]),
    format: row["format"] as number,
  };
}

export function rowToWorker(row: Row): WorkerRecord {
  return {
    incarnation: row["incarnation"] as string,
    app: row["app"] as string,
    beats: row["beats"] as number,
    process: row["process"] as string,
    functionIds: JSON.parse(row["function_ids"] as string) as string[],
    versions: JSON.parse(row["versions"] as string) as Record<string, string>,
  };
}

/** The cells of a step, in the order of {@link STEP_COLUMNS}. */
export function stepToCells(step: StepRecord): Cell[] {
  return [
    step.key,
    step.state,
    step.kind,
    step.number,
    step.name,
    step.sequence,
    step.status,
    step.attempts,
    step.dueMs,
    step.startedMs,
    step.endedMs,
    step.value,
    step.refs === null ? null : JSON.stringify(step.refs),
    step.error,
    step.steps,
    step.digest,
    step.wait === null ? null : JSON.stringify(step.wait),
    step.source,
    step.notes === null ? null : JSON.stringify(step.notes),
    step.format,
  ];
}

/** A step from its cells, in the same order. */
export function cellsToStep(cells: readonly Cell[]): StepRecord {
  const parsed = (cell: Cell | undefined): unknown => (cell === null ? null : JSON.parse(cell as string));
  return {
    key: cells[0] as string,
    state: cells[1] as StepRecord["state"],
    kind: cells[2] as StepRecord["kind"],
    number: cells[3] as string,
    name: cells[4] as string,
    sequence: cells[5] as number | null,
    status: cells[6] as StepRecord["status"],
    attempts: cells[7] as number,
    dueMs: cells[8] as number | null,
    startedMs: cells[9] as number,
    endedMs: cells[10] as number | null,
    value: cells[11] as string | null,
    refs: parsed(cells[12]) as StepRecord["refs"],
    error: cells[13] as string | null,
    steps: cells[14] as number | null,
    digest: cells[15] as string | null,
    wait: parsed(cells[16]) as StepRecord["wait"],
    source: cells[17] as string | null,
    notes: parsed(cells[18]) as StepRecord["notes"],
    format: cells[19] as number,
  };
}

/** The cells of an event, in the order of {@link EVENT_COLUMNS}. */
export function eventToCells(event: EventRecord): Cell[] {
  return [
    event.id,
    event.name,
    event.data,
    event.user,
    event.context,
    event.ts,
    event.version,
    event.trace,
    event.acceptedMs,
    event.dueMs,
    event.format,
  ];
}
