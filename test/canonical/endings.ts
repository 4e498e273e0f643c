// How the runs in a journal have ended, as text that can be compared: without times, stacks, and what a crash may change.
import { inspect } from "node:util";
import type { StepDetails } from "../../src/index.ts";
import { runDetails, runSummary } from "../../src/durable/run-tree.ts";
import type { Store } from "../../src/durable/store.ts";
import { runsIn } from "./play.ts";

/** How one run has ended. */
export interface Ending {
  readonly id: string;
  readonly function: string;
  readonly outcome: string;
  /** A line for each step. */
  readonly steps: readonly string[];
}

export async function endingsIn(store: Store): Promise<readonly Ending[]> {
  const endings: Ending[] = [];
  for (const { id } of await runsIn(store)) {
    const { run, event } = (await store.run({ id }))!;
    const details = runDetails(runSummary(run, event, undefined), await store.records({ id }), []);
    const outcome = `${run.status} ${textOf("error" in details ? details.error : details.output)}`;
    endings.push({ id, function: run.functionId, outcome, steps: linesOf(details.steps) });
  }
  return endings.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

/** What stands for a value: its whole structure, errors without their stacks. */
export function textOf(value: unknown): string {
  return inspect(withoutStacks(value), { depth: 20, breakLength: Number.POSITIVE_INFINITY, sorted: true });
}

function linesOf(steps: readonly StepDetails[]): string[] {
  // How far what was cancelled had come is a note for people, and no outcome.
  const lasting = steps.filter(({ status }) => status !== "cancelled");
  return lasting.flatMap((step) => [lineOf(step), ...linesOf(step.steps)]);
}

function lineOf({ number, name, path, kind, status, attempts, output, error }: StepDetails): string {
  const tries = kind === "run" ? ` at attempt ${attempts}` : ""; // of the others, it says nothing
  return `${number} ${name} (${path}) ${kind} ${status}${tries}: ${textOf(output)} ${textOf(error)}`;
}

function withoutStacks(value: unknown): unknown {
  if (value instanceof Error) {
    const { stack: _stack, ...fields } = Object.fromEntries(
      Object.getOwnPropertyNames(value).map((name) => [name, (value as unknown as Record<string, unknown>)[name]]),
    );
    return { class: value.name, ...withoutStacksIn(fields) };
  }
  if (Array.isArray(value)) return value.map(withoutStacks);
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, withoutStacks(part)]));
  const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? withoutStacksIn(value) : value;
}

function withoutStacksIn(fields: object): object {
  return Object.fromEntries(Object.entries(fields).map(([name, part]) => [name, withoutStacks(part)]));
}
