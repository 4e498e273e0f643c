// What a function is told of its runs' times, its code and how many are at work at once, and what operators do with runs.
import { createApp, RunNotFoundError, StepNotFoundError, type Run, type RunTimeouts } from "surefoot";
import { hasType } from "./same-type.ts";

const app = createApp({ name: "works", retention: "30 days" });
export const patient = createApp({ name: "works", maxSteps: 1_000_000 });
export const kept = createApp({ name: "works", retention: false });

const timeouts: RunTimeouts = { start: "10m", finish: 3_600_000 };
app.createFunction({ name: "Transcribe", timeouts, version: "2026-11" }, { event: "call.recorded" }, () => 1);
app.createFunction({ name: "Whenever", timeouts: { finish: "2 hours" } }, { event: "call.recorded" }, () => 1);
const places: number | undefined = Number("5");
app.createFunction({ name: "Render", concurrency: 5 }, { event: "call.recorded" }, () => 1);
app.createFunction({ name: "Print", concurrency: places }, { event: "call.recorded" }, () => 1);
export const started: Promise<void> = app.start({ concurrency: 20 });

export async function mend(runId: string): Promise<string> {
  hasType<boolean>()(await app.pause(runId));
  hasType<boolean>()(await app.resume(runId));
  const again = app.replay(runId, { from: "2.1" });
  hasType<Run<unknown, Error>>()(again);
  hasType<Run<unknown, Error>>()(app.replay(runId));
  const result = await again.result();
  if (!result.ok && result.error instanceof StepNotFoundError) return result.error.step;
  if (!result.ok && result.error instanceof RunNotFoundError) return result.error.runId;
  const run = await app.runs.get(again.id);
  hasType<string | undefined>()(run?.replayOf);
  return run?.version ?? "none";
}
