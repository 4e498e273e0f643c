import { expect, it } from "vitest";
import type { RunRecord } from "../../durable/journal.ts";
import { sampleEvent, sampleRun } from "../../testing/journal-samples.ts";
import { RunPlaces } from "./run-places.ts";
import { StoredRun } from "./stored-run.ts";

const QUEUED = { status: "queued", owner: null, dueMs: 1 } as const;
const TAKEN = { status: "running", owner: "worker-1", dueMs: null } as const;
const ENDED = { status: "completed", owner: null, dueMs: null, endedMs: 2 } as const;

function newPlaces() {
  const places = new RunPlaces<StoredRun>();
  let position = 0;
  const store = (id: string, fields: Partial<RunRecord> = QUEUED): StoredRun =>
    new StoredRun(sampleRun({ id, position: ++position, ...fields }), sampleEvent(), [], places);
  const change = (stored: StoredRun, fields: Partial<RunRecord>): void => {
    stored.run = { ...stored.run, ...fields };
  };
  return { places, store, change };
}
function ids(runs: Iterable<StoredRun>): string[] {
  return [...runs].map(({ run }) => run.id);
}

it("P1: a run stands where its last change has put it, and nowhere else", () => {
  const { places, store, change } = newPlaces();
  const run = store("run");
  const seen = () => [ids(places.line("app/charge")), ids(places.ownedBy("worker-1")), places.atWork("app/charge")];
  expect(seen()).toEqual([["run"], [], 0]);
  change(run, TAKEN);
  expect(seen()).toEqual([[], ["run"], 1]);
  change(run, { status: "sleeping", owner: null, dueMs: 9 });
  expect(seen()).toEqual([["run"], [], 0]);
  change(run, { ...TAKEN, owner: "worker-2" });
  expect(seen()).toEqual([[], [], 1]);
});

it("P1: a run that becomes due at another time stands in its new place", () => {
  const { places, store, change } = newPlaces();
  const [first] = [store("first"), store("second"), store("elsewhere", { ...QUEUED, functionId: "app/notify" })];
  change(first, { dueMs: 5 });
  expect(ids(places.line("app/charge"))).toEqual(["second", "first"]);
  expect(ids(places.line("app/notify"))).toEqual(["elsewhere"]);
});

it("P2: what has ended, stands still or waits for what may never come stands nowhere", () => {
  const { places, store, change } = newPlaces();
  const runs = [
    store("ended", TAKEN),
    store("paused"),
    store("waiting", TAKEN),
    store("suspect", { ...QUEUED, deaths: 2 }),
  ];
  change(runs[0]!, ENDED);
  change(runs[1]!, { status: "paused", dueMs: 1 });
  change(runs[2]!, { status: "waiting", owner: null, dueMs: null });
  change(runs[3]!, { status: "quarantined", dueMs: null });
  expect([ids(places.line("app/charge")), places.suspects(), places.ownedBy("worker-1")]).toEqual([[], [], []]);
  expect(places.atWork("app/charge")).toBe(0);
});

it("knows those in line that processes seem to die of, of all functions, the first to be due first", () => {
  const { places, store, change } = newPlaces();
  const last = store("last", { ...QUEUED, dueMs: 7, deaths: 2 });
  store("harmless", { ...QUEUED, deaths: 1 });
  store("first", { ...QUEUED, functionId: "app/notify", dueMs: 3, deaths: 4 });
  expect(ids(places.suspects())).toEqual(["first", "last"]);
  change(last, TAKEN);
  expect(ids(places.suspects())).toEqual(["first"]);
});
