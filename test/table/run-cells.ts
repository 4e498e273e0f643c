// Carries programs out: in process, on SQLite for the first time, and on SQLite again in a new app after the first was stopped.
import { createAppWith } from "../../src/app/create-app.ts";
import { systemClock } from "../../src/core/clock.ts";
import { systemRandomness } from "../../src/core/ids.ts";
import type { ObservedRunEnd, ObservedStepEnd, Observer, StepDetails } from "../../src/index.ts";
import { sqlite } from "../../src/sqlite.ts";
import { BODIES, nameOf, type BodyKind, type Mode, type Program } from "./cells.ts";
import { Observation, type Counts, type Seen } from "./observation.ts";
import { createTableFunction, EVENT, type Aftermath } from "./table-functions.ts";

/** A step as it was found afterwards: in the store, or by an observer where there is none. */
export interface FoundStep {
  readonly number: string;
  readonly name: string;
  readonly status: string;
  readonly attempts: number;
  readonly error: unknown;
}

/** What came of one cell. */
export interface Finding {
  readonly mode: Mode;
  readonly observation: Observation;
  /** What the code around the step saw in this execution. */
  readonly seen: Seen | undefined;
  /** How many executions of the function got past the step so far. */
  readonly passes: number;
  readonly counts: Counts;
  readonly handlerRuns: Observation["handlerRuns"];
  readonly nextRuns: readonly unknown[];
  /** All steps of the run, in the order of their numbers (in process: in the order in which they ended). */
  readonly steps: readonly FoundStep[];
  /** How the run ended; on a first run that is to be continued, what the store says of it. */
  readonly run: string;
  /** How often observers heard of the end of the step, in this execution. */
  readonly timesTold: number;
}

/** No wait of a default policy lasts: full jitter, drawn as nothing. */
const random = { ...systemRandomness, fraction: () => 0 };

/** Enough for all runs of a file to sleep or wait at once. */
const CONCURRENCY = 10_000;
/** For runs that wait for what never comes: a stop leaves them to others. */
const STOP_TIMEOUT_MS = 50;
const PAUSE_MS = 3_600_000;

class Witness implements Observer {
  readonly stepsByRun = new Map<string, FoundStep[]>();
  readonly #endsByRun = new Map<
    string,
    { readonly end: Promise<string>; readonly settle: (outcome: string) => void }
  >();

  onStepEnd({ run, number, name, outcome, attempts, error }: ObservedStepEnd): void {
    const steps = this.stepsByRun.get(run.id) ?? [];
    steps.push({ number, name, status: outcome, attempts, error });
    this.stepsByRun.set(run.id, steps);
  }
  onRunEnd({ id, outcome }: ObservedRunEnd): void {
    this.#endOf(id).settle(outcome);
  }
  /** How the run ends. */
  end(runId: string): Promise<string> {
    return this.#endOf(runId).end;
  }
  timesTold(runId: string): number {
    return (this.stepsByRun.get(runId) ?? []).filter(({ name }) => name === "Subject").length;
  }

  #endOf(runId: string) {
    let known = this.#endsByRun.get(runId);
    if (known === undefined) {
      let settle: (outcome: string) => void = () => {};
      const end = new Promise<string>((resolve) => (settle = resolve));
      known = { end, settle };
      this.#endsByRun.set(runId, known);
    }
    return known;
  }
}

function observationsOf(programs: readonly Program[]): Map<string, Observation> {
  return new Map(programs.map((program) => [nameOf(program), new Observation(program)]));
}

const noCleanup = async (): Promise<void> => {};

/** Runs programs without a store. */
export async function runInProcess(programs: readonly Program[]): Promise<Finding[]> {
  const desk = observationsOf(programs);
  const witness = new Witness();
  const app = createAppWith({ name: "table", observers: [witness] }, { clock: systemClock, random });
  const aftermath: Aftermath = { sleepsUntil: undefined, cleanup: noCleanup };
  const functions = new Map(BODIES.map((body) => [body, createTableFunction(app, body, desk, aftermath)]));
  const findings = await Promise.all(
    [...desk].map(async ([name, observation]): Promise<Finding> => {
      const run = app.run(functions.get(observation.program.body)!, { data: { program: name } });
      if (observation.program.kind === "cancellation") {
        await observation.begun;
        await app.cancel(run.id);
      }
      await run.then(
        () => {},
        () => {},
      );
      const outcome = await witness.end(run.id);
      return findingOf("inProcess", observation, 0, witness.stepsByRun.get(run.id) ?? [], outcome, witness);
    }),
  );
  await app.stop();
  return findings;
}

/** Runs programs whose bodies are written in one way on SQLite, twice: to the pause after the step, and on from there in a new app. */
export async function runOnSqlite(body: BodyKind, programs: readonly Program[], path: string): Promise<Finding[]> {
  const desk = observationsOf(programs);
  const observations = [...desk.values()];
  // One time for both executions: it is far away for the first app, and past for the second, whose clock is ahead.
  const sleepsUntil = new Date(systemClock.now() + PAUSE_MS);
  const first = openApp(path, body, desk, { sleepsUntil, cleanup: () => new Promise(() => {}) }, 0);
  await first.app.start({ concurrency: CONCURRENCY });
  await first.app.send([...desk.keys()].map((program) => ({ name: EVENT, data: { program } })));
  await Promise.all(
    observations.map(async (observation) => {
      if (observation.program.kind === "cancellation") {
        await observation.begun;
        await first.app.cancel(observation.runId);
      }
      await observation.passed;
    }),
  );
  const firstRuns = await Promise.all(observations.map((observation) => lookAt("sqliteFirst", observation, 0, first)));
  await first.app.stop({ timeout: STOP_TIMEOUT_MS });

  const second = openApp(path, body, desk, { sleepsUntil, cleanup: noCleanup }, 2 * PAUSE_MS);
  await second.app.start({ concurrency: CONCURRENCY });
  await Promise.all(observations.map(({ runId }) => second.witness.end(runId)));
  const replays = await Promise.all(observations.map((observation) => lookAt("sqliteReplay", observation, 1, second)));
  await second.app.stop({ timeout: STOP_TIMEOUT_MS });
  return [...firstRuns, ...replays];
}

function openApp(path: string, body: BodyKind, desk: Map<string, Observation>, aftermath: Aftermath, laterMs: number) {
  const witness = new Witness();
  const clock = { ...systemClock, now: () => systemClock.now() + laterMs };
  const app = createAppWith({ name: "table", store: sqlite(path), observers: [witness] }, { clock, random });
  createTableFunction(app, body, desk, aftermath);
  return { app, witness };
}

async function lookAt(
  mode: Mode,
  observation: Observation,
  pass: number,
  { app, witness }: ReturnType<typeof openApp>,
): Promise<Finding> {
  const details = await app.runs.get(observation.runId);
  if (details === undefined) throw new RangeError(`the store does not know run "${observation.runId}"`);
  return findingOf(mode, observation, pass, flattened(details.steps), details.status, witness);
}

function findingOf(
  mode: Mode,
  observation: Observation,
  pass: number,
  steps: readonly FoundStep[],
  run: string,
  witness: Witness,
): Finding {
  const { counts, passes } = observation;
  return {
    mode,
    observation,
    seen: passes[pass],
    passes: passes.length,
    counts,
    handlerRuns: [...observation.handlerRuns],
    nextRuns: [...observation.nextRuns],
    steps: [...steps],
    run,
    timesTold: witness.timesTold(observation.runId),
  };
}

function flattened(steps: readonly StepDetails[]): FoundStep[] {
  return steps.flatMap(({ number, name, status, attempts, error, steps: inner }) => [
    { number, name, status, attempts, error },
    ...flattened(inner),
  ]);
}
