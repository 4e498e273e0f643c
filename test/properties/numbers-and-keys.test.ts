// Random step trees, cut after each write and taken over: the same numbers, the same outcome, and no recorded body runs again.
//
// SUREFOOT_TREES is the number of trees; every tenth runs on a SQLite file, the others in memory.
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { StepDetails } from "../../src/index.ts";
import type { Store } from "../../src/durable/store.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { runThrough, treeProgram, type EndedRun, type Interruption, type Life } from "./interrupted-run.ts";
import { randomTree, type Sequence } from "./random-trees.ts";
import { temporaryFiles } from "./temporary-folder.ts";
import { expectationOf, type Expectation } from "./tree-model.ts";
import { Census } from "./value-census.ts";

const TREES = Number(process.env["SUREFOOT_TREES"] ?? 100);
/** Where a tree has more writes, it is left to another run of this property: each write is a run of its own. */
const MOST_STEPS = 30;

const newFile = temporaryFiles("trees");
const census = new Census();
afterAll(() => census.print("numbers and keys"));

/** A new store, and how a process opens it. */
function storeOf(isOnFile: boolean): () => Store {
  if (isOnFile) {
    const path = newFile();
    return () => new SqliteStore({ path, synchronous: "normal" });
  }
  const store = new MemoryStore();
  return () => store;
}

const isOpen = ({ open }: Expectation, number: string): boolean =>
  open.some((prefix) => number === prefix || number.startsWith(`${prefix}.`));

/** That a run without interruption is what the rules of the language say. */
function expectAsTheRulesSay(expected: Expectation, { outcome, steps, lives }: EndedRun): void {
  expect(outcome).toEqual(expected.outcome);
  expect(new Set(steps.map(({ path }) => path)).size).toBe(steps.length);
  const found = steps.filter(({ number }) => !isOpen(expected, number));
  const wanted = expected.steps.filter(({ number }) => !isOpen(expected, number));
  const labels = (list: readonly { readonly number: string; readonly name: string; readonly status: string }[]) =>
    list.map(({ number, name, status }) => `${number} ${name} ${status}`).toSorted();
  expect(labels(found)).toEqual(labels(wanted));
  const stepsByNumber = new Map(found.map((step) => [step.number, step]));
  for (const { number, attempts, calls, value } of wanted) {
    const step = stepsByNumber.get(number)!;
    if (attempts !== undefined) expect(step.attempts, `attempts of ${number}`).toBe(attempts);
    if (calls !== undefined) expect(lives[0]!.log.callsOfNumber(number), `calls of ${number}`).toBe(calls);
    if (value !== undefined) expect(step.output, `output of ${number}`).toBe(value);
  }
}

/** That an interrupted run came to the same, and ran nothing again that was recorded. */
function expectAsWithoutInterruption(expected: Expectation, whole: EndedRun, cut: EndedRun): void {
  expect(cut.outcome).toEqual(whole.outcome);
  const stepsByPath = new Map(whole.steps.map((step) => [step.path, step]));
  for (const step of cut.steps) {
    const before = stepsByPath.get(step.path);
    if (isOpen(expected, step.number)) {
      if (before !== undefined) expect(label(step)).toBe(label(before));
    } else {
      expect(statement(step)).toBe(before === undefined ? "absent" : statement(before));
      stepsByPath.delete(step.path);
    }
  }
  expect([...stepsByPath.values()].filter(({ number }) => !isOpen(expected, number)).map(statement)).toEqual([]);
  for (const life of cut.lives) expectNothingAgain(life);
  const takeovers = cut.lives.filter((life) => life.isTakeover);
  // It is written down before anything that is new runs; a life that was cut before that has run nothing.
  expect(cut.details.takeovers.length).toBeGreaterThanOrEqual(takeovers.filter(({ log }) => log.leaves > 0).length);
  expect(cut.details.takeovers.length).toBeLessThanOrEqual(takeovers.length);
}
const label = ({ number, name, kind }: StepDetails): string => `${number} ${name} (${kind})`;
const statement = (step: StepDetails): string => `${step.path}: ${label(step)} ${step.status} after ${step.attempts}`;

function expectNothingAgain({ known, log }: Life): void {
  const ended = known.filter(({ state, sequence }) => state === "ended" && sequence !== null).map(({ key }) => key);
  const settled = known.filter(({ state }) => state === "settled").map(({ key }) => key);
  for (const path of log.paths) {
    const again = ended.find((key) => path === key || path.startsWith(`${key}/`));
    expect(again, `"${path}" ran again`).toBeUndefined();
    const inHandler = (key: string): boolean => path.startsWith(`${key}/~onError/`);
    const entered = settled.find((key) => path === key || (path.startsWith(`${key}/`) && !inHandler(key)));
    expect(entered, `"${path}" ran again, whose failure was settled`).toBeUndefined();
  }
  for (const { key, state, attempts } of known) {
    if (state !== "retrying" || log.firstAttempt(key) === undefined) continue;
    expect(log.firstAttempt(key), `the attempt that "${key}" goes on with`).toBe(attempts);
    census.note("recorded retries gone on with");
  }
  census.note("recorded outcomes replayed", ended.length);
}

async function checkTree(tree: Sequence, isOnFile: boolean): Promise<void> {
  const expected = expectationOf(tree);
  const whole = await runThrough(treeProgram(tree), storeOf(isOnFile), []);
  expectAsTheRulesSay(expected, whole);
  const writes = whole.lives[0]!.writes;
  for (let afterWrites = 0; afterWrites < writes; afterWrites++) {
    for (const interruptions of interruptionsAt(afterWrites, writes)) {
      const cut = await runThrough(treeProgram(tree), storeOf(isOnFile), interruptions);
      expectAsWithoutInterruption(expected, whole, cut);
      census.note(`cuts by ${interruptions[0]!.by}`);
      census.note("replays checked", cut.lives.length - 1);
    }
  }
  census.note(isOnFile ? "trees on SQLite" : "trees in memory");
  census.note("steps", expected.steps.length);
}

/** Killed at each write; every third time killed again in the next life; every fourth time, in another run, stopped instead. */
function interruptionsAt(afterWrites: number, writes: number): readonly (readonly Interruption[])[] {
  const kill: Interruption = { by: "kill", afterWrites };
  const second = { by: "kill", afterWrites: Math.floor((writes - afterWrites) / 2) } as const;
  const list: Interruption[][] = [afterWrites % 3 === 2 ? [kill, second] : [kill]];
  if (afterWrites % 4 === 1) list.push([{ by: "stop", afterWrites }]);
  return list;
}

test(`${TREES} random trees, each cut after every write`, { timeout: TREES * 10_000 }, async () => {
  let trees = 0;
  const small = randomTree.filter((tree) => expectationOf(tree).steps.length <= MOST_STEPS);
  await fc.assert(
    fc.asyncProperty(small, (tree) => checkTree(tree, trees++ % 10 === 9)),
    { numRuns: TREES },
  );
  for (const finding of [
    "trees in memory",
    "trees on SQLite",
    "steps",
    "cuts by kill",
    "cuts by stop",
    "replays checked",
    "recorded retries gone on with",
  ])
    expect({ [finding]: census.count(finding) }).not.toEqual({ [finding]: 0 });
  expect(census.count("recorded outcomes replayed")).toBeGreaterThan(TREES);
});
