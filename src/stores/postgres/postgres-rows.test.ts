// postgres-rows.ts: rows that hold more than one record, and histories.
import { expect, it } from "vitest";
import { sampleEvent, sampleRun, sampleStep } from "../../testing/journal-samples.ts";
import { EVENT_COLUMNS, RUN_COLUMNS, eventToCells, stepToCells } from "../shared/row-codec.ts";
import { SOURCE_CELLS, rowToArrival, rowToClaimedRun, rowToRunWithEvent } from "./postgres-rows.ts";
import { toText } from "./postgres-text.ts";

const event = sampleEvent({ id: "e1" });
const run = sampleRun({ id: "a", eventId: "e1" });
const runCells = [
  1,
  "a",
  "app/charge",
  "e1",
  "running",
  null,
  "worker-1",
  1,
  run.createdMs,
  run.startedMs,
  null,
  null,
  null,
  null,
  "[]",
  0,
  0,
  0,
  null,
  null,
  run.format,
];

function row(prefix: string, columns: string, cells: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(columns.split(", ").map((column, place) => [`${prefix}${column}`, cells[place]]));
}
const runWithEvent = { ...row("", RUN_COLUMNS, runCells), ...row("of_", EVENT_COLUMNS, eventToCells(event)) };

it("a run stands beside its event", () => {
  expect(rowToRunWithEvent(runWithEvent)).toEqual({ run, event });
});

it("a claimed run has its history, with texts that Postgres does not take as they were; one that has none was not asked for it", () => {
  const records = [
    sampleStep({ key: "a\u0000b", notes: { tags: ["\u0000"] } }),
    sampleStep({ key: "B", state: "started" }),
  ];
  const history = JSON.stringify(
    records.map((record) => stepToCells(record).map((cell) => (typeof cell === "string" ? toText(cell) : cell))),
  );
  expect(rowToClaimedRun({ ...runWithEvent, history })).toEqual({ run, event, records });
  expect(rowToClaimedRun({ ...runWithEvent, history: null }).records).toEqual([]);
});

it("what has come is an event, or the end of a run", () => {
  const arrival = { run: "a", key: "Wait", source: "e1", due_ms: 5 };
  const came = { ...arrival, position: 7, ...row("of_", EVENT_COLUMNS, eventToCells(event)) };
  const told = { runId: "a", key: "Wait", source: "e1", dueMs: 5 };
  expect(rowToArrival(came)).toEqual({ ...told, event, run: null });
  expect(rowToArrival({ ...arrival, position: 0, ...row("source_", RUN_COLUMNS, runCells) })).toEqual({
    ...told,
    event: null,
    run,
  });
  expect(SOURCE_CELLS).toContain("s.id as source_id");
});
