// Simulations on real databases: the same seeds, the same faults, the same promises; and a seed repeats exactly there too.
//
// SUREFOOT_SQLITE_SEEDS and SUREFOOT_POSTGRES_SEEDS set how many, SUREFOOT_FIRST_SEED from which one on.
// `npm run simulate -- --store postgres --seed 42` tells the story of one.
// What is asked is answered one by one, so that a seed repeats: two statements at once are for test/postgres/locks, and connections
// that are lost below the store for test/crash/postgres-troubles.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { countFrom, printFigure } from "../figures.ts";
import { PostgresServer, hasPostgres } from "../postgres/server.ts";
import { postgresPlaces } from "./postgres-place.ts";
import { storyOf } from "./simulation-checker.ts";
import { simulateAll } from "./simulation-campaign.ts";
import { simulate } from "./simulation.ts";
import { sqlitePlace, type NewPlace } from "./simulation-place.ts";

const SQLITE_SEEDS = countFrom("SUREFOOT_SQLITE_SEEDS", 60);
const POSTGRES_SEEDS = countFrom("SUREFOOT_POSTGRES_SEEDS", 20);
const FIRST_SEED = countFrom("SUREFOOT_FIRST_SEED", 1);
const MOST_FAILED = 3;
/** What few seeds come by already. */
const COMMON = ["fault: lost", "fault: unknown", "fault: crash", "runs that were claimed again", "runs completed"];

// Faults are warned of, as they are to be.
beforeAll(() => void vi.spyOn(process, "emitWarning").mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

/** What broke a promise, and which of what is common never came: nothing of either, if all is well. */
async function problemsOf(seeds: number, newPlace: NewPlace): Promise<readonly string[]> {
  const startedMs = performance.now();
  const end = await simulateAll({ from: FIRST_SEED, seeds, mostFailed: MOST_FAILED, newPlace });
  for (const [name, count] of Object.entries(end.sometimes)) printFigure(name, count);
  printFigure("seeds", end.seeds);
  printFigure("seeds/s", (end.seeds * 1_000) / (performance.now() - startedMs));
  printFigure("seeds with violations", end.failed.length);
  printFigure("seeds run twice, with the same course", end.repeated);
  const stories = end.failed.map(({ history, violations }) => storyOf(history, violations));
  return [...stories, ...COMMON.filter((name) => end.sometimes[name] === 0)];
}

describe("simulations on SQLite", () => {
  it(`${SQLITE_SEEDS} seeds keep every promise`, { timeout: 60_000 + SQLITE_SEEDS * 500 }, async () => {
    expect(await problemsOf(SQLITE_SEEDS, sqlitePlace)).toEqual([]);
  });
  it("a seed stands for one course of things, down to each entry", async () => {
    expect((await simulate("7", sqlitePlace)).entries).toEqual((await simulate("7", sqlitePlace)).entries);
  });
});

// Skipped: where there is no build of the server, the other stores are simulated.
describe.skipIf(!hasPostgres())("simulations on Postgres", () => {
  let server: PostgresServer;
  let newPlace: NewPlace;
  beforeAll(async () => {
    server = await PostgresServer.start();
    newPlace = postgresPlaces(server.url);
  });
  afterAll(() => server.remove());

  it(`${POSTGRES_SEEDS} seeds keep every promise`, { timeout: 60_000 + POSTGRES_SEEDS * 5_000 }, async () => {
    expect(await problemsOf(POSTGRES_SEEDS, newPlace)).toEqual([]);
  });
  it("a seed stands for one course of things, down to each entry", async () => {
    expect((await simulate("7", newPlace)).entries).toEqual((await simulate("7", newPlace)).entries);
  });
});
