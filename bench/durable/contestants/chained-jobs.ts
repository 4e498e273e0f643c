// Runs for queues that have jobs and no steps: each job does one step, and sends the job of the next one.
import { endOf, firstValue, stepsOf, work, type Input, type Kind, type Value } from "../bodies.ts";

export interface Job {
  readonly kind: Kind;
  readonly input: Input;
  readonly index: number;
  readonly value: Value;
}

export function firstJob(kind: Kind, input: Input): Job {
  return { kind, input, index: 0, value: firstValue(input) };
}

export async function carryOutJob(
  { kind, input, index, value }: Job,
  send: (job: Job) => Promise<unknown>,
): Promise<void> {
  const next = await work(kind, index, input, value);
  if (index + 1 === stepsOf(kind, input)) endOf(kind, input, next);
  else await send({ kind, input, index: index + 1, value: next });
}
