// Which records of a run a replay of it begins with. Pure.
import { StepNotFoundError } from "../core/errors.ts";
import { HANDLER_SEGMENT, ancestorKeys, handlerKey, nameInKey, parentKey } from "../core/step-key.ts";
import { compareNumbers } from "../core/step-number.ts";
import { CANCEL_ON_KEY, isRunNote, type StepRecord } from "./journal.ts";

const MOST_LISTED = 10;

/**
 * The keys of what was recorded before the step `from`, a number or a path: it, what lies under it and around it, and what was
 * recorded later are left out. Throws a {@link StepNotFoundError}.
 */
export function keysBefore(from: string, runId: string, records: readonly StepRecord[]): readonly string[] {
  const steps = records.filter(
    (record) =>
      record.key !== "" && record.kind !== "patched" && !isRunNote(record) && !record.key.startsWith(CANCEL_ON_KEY),
  );
  const numbers = numbersByKey(steps);
  const target = [...numbers].find(([key, number]) => key === from || number === from)?.[0];
  if (target === undefined) throw StepNotFoundError.for(runId, from, listed(numbers));
  const around = new Set([target, ...ancestorKeys(target)]);
  const limits = steps
    .filter(({ key, state }) => around.has(key) && state === "ended")
    .map(({ sequence }) => sequence!);
  const limit = Math.min(...limits);
  const isTaken = ({ key, state, sequence }: StepRecord): boolean => {
    if (state === "settled") return target.startsWith(`${handlerKey(key)}/`); // so that its handlers are entered
    return (
      state === "ended" && sequence !== null && sequence < limit && !around.has(key) && !key.startsWith(`${target}/`)
    );
  };
  return records.filter((record) => !isRunNote(record) && isTaken(record)).map(({ key }) => key);
}

/** A composite step may be known from its substeps alone. */
function numbersByKey(steps: readonly StepRecord[]): ReadonlyMap<string, string> {
  const numbers = new Map<string, string>();
  const add = (key: string, number: string): void => {
    if (key === "" || numbers.has(key)) return;
    const isStep = !key.endsWith(HANDLER_SEGMENT);
    if (isStep) numbers.set(key, number);
    add(parentKey(key), isStep ? number.slice(0, Math.max(0, number.lastIndexOf("."))) : number);
  };
  for (const { key, number } of steps) add(key, number);
  return numbers;
}

function listed(numbers: ReadonlyMap<string, string>): readonly string[] {
  return [...numbers]
    .filter(([, number]) => number !== "" && !number.includes("."))
    .toSorted(([, left], [, right]) => compareNumbers(left, right))
    .slice(0, MOST_LISTED)
    .map(([key, number]) => `${number} ${nameInKey(key)}`);
}
