// What the cases of the observer's contract have in common: news of every kind, and who listens. Needs no test runner.
import assert from "node:assert/strict";
import type {
  ObservedAttempt,
  ObservedLog,
  ObservedRun,
  ObservedRunEnd,
  ObservedRunPause,
  ObservedRunResume,
  ObservedRunSuspension,
  ObservedStep,
  ObservedStepEnd,
  Observer,
} from "../core/observer.ts";
import { Redactor } from "../core/redaction.ts";
import { settled } from "./manual-clock.ts";

/** Gives an observer that has heard of nothing. */
export type NewObserver = () => Observer;

/** One promise of the port, and how it is checked. `check` rejects with an `AssertionError` where it is not kept. */
export interface ObserverCase {
  readonly name: string;
  readonly check: (newObserver: NewObserver) => Promise<void>;
}

export type Hook = keyof Observer;
/** One piece of news, and the hook that is told of it. */
export type News = {
  readonly [Each in Hook]: readonly [hook: Each, news: Parameters<Required<Observer>[Each]>[0]];
}[Hook];

export const RUN = observedRun("run_01kdvdna00adprh1vtd7aaaaaa");

export function observedRun(id: string, fields: Partial<ObservedRun> = {}): ObservedRun {
  return {
    id,
    function: { id: "handle-payments", name: "Handle payments" },
    event: { id: "event-1", name: "api/invoice.created", ts: 0 },
    context: { eventName: "api/invoice.created", userEmail: "ada@example.com" },
    redact: new Redactor().of({ name: "api/invoice.created", data: {}, user: undefined, context: { eventName: "" } }),
    ...fields,
  };
}

/** All that can be told of one run and one step of it: each kind of news, in each of its forms. */
export interface Subject {
  readonly run: ObservedRun;
  readonly number: string;
  readonly name: string;
  readonly error: unknown;
  /** What is said besides names: messages, differences, tags. */
  readonly text: string;
}
const SUBJECT: Subject = { run: RUN, number: "1", name: "Charge", error: new TypeError("no"), text: "slow" };

export function newsOf(fields: Partial<Subject> = {}): readonly News[] {
  const { run, number, name, error, text } = { ...SUBJECT, ...fields };
  const step: ObservedStep = {
    run,
    handle: {},
    number,
    name,
    path: name,
    kind: "run",
    tags: [text],
    attributes: { amount: 1, note: text },
    description: text,
    context: run.context,
    dueAt: undefined,
    attemptsAllowed: 4,
  };
  const sleep: ObservedStep = { ...step, kind: "sleepUntil", dueAt: new Date(0) };
  const end: Omit<ObservedStepEnd, "outcome"> = { ...step, attempts: 2, error, duration: 12.5, isComposite: false };
  const attempt: ObservedAttempt = { ...step, attempt: 1, error, duration: 5, retryAt: undefined };
  const outcomes = ["completed", "recovered", "failed", "cancelled"] as const;
  return [
    ["onRunStart", run],
    ["onRunSuspend", { ...run, reason: "waiting", dueAt: new Date(0) } satisfies ObservedRunSuspension],
    ["onRunSuspend", { ...run, reason: "left", dueAt: undefined } satisfies ObservedRunSuspension],
    ["onRunResume", { ...run, reason: "woken", from: undefined, openSteps: [] } satisfies ObservedRunResume],
    [
      "onRunResume",
      { ...run, reason: "takeover", from: text, openSteps: [{ number, name }] } satisfies ObservedRunResume,
    ],
    ["onRunPause", { ...run, difference: text } satisfies ObservedRunPause],
    ["onStepStart", step],
    ["onStepStart", sleep],
    ["onStepAttempt", attempt],
    ["onStepAttempt", { ...attempt, retryAt: new Date(0) }],
    [
      "onLog",
      {
        run,
        number,
        name,
        path: name,
        attempt: 1,
        tags: [text],
        level: "warn",
        message: text,
        fields: { error },
        trace: undefined,
      } satisfies ObservedLog,
    ],
    ...outcomes.map((outcome): News => ["onStepEnd", { ...end, outcome }]),
    ["onStepEnd", { ...end, ...sleep, outcome: "completed", isComposite: true }],
    ...outcomes.map((outcome): News => [
      "onRunEnd",
      { ...run, outcome, error, duration: 1_500, startedAt: new Date(0) } satisfies ObservedRunEnd,
    ]),
  ];
}

/** Tells the observer, and fails where it throws, or where what it returns rejects. */
export async function assertHears(observer: Observer, told: readonly News[], what: string): Promise<void> {
  assert.deepEqual(await troublesOf(observer, told), [], what);
}

/** What the observer threw, and what it rejected with: `onStepEnd: TypeError: no`. */
export async function troublesOf(observer: Observer, told: readonly News[]): Promise<readonly string[]> {
  const troubles: string[] = [];
  let hasPromises = false;
  for (const news of told) {
    const note = (error: unknown): unknown =>
      troubles.push(`${news[0]}: ${error instanceof Error ? error.stack : typeof error}`);
    try {
      const returned = tell(observer, news);
      if (!isThenable(returned)) continue;
      hasPromises = true;
      returned.then(undefined, note);
    } catch (error) {
      note(error);
    }
  }
  if (hasPromises) await settled();
  return troubles;
}

export function tell(observer: Observer, [hook, news]: News): unknown {
  return (observer[hook] as ((news: unknown) => unknown) | undefined)?.call(observer, news);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
