// Rows that hold more than one record, and histories: from Postgres to records of the journal. Pure.
import type { EventRecord, RunRecord, StepRecord } from "../../durable/journal.ts";
import type { Arrival, ClaimedRun, WorkerRecord } from "../../durable/store.ts";
import {
  EVENT_COLUMNS,
  RUN_COLUMNS,
  STEP_COLUMNS,
  rowToEvent,
  rowToRun,
  rowToStep,
  rowToWorker,
  type Row,
} from "../shared/row-codec.ts";
import { fromText } from "./postgres-text.ts";

const OF_EVENT = "of_";
const OF_SOURCE = "source_";

/** The columns of an ended run that something waits for, beside others. */
export const SOURCE_CELLS = RUN_COLUMNS.split(", ")
  .map((column) => `s.${column} as ${OF_SOURCE}${column}`)
  .join(", ");

export function rowToRunWithEvent(row: Row): { readonly run: RunRecord; readonly event: EventRecord } {
  return { run: rowToRun(row), event: rowToEvent(eventOf(row)) };
}

export function rowToClaimedRun(row: Row): ClaimedRun {
  return { ...rowToRunWithEvent(row), records: historyToRecords(row["history"] as string | null) };
}

export function rowToArrival(row: Row): Arrival {
  const isRun = row["position"] === 0;
  return {
    runId: row["run"] as string,
    key: row["key"] as string,
    source: row["source"] as string,
    dueMs: row["due_ms"] as number,
    event: isRun ? null : rowToEvent(eventOf(row)),
    run: isRun ? rowToRun(sourceOf(row)) : null,
  };
}

const eventOf = partOf(EVENT_COLUMNS, OF_EVENT);
const sourceOf = partOf(RUN_COLUMNS, OF_SOURCE);

/** Of a row that holds more than one record: the one whose columns begin so. */
function partOf(columns: string, prefix: string): (row: Row) => Row {
  const names = columns.split(", ").map((column) => [column, `${prefix}${column}`] as const);
  return (row) => {
    const part: Record<string, unknown> = {};
    for (const [column, name] of names) part[column] = row[name];
    return part;
  };
}

/** Workers, as a JSON list of their rows. */
export function workersOf(list: string): readonly WorkerRecord[] {
  return (JSON.parse(list) as readonly Row[]).map((row) =>
    rowToWorker(Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, textOf(cell)]))),
  );
}

const COLUMNS = STEP_COLUMNS.split(", ");

function historyToRecords(history: string | null): readonly StepRecord[] {
  if (history === null) return [];
  return (JSON.parse(history) as readonly (readonly unknown[])[]).map((cells) =>
    rowToStep(Object.fromEntries(COLUMNS.map((column, place) => [column, textOf(cells[place])]))),
  );
}

function textOf(cell: unknown): unknown {
  return typeof cell === "string" ? fromText(cell) : cell;
}
