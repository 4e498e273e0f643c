// Holds what was told of a run, and what was seen inside its bodies, against what has to be. Pure.
import type { WorkloadName } from "../workloads.ts";
import { expectedSteps, type StepFacts } from "./expected-steps.ts";
import type { Sight } from "./probes.ts";
import type { Told } from "./told-run.ts";

type ToldStep = Extract<Told, { what: "step ended" }>;

/** Times are kept to the microsecond: each of the two that make a duration may be off by half of one. */
const PRECISION_MS = 0.001 + 1e-9;

/** What is wrong with what an observer was told, in words. Nothing, if all of it is right. */
export function toldProblems(
  workload: WorkloadName,
  told: readonly Told[],
  sights: readonly Sight[],
  wallMs: number,
): readonly string[] {
  const expected = expectedSteps(workload);
  const ended = told.filter((news) => news.what === "step ended");
  return [
    ...factProblems(expected, ended),
    ...orderProblems(workload, told),
    ...runProblems(workload, told, wallMs),
    ...failureProblems(expected, told),
    ...durationProblems(workload, told, sights),
  ];
}

/** What is wrong with what the imported `step` said inside the bodies. */
export function sightProblems(workload: WorkloadName, sights: readonly Sight[]): readonly string[] {
  const expected = expectedSteps(workload);
  const byNumber = new Map(expected.map((facts) => [facts.number, facts]));
  const inSteps = sights.filter(({ before }) => before.number !== "");
  const problems = inSteps.flatMap(({ where, before, after }) => {
    const facts = byNumber.get(before.number);
    const isRight =
      before.name === facts?.name && before.path === facts.path && before.attempt === 1 && same(before, after);
    return isRight ? [] : [`in a ${where}, step said ${show(before)}, then ${show(after)}`];
  });
  const bodies = inSteps.filter(({ where }) => where !== "onError").map(({ before }) => before.number);
  const withBodies = expected.filter(({ kind }) => kind === "run").map(({ number }) => number);
  const handlers = inSteps.filter(({ where }) => where === "onError").map(({ before }) => before.number);
  const recovered = expected.filter(({ outcome }) => outcome === "recovered").map(({ number }) => number);
  return [
    ...problems,
    ...(same(bodies.toSorted(), withBodies.toSorted()) ? [] : [`bodies ran as ${show(bodies)}`]),
    ...(same(handlers, recovered) ? [] : [`onError ran as ${show(handlers)}, not as ${show(recovered)}`]),
  ];
}

function factProblems(expected: readonly StepFacts[], ended: readonly ToldStep[]): readonly string[] {
  const toldByNumber = new Map(ended.map((step) => [step.number, step]));
  const wrong = expected.flatMap((facts) => {
    const { what: _, runId: __, durationMs: ___, error: ____, ...known } = toldByNumber.get(facts.number) ?? {};
    return same(known, facts) ? [] : [`told of ${show(known)}, not of ${show(facts)}`];
  });
  return ended.length === expected.length ? wrong : [`${ended.length} steps ended, not ${expected.length}`, ...wrong];
}

/** A step starts inside its parent and ends inside it; but in `all`, one ends before the next one starts. */
function orderProblems(workload: WorkloadName, told: readonly Told[]): readonly string[] {
  const placeOf = (what: Told["what"]) =>
    new Map(told.flatMap((news, place) => (news.what === what && "number" in news ? [[news.number, place]] : [])));
  const starts = placeOf("step started");
  const ends = placeOf("step ended");
  return expectedSteps(workload).flatMap(({ number }) => {
    const start = starts.get(number) ?? -1;
    const end = ends.get(number) ?? -1;
    const parent = parentOf(number);
    const elder = elderOf(number);
    const isInside =
      parent === "" || (start > (starts.get(parent) ?? Number.NaN) && end < (ends.get(parent) ?? Number.NaN));
    const isInTurn = workload === "all" || elder === undefined || start > (ends.get(elder) ?? Number.NaN);
    const isOnce = told.filter((news) => news.what === "step started" && news.number === number).length === 1;
    return start >= 0 && start < end && isInside && isInTurn && isOnce
      ? []
      : [`step ${number} was told to start at ${start} and to end at ${end}`];
  });
}

function runProblems(workload: WorkloadName, told: readonly Told[], wallMs: number): readonly string[] {
  const started = told.at(0);
  const ended = told.at(-1);
  const runIds = new Set(told.flatMap((news) => ("runId" in news ? [news.runId] : [])));
  return [
    ...(started?.what === "run started" && started.function === workload ? [] : ["the run was not told first"]),
    ...(ended?.what === "run ended" && ended.outcome === "completed" ? [] : ["the end of the run was not told last"]),
    ...(ended?.what === "run ended" && ended.durationMs <= wallMs
      ? []
      : ["the run took longer than it was waited for"]),
    ...(runIds.size === 1 ? [] : [`one run had the ids ${show([...runIds])}`]),
  ];
}

/** A recovered step tells of its failed attempt, and keeps the error. */
function failureProblems(expected: readonly StepFacts[], told: readonly Told[]): readonly string[] {
  const failed = told.filter((news) => news.what === "attempt failed");
  const recovered = expected.filter(({ outcome }) => outcome === "recovered").map(({ number }) => number);
  const ended = told.filter((news) => news.what === "step ended");
  const isKept = ended.every(({ number, error }) =>
    recovered.includes(number)
      ? error instanceof Error && "code" in error && error.code === 1 && failed.some((news) => news.error === error)
      : error === undefined,
  );
  const attempts = failed.map(({ number, attempt }) => `${number} ${attempt}`);
  return [
    ...(isKept ? [] : ["a step ended without the error that it recovered from, or with one that it never had"]),
    ...(same(
      attempts,
      recovered.map((number) => `${number} 1`),
    )
      ? []
      : [`failed attempts: ${show(attempts)}`]),
  ];
}

/** Nothing is shorter than what happened in it, or longer than what it happened in. */
function durationProblems(workload: WorkloadName, told: readonly Told[], sights: readonly Sight[]): readonly string[] {
  const ended = told.filter((news) => news.what === "step ended");
  const run = told.find((news) => news.what === "run ended");
  const durations = new Map(ended.map(({ number, durationMs }) => [number, durationMs]));
  durations.set("", run?.durationMs ?? Number.NaN);
  const isIn = (inner: number, outer: number | undefined) =>
    inner >= 0 && inner <= (outer ?? Number.NaN) + PRECISION_MS;
  const inParents = [...durations.keys()].flatMap((parent) => {
    const parts = ended.filter(({ number }) => parentOf(number) === parent && number !== parent);
    const whole = parts.reduce(
      (total, { durationMs }) => (workload === "all" ? Math.max(total, durationMs) : total + durationMs),
      0,
    );
    return isIn(whole, durations.get(parent))
      ? []
      : [`the steps of "${parent}" took ${whole} ms, and itself ${durations.get(parent)} ms`];
  });
  const inBodies = sights.flatMap(({ before: { number }, bodyMs }) =>
    isIn(bodyMs, durations.get(number)) ? [] : [`the body of "${number}" took ${bodyMs} ms, and the step less`],
  );
  const negative = [...durations].filter(([, durationMs]) => !(durationMs >= 0));
  return [...inParents, ...inBodies, ...negative.map(([number, durationMs]) => `"${number}" took ${durationMs} ms`)];
}

function parentOf(number: string): string {
  return number.slice(0, Math.max(0, number.lastIndexOf(".")));
}

/** The step before it under the same parent. */
function elderOf(number: string): string | undefined {
  const parent = parentOf(number);
  const ordinal = Number(number.slice(parent === "" ? 0 : parent.length + 1));
  if (ordinal === 1) return undefined;
  return parent === "" ? `${ordinal - 1}` : `${parent}.${ordinal - 1}`;
}

function same(left: unknown, right: unknown): boolean {
  return show(left) === show(right);
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
