// What a claim costs does not grow with the backlog of a function, nor with how many functions have one.
//
// SUREFOOT_DUE sets how many runs of one function are due.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { afterAll, describe, expect, it } from "vitest";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { SAMPLE_MS, sampleEvent, sampleWorker } from "../../src/testing/journal-samples.ts";
import { countFrom, percentile, printFigure } from "../figures.ts";
import { RowCounter } from "./row-counter.ts";

const DUE = countFrom("SUREFOOT_DUE", 5_000, 1_000);
const FEW = 200;
const FUNCTIONS = 50;
const BATCH = 1_000;
const CLAIMS = 30;
/** From this many on, going through all of them takes long enough for its time to say something. Below, what is read says it. */
const ENOUGH_TO_MEASURE = 50_000;
/** Two measurements of one thing, on a machine that does other things at the same time. */
const MOST_TIMES_FEW = 3;

const directory = mkdtempSync(join(tmpdir(), "surefoot-claims-"));
const opened: SqliteStore[] = [];
afterAll(async () => {
  for (const store of opened) await store.close();
  rmSync(directory, { recursive: true, force: true });
});
const rows = new RowCounter();

interface Cost {
  readonly ms: number;
  /** Of the quickest: what else the machine does makes none quicker. */
  readonly leastMs: number;
  readonly rows: number;
}

/** A store where the first function has this many due runs, and each of the others has some, which came later. */
async function storeWith(backlog: number, functions: number, concurrency: number | undefined): Promise<SqliteStore> {
  const path = join(directory, `${backlog}-${functions}-${concurrency}.db`);
  const store = new SqliteStore({ path, synchronous: "normal" });
  opened.push(store);
  await store.open();
  const ids = idsOf(functions);
  const definitions = ids.map((id) => ({ id, name: id, events: [], schedules: [], concurrency }));
  await store.register({ app: "app", functions: definitions });
  await store.enterWorker(sampleWorker({ functionIds: ids }));
  const accept = (functionId: string, from: number, count: number, sinceMs: number) =>
    store.accept({
      events: Array.from({ length: count }, (_none, place) =>
        sampleEvent({ id: `${functionId} ${from + place}`, acceptedMs: sinceMs + from + place }),
      ),
      functionId,
      runId: ({ id }) => id,
    });
  for (let from = 0; from < backlog; from += BATCH)
    await accept(ids[0]!, from, Math.min(BATCH, backlog - from), SAMPLE_MS);
  for (const id of ids.slice(1)) await accept(id, 0, 2 * CLAIMS, SAMPLE_MS + backlog);
  return store;
}
function idsOf(functions: number): string[] {
  return Array.from({ length: functions }, (_none, place) => `app/function-${place}`);
}

/** What one claim of so many runs costs, and one look at what is due next. */
async function costs(store: SqliteStore, functions: number, limit: number): Promise<{ claim: Cost; look: Cost }> {
  const claimant = { incarnation: "worker-1", functionIds: idsOf(functions), isIdle: false };
  const claims: Cost[] = [];
  const looks: Cost[] = [];
  const timed = async (into: Cost[], ask: () => Promise<unknown>): Promise<void> => {
    const [rowsBefore, msBefore] = [rows.rows, performance.now()];
    await ask();
    const ms = performance.now() - msBefore;
    into.push({ ms, leastMs: ms, rows: rows.rows - rowsBefore });
  };
  for (let round = 0; round < CLAIMS; round++) {
    await timed(looks, () => store.nextDueMs(claimant));
    await timed(claims, async () => {
      const claimed = await store.claim({ ...claimant, limit, nowMs: SAMPLE_MS + 1e9 });
      expect(claimed).toHaveLength(limit);
      expect(new Set(claimed.map(({ run }) => run.functionId)).size).toBe(Math.min(limit, functions));
    });
    await store.release({ incarnation: "worker-1", runIds: [] });
  }
  return { claim: medianOf(claims), look: medianOf(looks) };
}
function medianOf(all: readonly Cost[]): Cost {
  const median = (part: keyof Cost): number =>
    percentile(
      all.map((cost) => cost[part]),
      0.5,
    );
  return { ms: median("ms"), leastMs: Math.min(...all.map(({ leastMs }) => leastMs)), rows: median("rows") };
}

describe.each<[functions: number, concurrency: number | undefined]>([
  [1, undefined],
  [FUNCTIONS, undefined],
  [FUNCTIONS, 200],
])("%i functions, with a limit of %s", (functions, concurrency) => {
  it(
    `a claim reads and takes as much with ${DUE} due runs of one function as with few`,
    { timeout: 60_000 + 4 * DUE },
    async () => {
      const [few, many] = [await storeWith(FEW, functions, concurrency), await storeWith(DUE, functions, concurrency)];
      for (const limit of [1, 10, 100]) {
        const [ofFew, ofMany] = [await costs(few, functions, limit), await costs(many, functions, limit)];
        expect(ofMany.claim.rows).toBe(ofFew.claim.rows);
        expect(ofMany.look.rows).toBe(ofFew.look.rows);
        // One row for each function to choose from, and for each run itself, its event, its change, and one that was read ahead.
        expect(ofMany.claim.rows).toBeLessThanOrEqual(3 + 2 * functions + 4 * limit);
        const name = `claims: ${limit} of ${functions} functions${concurrency === undefined ? "" : " with a limit"}`;
        printFigure(`${name}, ${DUE} due in one`, 1_000 * ofMany.claim.ms, "µs");
        printFigure(`${name}, ${FEW} due in one`, 1_000 * ofFew.claim.ms, "µs");
        printFigure(`${name}, looked for what is next`, 1_000 * ofMany.look.ms, "µs");
        const mostMs = DUE >= ENOUGH_TO_MEASURE ? MOST_TIMES_FEW * ofFew.claim.leastMs : Infinity;
        expect(ofMany.claim.leastMs).toBeLessThan(mostMs);
      }
    },
  );
});
