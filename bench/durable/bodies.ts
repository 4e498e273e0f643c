// What every contestant carries out: the same steps, for all of them, and what is seen of them in this process.
//
// Owns: what was done in this process. Does not own: how a step is kept (contestants).
// Called by: contestants, workloads.
import { openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

export const KINDS = ["three", "many", "sleeper", "slow"] as const;
/** `three`: three steps. `many`: as many as the input says. `sleeper`: a step, a sleep, a step. `slow`: ten steps of 200 ms. */
export type Kind = (typeof KINDS)[number];

export interface Input {
  readonly id: string;
  readonly steps?: number;
  readonly untilMs?: number;
}

/** What a step gives. The last one's total is the number of steps: whoever loses one, or runs one twice, has another. */
export interface Value {
  readonly ok: true;
  readonly id: string;
  readonly total: number;
}

const STEPS: Readonly<Record<Kind, number>> = { three: 3, many: 0, sleeper: 2, slow: 10 };
const NAMES = ["reserve", "charge", "receipt"];
const SLOW_MS = 200;

export class Tally {
  /** Bodies of steps that were begun. */
  steps = 0;
  /** Runs whose body came to its end. */
  ended = 0;
  /** Runs that came to their sleep. */
  asleep = 0;
  /** Values at the end of a run that are not what they are to be. */
  wrong = 0;
  /** When the steps of a long run began, and when it ended. */
  readonly marks: number[] = [];
  /** When the first step of a run began. */
  readonly firstSteps = new Map<string, number>();
  readonly #waiting = new Map<string, (value: Value) => void>();

  /** The end of a run's body, for engines that tell nobody else. */
  whenEnded(id: string): Promise<Value> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }
  end(id: string, value: Value): void {
    this.ended++;
    this.#waiting.get(id)?.(value);
    this.#waiting.delete(id);
  }
}

export const tally = new Tally();

export function stepsOf(kind: Kind, { steps }: Input): number {
  return steps ?? STEPS[kind];
}
export function nameOf(kind: Kind, index: number): string {
  return kind === "three" ? NAMES[index]! : `step ${index}`;
}
export function firstValue({ id }: Input): Value {
  return { ok: true, id, total: 0 };
}

/** The body of one step. */
export function work(kind: Kind, index: number, input: Input, previous: Value): Promise<Value> {
  tally.steps++;
  if (kind === "many") tally.marks.push(performance.now());
  else if (index === 0 && kind === "three") tally.firstSteps.set(input.id, performance.now());
  return kind === "slow" ? slowWork(index, previous) : Promise.resolve(nextValue(previous));
}

function nextValue(previous: Value): Value {
  return { ...previous, total: previous.total + 1 };
}

async function slowWork(index: number, previous: Value): Promise<Value> {
  note(`S ${previous.id} ${index}`);
  await pause(SLOW_MS);
  note(`E ${previous.id} ${index}`);
  return nextValue(previous);
}

/** The end of a run's body: its last value is checked, and given. */
export function endOf(kind: Kind, input: Input, value: Value): Value {
  if (kind === "many") tally.marks.push(performance.now());
  if (kind === "slow") note(`D ${input.id} ${value.total}`);
  if (value.total !== stepsOf(kind, input) || value.id !== input.id) tally.wrong++;
  tally.end(input.id, value);
  return value;
}

/** The whole run, for engines whose bodies are async functions. */
export async function carryOutBody(
  kind: Kind,
  input: Input,
  step: (name: string, act: () => Promise<Value>) => Promise<Value>,
  sleepUntil: (untilMs: number) => Promise<unknown>,
): Promise<Value> {
  let value = firstValue(input);
  for (let index = 0; index < stepsOf(kind, input); index++) {
    if (kind === "sleeper" && index === 1) {
      tally.asleep++;
      await sleepUntil(input.untilMs!);
    }
    const previous = value;
    value = await step(nameOf(kind, index), () => work(kind, index, input, previous));
  }
  return endOf(kind, input, value);
}

let journal: number | undefined;

/** What outlives the process: a line is with the operating system before the code goes on. */
function note(line: string): void {
  journal ??= openSync(process.env["BENCH_STEP_LOG"]!, "a");
  writeSync(journal, `${line}\n`);
}
