// The same load on a worker that nobody kills: what the other one is compared with.
import { setTimeout as delay } from "node:timers/promises";
import type { RunDetails } from "../../src/index.ts";
import { machineMs } from "../machine-clock.ts";
import { cancelRunsOf, detailsOf } from "./kill-campaign.ts";
import type { LoadEvent } from "./load-events.ts";
import { loadApp } from "./load.ts";
import { sqlitePlaceIn } from "./sqlite-place.ts";
import { WorkerProcess } from "./worker-process.ts";

const UNTIL_CANCELLED_MS = 1_500;
const LONGEST_MS = 120_000;

/** The runs of these events, by id. They have the ids that they have in every journal. */
export async function runUndisturbed(
  directory: string,
  events: readonly LoadEvent[],
): Promise<ReadonlyMap<string, RunDetails>> {
  const { app } = loadApp(directory);
  const place = sqlitePlaceIn(directory);
  await app.send([...events]);
  const worker = new WorkerProcess({ program: "./load-worker.ts", args: [directory, place.address, "1", "[]"] });
  await worker.said("started");
  await delay(UNTIL_CANCELLED_MS);
  const cancelled = events.filter(({ name }) => name === "load/cancelled");
  for (const { id } of cancelled) await cancelRunsOf(app, id, new Map());
  const untilMs = machineMs() + LONGEST_MS;
  const hasOpenRuns = async (): Promise<boolean> => (await place.look()).runs.some((run) => run.ended_ms === null);
  while ((await hasOpenRuns()) && machineMs() < untilMs && !worker.hasEnded) await delay(200);
  const { complaints } = await worker.stop();
  if (complaints !== "") throw new Error(`the undisturbed worker complained: ${complaints}`);
  const { runs } = await place.look();
  const details = await detailsOf(
    app,
    runs.map(({ id }) => id),
  );
  await app.stop();
  return details;
}
