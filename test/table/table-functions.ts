// The functions around the step under test: a step before it, plain code that looks at its outcome, and what comes after.
import type { App, AppFunction, StepTools } from "../../src/index.ts";
import { nameOf, type BodyKind } from "./cells.ts";
import { subject } from "./chains.ts";
import type { Observation, Seen } from "./observation.ts";

/** How the functions of one app go on after the step. */
export interface Aftermath {
  /** With a store: the run then sleeps until a time for which it leaves memory, which ends its first execution. */
  readonly sleepsUntil: Date | undefined;
  /** What a cancelled run waits for in its `finally`: on the first execution nothing that ever comes. */
  readonly cleanup: () => Promise<unknown>;
}

interface Input {
  readonly event: { readonly data: { readonly program: string } };
  readonly step: StepTools;
  readonly runId: string;
}

/** Where the functions find the observation of their program. */
export type Desk = ReadonlyMap<string, Observation>;

export const EVENT = "table/program";

/** The function for programs whose body is written in this way. It is itself written in this way; for plain bodies, async. */
export function createTableFunction(app: App, body: BodyKind, desk: Desk, aftermath: Aftermath) {
  const options = { name: `table ${body}` };
  const trigger = { event: EVENT };
  const take = ({ event, runId }: Input): Observation => {
    const observation = desk.get(event.data.program);
    if (observation === undefined) throw new RangeError(`no program is called "${event.data.program}"`);
    observation.runId = runId;
    return observation;
  };
  switch (body) {
    case "plain":
    case "async":
      return app.createFunction(options, trigger, (input) => asyncFunction(input, take(input), aftermath));
    case "generator":
      return app.createFunction(options, trigger, (input) => generatorFunction(input, take(input), aftermath));
    case "asyncGenerator":
      return app.createFunction(options, trigger, (input) => asyncGeneratorFunction(input, take(input), aftermath));
  }
}

export type TableFunction = AppFunction<unknown, unknown, unknown>;

async function asyncFunction({ step }: Input, observation: Observation, aftermath: Aftermath): Promise<string> {
  await step.run("Before", () => "before");
  let seen: Seen = { is: "returned" };
  try {
    seen = { is: "value", value: await subject(step, observation) };
  } catch (error) {
    seen = { is: "error", error };
  } finally {
    observation.pass(seen);
    if (observation.program.kind === "cancellation") await aftermath.cleanup();
  }
  if (aftermath.sleepsUntil !== undefined) await step.sleepUntil("Pause", aftermath.sleepsUntil);
  return nameOf(observation.program);
}

function* generatorFunction({ step }: Input, observation: Observation, aftermath: Aftermath) {
  yield* step.run("Before", () => "before");
  let seen: Seen = { is: "returned" };
  try {
    seen = { is: "value", value: yield* subject(step, observation) };
  } catch (error) {
    seen = { is: "error", error };
  } finally {
    observation.pass(seen);
    if (observation.program.kind === "cancellation") yield* step.run("Clean up", aftermath.cleanup);
  }
  if (aftermath.sleepsUntil !== undefined) yield* step.sleepUntil("Pause", aftermath.sleepsUntil);
  return nameOf(observation.program);
}

async function* asyncGeneratorFunction({ step }: Input, observation: Observation, aftermath: Aftermath) {
  yield* step.run("Before", () => "before");
  let seen: Seen = { is: "returned" };
  try {
    seen = { is: "value", value: yield* subject(step, observation) };
  } catch (error) {
    seen = { is: "error", error };
  } finally {
    observation.pass(seen);
    if (observation.program.kind === "cancellation") yield* step.run("Clean up", aftermath.cleanup);
  }
  if (aftermath.sleepsUntil !== undefined) yield* step.sleepUntil("Pause", aftermath.sleepsUntil);
  return nameOf(observation.program);
}
