// Plays a function once undisturbed, and once with a crash behind each thing that it wrote, and has the plays compared.
import { systemClock } from "../core/clock.ts";
import { CancelledError } from "../core/errors.ts";
import { crashStory } from "./crash-story.ts";
import { firstDifference, type Played, type PlayEnd } from "./crash-difference.ts";
import { CrashTestError, StuckRunError } from "./kit-errors.ts";
import { PlayedApp } from "./played-app.ts";
import { RunLog } from "./run-log.ts";
import { Stage, type StageOptions } from "./stage.ts";
import type { TestedRun } from "./tested-run.ts";

export type CrashTestInput = object & {
  readonly id?: string | undefined;
  readonly meanwhile?: ((play: PlayedApp) => Promise<void>) | undefined;
};
interface Target {
  readonly id: string;
  readonly name: string;
}

/** The event's id: the same in all plays, so that the runs' ids are, too. */
const EVENT_ID = "crash-test";
/** What reads a real clock outside of a step is to read another time in each play. */
const BETWEEN_PLAYS_MS = 2;

export async function crashEverywhere(options: StageOptions, target: Target, input: CrashTestInput): Promise<void> {
  const reference = await play({ ...options, log: new RunLog() }, target, input);
  if (reference.end.kind === "stuck") throw reference.end.error;
  for (const crashAfter of crashPoints(reference.writes)) {
    await new Promise<void>((resolve) => void systemClock.timer(BETWEEN_PLAYS_MS, resolve));
    const crashed = await play({ ...options, log: new RunLog(reference.log), crashAfter }, target, input);
    const difference = firstDifference(reference, crashed);
    if (difference === undefined) continue;
    const { actual, expected } = difference;
    throw new CrashTestError(crashStory({ functionName: target.name, reference, crashed, difference }), {
      actual,
      expected,
    });
  }
}

/** Behind each write, and last before the first: a crash that nothing came before says least of where the trouble is. */
function* crashPoints(writes: number): Iterable<number> {
  for (let crashAfter = 1; crashAfter <= writes; crashAfter++) yield crashAfter;
  yield 0;
}

async function play(
  options: StageOptions & { readonly log: RunLog },
  target: Target,
  { meanwhile, id = EVENT_ID, ...input }: CrashTestInput,
): Promise<Played> {
  const stage = new Stage(options);
  const app = new PlayedApp(stage);
  const run = app.run(target, { ...input, id });
  await meanwhile?.(app);
  const end = await endOf(run);
  return { log: options.log, end, steps: await app.steps(run), writes: stage.writes };
}

async function endOf(run: TestedRun): Promise<PlayEnd> {
  try {
    const result = await run.result();
    return result.ok ? { kind: "value", value: result.value } : { kind: "error", error: result.error };
  } catch (error) {
    if (error instanceof CancelledError) return { kind: "cancelled" };
    if (error instanceof StuckRunError) return { kind: "stuck", error };
    throw error;
  }
}
