// The contract of the port core/observer.ts, as named cases: an observer can be told anything, and keeps nothing of a run that has gone.
//
// They need no test runner: for (const { name, check } of observerContract) test(name, () => check(newObserver)).
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { UnexpectedError } from "../core/errors.ts";
import type { Observer } from "../core/observer.ts";
import { TaggedError } from "../core/tagged-error.ts";
import { settled } from "./manual-clock.ts";
import {
  RUN,
  assertHears,
  isThenable,
  newsOf,
  observedRun,
  tell,
  troublesOf,
  type Hook,
  type News,
  type ObserverCase,
} from "./observer-case.ts";

const HOSTILE_TEXTS: readonly [what: string, text: string][] = [
  ["nothing", ""],
  ["control characters", "\u0000\u0007\b\t\r\n\u001b[2J\u001b]0;title\u0007\u007f\u0085\u009b31m"],
  ["text that turns around", "\u202e\u2066\u200f\u2028\u2029"],
  ["a lone high surrogate", "a\ud83d"],
  ["a lone low surrogate", "\udc00a"],
  ["what formats", "%s %d %o %c ${name} {0} $& $1 \\u0041"],
  ["a name of every object", "__proto__"],
  ["100 kB", "n".repeat(100_000)],
  ["100 kB of control characters", "\u001b".repeat(100_000)],
];

const DEPTH = 200;

const orderCases: readonly ObserverCase[] = [
  {
    name: "each kind of news is heard, of a run that was never heard of",
    async check(newObserver) {
      for (const news of newsOf()) await assertHears(newObserver(), [news], `${news[0]} alone`);
    },
  },
  {
    name: "three pieces of news in any order are heard: ends without starts, starts twice, whatever comes after the end",
    async check(newObserver) {
      const told = newsOf();
      for (const first of told) {
        for (const second of told) {
          const observer = newObserver();
          await assertHears(observer, [first, second], `${first[0]}, ${second[0]}`);
          for (const third of told) await assertHears(observer, [third], `${first[0]}, ${second[0]}, then ${third[0]}`);
        }
      }
    },
  },
  {
    name: "a whole run is heard forwards, backwards, twice, and mixed with another one's news",
    async check(newObserver) {
      const told = newsOf();
      const others = newsOf({ run: observedRun("run_2"), number: "1.1", name: "Inner" });
      const mixed = told.flatMap((news, place) => [news, others[place]!, others.at(-1 - place)!]);
      for (const order of [told, told.toReversed(), [...told, ...told], mixed, mixed.toReversed()]) {
        await assertHears(newObserver(), order, order.map(([hook]) => hook).join(", "));
      }
    },
  },
  {
    name: "steps of deep numbers are heard, with and without the steps around them",
    async check(newObserver) {
      const numbers = Array.from({ length: DEPTH }, (_nothing, depth) =>
        Array(depth + 1)
          .fill(7)
          .join("."),
      );
      const deepest = numbers.at(-1)!;
      for (const told of [[deepest], numbers, numbers.toReversed(), ["", "0", "1..2", ".", "-1", "1e9", "a"]]) {
        const observer = newObserver();
        const starts = told.flatMap((number) => newsOf({ number })).filter(([hook]) => hook === "onStepStart");
        await assertHears(
          observer,
          [["onRunStart", RUN], ...starts, ...newsOf({ number: told.at(-1)! })],
          "deep numbers",
        );
      }
    },
  },
];

const textCases: readonly ObserverCase[] = HOSTILE_TEXTS.map(([what, text]) => ({
  name: `names and messages that are hostile are heard: ${what}`,
  async check(newObserver) {
    const run = observedRun(text, {
      function: { id: text, name: text },
      event: { id: text, name: text, ts: Number.NaN },
      context: { eventName: text, userEmail: text, userId: text },
    });
    const error = Object.assign(new TypeError(text), { name: text, _tag: text });
    for (const fields of [{ run }, { name: text }, { text }, { error }, { run, name: text, text, error }]) {
      await assertHears(newObserver(), [...newsOf(fields), ...newsOf(fields)], what);
    }
  },
}));

const PARTS = ["name", "message", "cause", "stack", "_tag", "constructor", "toString"] as const;

class Unreadable extends TaggedError("ObserverCaseUnreadable") {}

/** An error whose part cannot be read. */
function unreadable(part: string, error: object = new TypeError("no")): object {
  return Object.defineProperty(error, part, {
    get() {
      throw new Unreadable({ message: `the ${part} cannot be read` });
    },
  });
}
function withPart(part: string, value: unknown): object {
  return Object.defineProperty(new TypeError("no"), part, { value });
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
function cyclicError(): Error {
  const error = new TypeError("an effect");
  error.cause = new TypeError("its cause", { cause: error });
  return error;
}
/** Not wrapped: it only says that it is an `UnexpectedError`, with this as its cause. */
function taggedAround(cause: unknown): object {
  return Object.assign(new TypeError("no"), { _tag: "UnexpectedError", cause });
}

type Named = readonly [what: string, error: unknown];
const ODD: readonly Named[] = [
  ...[undefined, null, "", "text", -0, Number.NaN, 1n, true, Symbol("odd")].map((odd): Named => [String(odd), odd]),
  ["an object", {}],
  ["an object without a prototype", Object.create(null)],
  ["a function", () => {}],
  ["a proxy that is revoked", revokedProxy()],
];

/** Errors of kinds that nobody would throw, until somebody does. */
const ODD_ERRORS: Readonly<Record<string, readonly Named[]>> = {
  "what is no error": [...ODD, ["an error without a prototype", Object.setPrototypeOf(new TypeError("no"), null)]],
  "errors whose causes lead back to them": [
    ["plain", cyclicError()],
    ["unexpected", UnexpectedError.from(cyclicError())],
  ],
  "errors that cannot be read": PARTS.flatMap((part): Named[] => [
    [`the ${part} of an error`, unreadable(part)],
    [`the ${part} of an object`, unreadable(part, {})],
    [`the ${part} of the cause of an unexpected error`, taggedAround(unreadable(part))],
  ]),
  "errors with odd parts": PARTS.flatMap((part) =>
    ODD.flatMap(([what, value]): Named[] => [
      [`the ${part} of an error: ${what}`, withPart(part, value)],
      [`the ${part} of the cause of an unexpected error: ${what}`, taggedAround(withPart(part, value))],
    ]),
  ),
};

const errorCases: readonly ObserverCase[] = Object.entries(ODD_ERRORS).map(([kind, errors]) => ({
  name: `failures of odd kinds are heard: ${kind}`,
  async check(newObserver) {
    const troubles: string[] = [];
    for (const [what, error] of errors) {
      const told = newsOf({ error });
      for (const trouble of await troublesOf(newObserver(), [["onRunStart", RUN], ...told, ...told])) {
        troubles.push(`${what}: ${trouble.split("\n", 2).join("")}`);
      }
    }
    assert.deepEqual([...new Set(troubles)], []);
  },
}));

const changeCases: readonly ObserverCase[] = [
  {
    name: "news that cannot be changed is heard",
    async check(newObserver) {
      const error = Object.assign(new TypeError("no"), { details: { at: [1] } });
      const told = newsOf({ error }).map((news) => deeplyFrozen(news));
      await assertHears(newObserver(), [...told, ...told], "frozen news");
    },
  },
  {
    name: "news that can be changed is left as it is",
    async check(newObserver) {
      const told = () => newsOf({ error: Object.assign(new TypeError("no"), { details: { at: [1] } }) });
      const [heard, expected] = [told(), told()];
      await assertHears(newObserver(), [...heard, ...heard], "news");
      await settled();
      assert.deepEqual(heard, expected);
    },
  },
];

/** What is kept for the moment only, by the platform, is gone by then. */
const MOST_COLLECTIONS = 5;
const RUN_ENDS = newsOf({ error: undefined }).filter(([hook]) => isLeaving(hook));

const memoryCases: readonly ObserverCase[] = RUN_ENDS.map(([hook, end]) => ({
  name: `nothing of a run is kept alive after ${hook}${"outcome" in end ? ` (${end.outcome})` : ""}${"reason" in end ? ` (${end.reason})` : ""}`,
  async check(newObserver) {
    const observer = newObserver();
    const told = tellOfRun(observer, [hook, end] as News);
    let kept: readonly string[] = [];
    for (let round = 0; round === 0 || (kept.length > 0 && round < MOST_COLLECTIONS); round++) {
      await settled();
      collectGarbage();
      kept = told.filter(([, reference]) => reference.deref() !== undefined).map(([what]) => what);
    }
    assert.deepEqual(kept, []);
    await assertHears(observer, [["onRunStart", RUN]], "it is still there, with what it keeps");
  },
}));

/**
 * Tells of a run that has steps under way, and leaves as `end` says; what is late is told behind that.
 * In a function of its own, and without a closure over what is told, so that nothing here refers to it any more.
 */
function tellOfRun(observer: Observer, [hook, end]: News): readonly [what: string, reference: WeakRef<object>][] {
  const run = observedRun("run_gone");
  const error = new TypeError("no");
  const told: readonly News[] = [
    ...newsOf({ run, error, number: "1", name: "Outer" }).filter(isUnderWay),
    ...newsOf({ run, error, number: "1.1", name: "Inner" }).filter(isOfStep),
    [hook, { ...end, ...run }] as News,
    ...newsOf({ run, error, number: "2", name: "Late" }).filter(isOfStep),
  ];
  for (const news of told) {
    const returned = tell(observer, news);
    if (isThenable(returned)) returned.then(undefined, ignored);
  }
  return [["the run", run], ["the error", error], ...told].map(([what, of]) => [
    what as string,
    new WeakRef(of as object),
  ]);
}

function isUnderWay([hook]: News): boolean {
  return !isLeaving(hook) && hook !== "onStepEnd";
}
function ignored(): void {}

function isOfStep([hook]: News): boolean {
  return hook === "onLog" || hook.startsWith("onStep");
}
function isLeaving(hook: Hook): boolean {
  return hook === "onRunEnd" || hook === "onRunSuspend" || hook === "onRunPause";
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

function deeplyFrozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value)) deeplyFrozen((value as Record<PropertyKey, unknown>)[key]);
  return value;
}

/** All that whoever tells an observer may rely on. */
export const observerContract: readonly ObserverCase[] = [
  ...orderCases,
  ...textCases,
  ...errorCases,
  ...changeCases,
  ...memoryCases,
];
export type { NewObserver, ObserverCase } from "./observer-case.ts";
