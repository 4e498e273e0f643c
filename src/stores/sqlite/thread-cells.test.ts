import { expect, it } from "vitest";
import type { RunWrite } from "../../durable/store.ts";
import { sampleStep, sampleWrite } from "../../testing/journal-samples.ts";
import { cellsToWrites, writesToCells } from "./thread-cells.ts";

const writes: readonly RunWrite[] = [
  sampleWrite({
    runId: "run_1",
    token: 2,
    saveId: 3,
    records: [sampleStep(), sampleStep({ key: "Other", sequence: 2 })],
  }),
  sampleWrite({ runId: "run_2", saveId: 4, change: { kind: "suspend", status: "waiting", dueMs: null, waits: ["A"] } }),
  sampleWrite({
    runId: "run_3",
    saveId: 5,
    records: [sampleStep({ state: "waiting", wait: { kind: "run", runId: "run_1" } })],
    change: { kind: "acknowledge" },
  }),
];

it("writes come back from their cells, whatever they hold, in their order", () => {
  expect(cellsToWrites(structuredClone(writesToCells(writes)))).toEqual(writes);
  expect(cellsToWrites(writesToCells([]))).toEqual([]);
});

it("cells are texts and numbers, but for what a run comes to", () => {
  const kinds = new Set(writesToCells(writes).map((cell) => (cell === null ? "null" : typeof cell)));
  expect([...kinds].toSorted()).toEqual(["null", "number", "object", "string"]);
  expect(writesToCells(writes).filter((cell) => typeof cell === "object" && cell !== null)).toEqual([
    writes[1]!.change,
    writes[2]!.change,
  ]);
});
