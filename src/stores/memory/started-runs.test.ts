import { beforeEach, expect, it } from "vitest";
import { sampleRun } from "../../testing/journal-samples.ts";
import { StartedRuns } from "./started-runs.ts";

const charge = sampleRun({ id: "charge-1", functionId: "app/charge", eventId: "first" });
const notify = sampleRun({ id: "notify-1", functionId: "app/notify", eventId: "first" });
const other = sampleRun({ id: "charge-2", functionId: "app/charge", eventId: "second" });
const replay = sampleRun({ id: "charge-3", functionId: "app/charge", eventId: "first", replayOf: "charge-1" });
let started = new StartedRuns();

beforeEach(() => {
  started = new StartedRuns();
  for (const run of [charge, replay, other, notify]) started.add(run);
});

it("gives the runs that an event started, in their order, and no other event's", () => {
  expect(started.of("first")).toEqual([
    { id: "charge-1", functionId: "app/charge" },
    { id: "notify-1", functionId: "app/notify" },
  ]);
  expect(started.of("second")).toEqual([{ id: "charge-2", functionId: "app/charge" }]);
  expect(started.of("third")).toEqual([]);
});

it("S1: a replay was started by nothing, and takes nothing along when it goes", () => {
  started.remove(replay);
  expect(started.of("first").map(({ id }) => id)).toEqual(["charge-1", "notify-1"]);
});

it("forgets what was removed, down to the last", () => {
  started.remove(charge);
  expect(started.of("first").map(({ id }) => id)).toEqual(["notify-1"]);
  started.remove(notify);
  expect(started.of("first")).toEqual([]);
});

it("what was given does not change when more is started", () => {
  const given = started.of("second");
  started.add(sampleRun({ id: "notify-2", functionId: "app/notify", eventId: "second" }));
  expect([given.length, started.of("second").length]).toEqual([1, 2]);
});
