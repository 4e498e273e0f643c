import { describe, expect, it } from "vitest";
import type { EventRecord, RunRecord, StepRecord } from "../../durable/journal.ts";
import { sampleEvent, sampleRun, sampleStep } from "../../testing/journal-samples.ts";
import {
  EVENT_COLUMNS,
  RUN_COLUMNS,
  STEP_COLUMNS,
  cellsToStep,
  eventToCells,
  rowToEvent,
  rowToRun,
  rowToStep,
  stepToCells,
  type Cell,
  type Row,
} from "./row-codec.ts";

/** As an SQL store gives a row back that it was given so. */
function rowOf(columns: string, cells: readonly Cell[]): Row {
  const names = columns.split(", ");
  expect(cells).toHaveLength(names.length);
  expect(new Set(names).size).toBe(names.length);
  return Object.fromEntries(names.map((name, place) => [name, cells[place]]));
}
/** `due_ms` is the column of `dueMs`. */
function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** No two cells are alike, so that none can be taken for another. */
const step: StepRecord = {
  key: "Outer/Charge",
  state: "retrying",
  kind: "map",
  number: "1.2",
  name: "Charge",
  sequence: 7,
  status: "recovered",
  attempts: 3,
  dueMs: 4.5,
  startedMs: 5.25,
  endedMs: 6.75,
  value: "[1]",
  refs: { kind: "record", entries: [["left", "Outer/a"]] },
  error: "[2]",
  steps: 8,
  digest: "00ff",
  wait: { kind: "event", event: "invoice.paid", match: { paths: '[["id"]]', digest: "11ff" } },
  source: "event-9",
  notes: { tags: ["money"], attributes: { amount: 1.5, isTest: true }, description: "charges" },
  format: 9,
};
const event: EventRecord = {
  id: "event-1",
  name: "invoice.created",
  data: "[1]",
  user: "[2]",
  context: "[3]",
  ts: 4,
  version: "5",
  trace: '{"traceparent":"00-1-2-01"}',
  acceptedMs: 6,
  dueMs: 6.5,
  format: 7,
};
const run: RunRecord = {
  id: "run_1",
  position: 2,
  functionId: "app/charge",
  eventId: "event-1",
  status: "paused",
  dueMs: 3,
  owner: "worker-1",
  token: 4,
  createdMs: 5,
  startedMs: 6,
  endedMs: 7,
  output: "[8]",
  error: "[9]",
  note: "recorded: 2 Charge",
  leftBy: [{ from: 'process 7 on "web-1"', atMs: 10.5 }],
  isCancelRequested: true,
  isPauseRequested: true,
  deaths: 12,
  version: "2026-11",
  replayOf: "run_0",
  format: 11,
};

describe("steps", () => {
  it("every field comes back, each from a column of its name", () => {
    const row = rowOf(STEP_COLUMNS, stepToCells(step));
    expect(rowToStep(row)).toEqual(step);
    expect(Object.keys(row).toSorted()).toEqual(Object.keys(step).map(columnOf).toSorted());
  });

  it("every field comes back from its place, also where there is nothing", () => {
    for (const one of [step, sampleStep({ state: "started" })]) expect(cellsToStep(stepToCells(one))).toEqual(one);
  });

  it("what there is not is null, in the row and in the record", () => {
    const bare = sampleStep({ state: "started" });
    const row = rowOf(STEP_COLUMNS, stepToCells(bare));
    expect(rowToStep(row)).toEqual(bare);
    const empty = Object.keys(row).filter((column) => row[column] === null);
    expect(empty.toSorted()).toEqual(
      [
        "digest",
        "due_ms",
        "ended_ms",
        "error",
        "notes",
        "refs",
        "sequence",
        "source",
        "status",
        "steps",
        "value",
        "wait",
      ].toSorted(),
    );
  });

  it.each<StepRecord["refs"]>([
    { kind: "list", keys: ["all/a", "all/b#2"] },
    { kind: "record", entries: [['a "quoted" name', "all/a"]] },
    { kind: "one", key: "race/~onError/ü" },
  ])("refs of the kind $kind come back", (refs) => {
    expect(rowToStep(rowOf(STEP_COLUMNS, stepToCells({ ...step, refs }))).refs).toEqual(refs);
  });

  it("cells are what every database can hold", () => {
    const cells = [...stepToCells(step), ...stepToCells(sampleStep({ state: "started" })), ...eventToCells(event)];
    const kinds = new Set(cells.map((cell) => (cell === null ? "null" : typeof cell)));
    expect(kinds).toEqual(new Set(["null", "string", "number"]));
  });
});

describe("events", () => {
  it("every field comes back, each from a column of its name", () => {
    const row = rowOf(EVENT_COLUMNS, eventToCells(event));
    expect(rowToEvent(row)).toEqual(event);
    expect(Object.keys(row).toSorted()).toEqual(Object.keys(event).map(columnOf).toSorted());
    expect(rowToEvent(rowOf(EVENT_COLUMNS, eventToCells(sampleEvent({ version: null })))).version).toBeNull();
  });
});

describe("runs", () => {
  /** As the stores write it. */
  function rowOfRun(record: RunRecord): Row {
    const leftBy = JSON.stringify(record.leftBy);
    const flags = {
      isCancelRequested: record.isCancelRequested ? 1 : 0,
      isPauseRequested: record.isPauseRequested ? 1 : 0,
    };
    const fields = { ...record, leftBy, ...flags };
    return Object.fromEntries(Object.entries(fields).map(([field, cell]) => [columnOf(field), cell]));
  }

  it("every field is read, each from its column", () => {
    expect(rowToRun(rowOfRun(run))).toEqual(run);
    const bare = sampleRun({ owner: null, startedMs: null });
    expect(rowToRun(rowOfRun(bare))).toEqual(bare);
  });

  it("all columns that are asked for are read, and no others", () => {
    expect(RUN_COLUMNS.split(", ").toSorted()).toEqual(Object.keys(rowOfRun(run)).toSorted());
    const read: string[] = [];
    const row = new Proxy(rowOfRun(run), {
      get(target, column: string) {
        read.push(column);
        return target[column];
      },
    });
    rowToRun(row);
    expect(read.toSorted()).toEqual(RUN_COLUMNS.split(", ").toSorted());
  });
});
