// Where a finding differs from what the model expects, in words. Nothing: they agree.
import { isDeepStrictEqual, inspect } from "node:util";
import type { Expected, ExpectedError, ExpectedHandlerRun, ExpectedSubstep } from "./model.ts";
import type { FoundStep, Finding } from "./run-cells.ts";
import { classesByName } from "./table-errors.ts";

type Report = (what: string) => void;

/** Compares one cell with the model. */
export function differencesFrom(expected: Expected, finding: Finding): string[] {
  const differences: string[] = [];
  const report: Report = (what) => void differences.push(what);
  compareOutcome(expected, finding, report);
  compareStep(expected, finding, report);
  compareSubsteps(expected.substeps, finding, report);
  compareHandlers(expected, finding, report);
  const { run, passes, counts, observation, mode, timesTold } = finding;
  const isFirstOfTwo = mode === "sqliteFirst";
  // On its first execution a run sleeps after the step, or is held while it is being cancelled.
  const states = !isFirstOfTwo ? [expected.run] : expected.run === "cancelled" ? ["running"] : ["running", "sleeping"];
  if (!states.includes(run)) report(`the run is ${run}, not ${states.join(" or ")}`);
  same(report, "executions that got past the step", passes, mode === "sqliteReplay" ? 2 : 1);
  same(report, "calls of the body", counts.bodyCalls, expected.bodyCalls);
  // 4.10: a cancelled generator ends by return().
  if (expected.status === "cancelled") same(report, "catch blocks of the body that ran", observation.bodyCatches, 0);
  // A replayed outcome is not told again; a cancelled step has none, and ends again in each execution.
  const isCancelled = expected.status === "cancelled";
  same(report, "ends that observers heard of", timesTold, mode === "sqliteReplay" && !isCancelled ? 0 : 1);
  return differences;
}

/** Whether a cell's first run and its replay hand out the same. */
export function differencesBetween(first: Finding, replay: Finding): string[] {
  const differences: string[] = [];
  const report: Report = (what) => void differences.push(`first run and replay: ${what}`);
  const [before, after] = [first.seen, replay.seen];
  if (before?.is !== after?.is) report(`${before?.is} and then ${after?.is}`);
  if (before?.is === "value" && after?.is === "value") same(report, "value", after.value, before.value);
  if (before?.is === "error" && after?.is === "error") {
    same(report, "error", portrait(after.error), portrait(before.error));
  }
  same(report, "counts", replay.counts, first.counts);
  return differences;
}

/** In process, what was returned and thrown is handed over as it is (section 5); from a store what was recorded, on the first run too (P2). */
function compareOutcome({ outcome }: Expected, { seen, observation, mode }: Finding, report: Report): void {
  if (seen?.is !== outcome.is) {
    const what = seen?.is === "error" ? `error ${describe(seen.error)}` : inspect(seen);
    return report(`code saw ${what}, not ${inspect(outcome, { depth: 6 })}`);
  }
  if (outcome.is === "value" && seen.is === "value") {
    same(report, "value", seen.value, outcome.value);
    const isSame = typeof seen.value === "object" && seen.value === observation.value;
    if (mode === "inProcess" && outcome.sameObject && !isSame)
      report("the value is not the very object that the body returned");
    if (mode !== "inProcess" && isSame) report("the value is not the recorded one, but what the body returned");
  }
  if (outcome.is === "error" && seen.is === "error") {
    compareError(outcome.error, seen.error, "error", report, mode === "inProcess" ? observation : undefined);
    if (mode !== "inProcess" && [...observation.lastByOrigin.values()].some((thrown) => isInChain(thrown, seen.error)))
      report("the error, or a cause of it, is not the recorded one, but the object that was thrown");
    if (outcome.error.name !== "CancelledError") compareStack(seen.error, report);
  }
}

/** With an observation: in process, so that errors are the very objects that were thrown or raised. */
function compareError(
  expected: ExpectedError,
  error: unknown,
  where: string,
  report: Report,
  inProcess: Finding["observation"] | undefined,
): void {
  if (!(error instanceof Error)) return report(`${where} is ${inspect(error)}, not an Error`);
  const { name, tag, fields, message, cause, origin } = expected;
  const errorClass = classesByName.get(name);
  if (errorClass !== undefined && !(error instanceof errorClass)) report(`${where} is no instance of ${name}`);
  same(report, `${where}.name`, error.name, name);
  const found = error as Error & { readonly _tag?: unknown };
  if (tag !== undefined) same(report, `${where}._tag`, found._tag, tag);
  if (Object.keys(fields).length > 0) same(report, `${where}'s fields`, fieldsOf(error), fields);
  if (message !== undefined) same(report, `${where}.message`, error.message, message);
  const thrown = origin === undefined ? undefined : inProcess?.lastByOrigin.get(origin);
  if (thrown !== undefined && thrown !== error) report(`${where} is not the very object that came from the ${origin}`);
  if (cause === "none") same(report, `${where}.cause`, error.cause, undefined);
  else if (cause !== "unsaid") compareError(cause, error.cause, `${where}.cause`, report, inProcess);
}

function isInChain(thrown: unknown, error: unknown): boolean {
  return error instanceof Error && (error === thrown || isInChain(thrown, error.cause));
}

/** Section 3: number and name stand at the end of every error's stack. */
function compareStack(error: unknown, report: Report): void {
  const { stack } = error as Error;
  const lines = (stack ?? "").split("\n").slice(-2).join("\n");
  if (!/at step 2(?:\.1)? (?:Subject|Ask) \(table /.test(lines))
    report(`the stack does not end with the step's place, but with: ${lines}`);
}

function compareStep(expected: Expected, { steps, mode, observation }: Finding, report: Report): void {
  const found = steps.find(({ name }) => name === "Subject");
  if (found === undefined) return report("there is no record of the step");
  same(report, "number", found.number, expected.number);
  same(report, "status", found.status, expected.status);
  same(report, "attempts", found.attempts, expected.attempts);
  if (expected.kept === undefined) {
    if (expected.status === "completed") same(report, "error kept", found.error, undefined);
    return;
  }
  compareError(expected.kept, found.error, "error kept", report, mode === "inProcess" ? observation : undefined);
}

function compareSubsteps(expected: readonly ExpectedSubstep[], finding: Finding, report: Report): void {
  const { steps, counts } = finding;
  const lastByName = new Map<string, FoundStep>();
  for (const found of steps) if (found.number.startsWith("2.")) lastByName.set(found.name, found);
  for (const { number, name, status, attempts, calls } of expected) {
    same(report, `calls of "${name}"`, counts.substepCalls[name], calls);
    const found = lastByName.get(name);
    lastByName.delete(name);
    if (found === undefined) {
      // What was aborted with its parent leaves no outcome (durability, rule 6), and so perhaps no record.
      if (status !== undefined) report(`there is no record of "${name}"`);
      continue;
    }
    same(report, `number of "${name}"`, found.number, number);
    if (status !== undefined) same(report, `status of "${name}"`, found.status, status);
    if (attempts !== undefined) same(report, `attempts of "${name}"`, found.attempts, attempts);
  }
  for (const { number, name } of lastByName.values()) report(`there is a step ${number} "${name}" too many`);
}

function compareHandlers(expected: Expected, finding: Finding, report: Report): void {
  const { handlerRuns, nextRuns, observation, mode } = finding;
  const inProcess = mode === "inProcess" ? observation : undefined;
  const ids = (runs: readonly Pick<ExpectedHandlerRun, "id">[]): string[] => runs.map(({ id }) => id);
  same(report, "handlers that ran", ids(handlerRuns), ids(expected.handlerRuns));
  for (const [index, { id, given }] of expected.handlerRuns.entries())
    compareError(given, handlerRuns[index]?.given, `what handler ${id} was given`, report, inProcess);
  same(report, "calls of next's function", nextRuns.length, expected.nextRuns.length);
  for (const [index, given] of expected.nextRuns.entries())
    compareError(given, nextRuns[index], "what next's function was given", report, inProcess);
}

/** What an error is to be the same in (P2, 4.2). A cancellation is no outcome of the step: its stack is where it was told to end. */
function portrait(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause } = error;
  const stack = name === "CancelledError" ? undefined : error.stack;
  const prototype = Object.getPrototypeOf(error) as { readonly constructor: { readonly name: string } };
  const { _tag } = error as { readonly _tag?: unknown };
  return {
    class: prototype.constructor.name,
    _tag,
    name,
    message,
    stack,
    fields: fieldsOf(error),
    cause: portrait(cause),
  };
}

function fieldsOf(error: Error): Record<string, unknown> {
  return Object.fromEntries(Object.entries(error));
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
}

function same(report: Report, what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  report(`${what}: ${inspect(found, { breakLength: Infinity })}, not ${inspect(expected, { breakLength: Infinity })}`);
}
