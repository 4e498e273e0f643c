// The writes of a commit as one list of cells, and back: of all that crosses the threads, what there is most of. Pure.
//
// A list of texts and numbers is cloned in half the time that it takes for the same as objects, whose names are cloned with each.
import type { RunChange, RunWrite } from "../../durable/store.ts";
import { STEP_COLUMNS, cellsToStep, stepToCells, type Cell } from "../shared/row-codec.ts";

type WriteCell = Cell | RunChange;
export type CommitCells = readonly WriteCell[];

const CELLS_OF_STEP = STEP_COLUMNS.split(", ").length;

export function writesToCells(writes: readonly RunWrite[]): CommitCells {
  const cells: WriteCell[] = [];
  for (const { runId, token, saveId, change, records } of writes) {
    cells.push(runId, token, saveId, change, records.length);
    for (const record of records) cells.push(...stepToCells(record));
  }
  return cells;
}

export function cellsToWrites(cells: CommitCells): readonly RunWrite[] {
  const writes: RunWrite[] = [];
  let place = 0;
  while (place < cells.length) {
    const [runId, token, saveId, change, count] = cells.slice(place, (place += 5));
    const records = Array.from({ length: count as number }, () =>
      cellsToStep(cells.slice(place, (place += CELLS_OF_STEP)) as Cell[]),
    );
    writes.push({
      runId: runId as string,
      token: token as number,
      saveId: saveId as number,
      records,
      change: change as RunChange | null,
    });
  }
  return writes;
}
