// What cannot be stored fails once, and says where: step, number, run, and the path in the value.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PayloadTooLargeError, TaggedError, UnexpectedError, UnstorableValueError } from "../../src/index.ts";
import { decodeValue, encodeValue } from "../../src/core/value-codec.ts";
import { MemoryStore } from "../../src/stores/memory/memory-store.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { printFigure } from "../figures.ts";
import { CardDeclined } from "./random-errors.ts";
import { storableValue } from "./random-values.ts";
import { strictDifference } from "./strict-difference.ts";
import { passUntilSettled, virtualApp } from "./virtual-time.ts";

class Invoice {
  readonly amount = 1;
}
class OwnMap extends Map {}
class OwnList extends Array {}
class OwnDate extends Date {}
class OwnSet extends Set {}
class OwnBytes extends (Uint8Array as new (length: number) => Uint8Array) {}
class Rootless {
  readonly amount = 1;
  static make(): object {
    return Object.setPrototypeOf({ amount: 1 }, Object.setPrototypeOf(Rootless.prototype, null) as object) as object;
  }
}

/** What a store refuses as it stands: the path of the refusal is the value's own, and what is added to it here. */
const CASES: readonly (readonly [name: string, make: () => unknown, path?: string])[] = [
  ["a function", () => () => 1],
  ["a named function", () => encodeValue],
  ["a class", () => Invoice],
  ["a symbol", () => Symbol("s")],
  ["an instance of a class", () => new Invoice()],
  ["an instance of a class without a root", () => Rootless.make()],
  ["a subclass of Map", () => new OwnMap()],
  ["a subclass of Set", () => new OwnSet()],
  ["a subclass of Array", () => new OwnList()],
  ["a subclass of Date", () => new OwnDate()],
  ["a subclass of Uint8Array", () => new OwnBytes(2)],
  ["a WeakMap", () => new WeakMap()],
  ["a WeakRef", () => new WeakRef({})],
  ["a RegExp", () => /x/],
  ["a URL", () => new URL("https://example.com")],
  ["a boxed number", () => Object(1) as object],
  ["a generator", () => (function* () {})()],
  ["shared memory", () => new SharedArrayBuffer(4)],
  ["a view of shared memory", () => new Uint8Array(new SharedArrayBuffer(4))],
  ["a part of shared memory", () => new Uint8Array(new SharedArrayBuffer(4), 1, 2)],
  ["a key __proto__", () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown, ".__proto__"],
  ["a key that is a symbol", () => ({ [Symbol("s")]: 1 }), "[Symbol(s)]"],
  ["a method", () => ({ amount: 1, charge() {} }), ".charge"],
  ["a tagged error with a field that cannot be stored", () => new CardDeclined({ retry: () => 1 }), ".retry"],
  ["a tagged error with a cause that cannot be stored", () => new CardDeclined({ cause: Symbol("s") }), ".cause"],
  ["a tagged error with a key __proto__", () => protoField(new CardDeclined()), ".__proto__"],
  ["1,500 levels", () => nested(1_500)],
];
const UNSTORABLE = CASES.map(([name, make, path = ""]) => [name, make, path] as const);
/** Not stored either, and only met inside: returned by itself, it is awaited. */
const UNSTORABLE_INSIDE = [...UNSTORABLE, ["a promise", () => Promise.resolve(1), ""] as const];

function protoField<Made extends object>(error: Made): Made {
  return Object.defineProperty(error, "__proto__", { value: 1, enumerable: true });
}
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
function refusalOf(value: unknown): UnstorableValueError {
  let refusal: unknown = "it was stored";
  try {
    encodeValue(value);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(UnstorableValueError);
  return refusal as UnstorableValueError;
}

test.each(UNSTORABLE)("refused, with its path: %s", (name, make, path) => {
  const refusal = refusalOf(make());
  expect(name === "1,500 levels" ? "" : refusal.path).toBe(path);
  expect(refusalOf({ list: [1, make()] }).path.startsWith(`.list[1]${path}`.slice(0, 60))).toBe(true);
});

type Segment = { readonly around: (inner: unknown) => unknown; readonly path: string };
const identifier = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,5}$/);
const segment: fc.Arbitrary<Segment> = fc.oneof(
  fc.tuple(identifier, storableValue).map(([key, other]) => ({
    around: (inner: unknown) => ({ other, [key === "other" ? "x" : key]: inner }),
    path: `.${key === "other" ? "x" : key}`,
  })),
  fc.array(storableValue, { maxLength: 3 }).map((before) => ({
    around: (inner: unknown) => [...before, inner, 1],
    path: `[${before.length}]`,
  })),
  fc.tuple(identifier, storableValue).map(([key, other]) => ({
    around: (inner: unknown) =>
      new Map([
        ["", other],
        [key, inner],
      ]),
    path: `.get(${key})`,
  })),
  storableValue.map((value) => ({
    around: (inner: unknown) =>
      new Map([
        [1, value],
        [inner, 1],
      ]),
    path: ".keys()[1]",
  })),
  fc.constant({ around: (inner: unknown) => new Set([1, inner]), path: ".values()[1]" }),
  identifier.map((key) => ({
    around: (inner: unknown) => new CardDeclined({ [`${key}Field`]: inner }),
    path: `.${key}Field`,
  })),
  fc.constant({ around: (inner: unknown) => new CardDeclined({ cause: inner }), path: ".cause" }),
);

test("wherever it is, the path leads to it", () => {
  let refused = 0;
  const what = fc.constantFrom(...UNSTORABLE_INSIDE.filter(([name]) => name !== "1,500 levels"));
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), what, (segments, [, make, path]) => {
      const value = segments.reduceRight<unknown>((inner, { around }) => around(inner), make());
      expect(refusalOf(value).path).toBe(segments.map((each) => each.path).join("") + path);
      refused++;
    }),
    { numRuns: 1_000 },
  );
  printFigure("unstorable values: refused with their paths", refused);
  expect(refused).toBeGreaterThan(0);
});

/** Kinds that a store knows, with something more. It must not be lost in silence. */
const MORE_THAN_ITS_KIND: Readonly<Record<string, () => unknown>> = {
  "a list with a property": () => Object.assign([1], { total: 1 }),
  "a match of a regular expression": () => "2026-01".match(/(?<year>\d+)-/),
  "a map with a property": () => Object.assign(new Map(), { total: 1 }),
  "a set with a property": () => Object.assign(new Set(), { total: 1 }),
  "a date with a property": () => Object.assign(new Date(0), { zone: "UTC" }),
  "a view with a property": () => Object.assign(new Uint8Array(1), { unit: "B" }),
  "an object with defaults": () => Object.setPrototypeOf({ a: 1 }, Object.setPrototypeOf({ b: 2 }, null) as object),
  "a map whose key has no prototype": () => new Map([[Object.create(null), { a: 1 }]]),
  "a map whose key has a key toString": () => new Map([[{ toString: 1 }, { a: 1 }]]),
  "a map that says it is something else": () => Object.defineProperty({}, Symbol.toStringTag, { value: "Map" }),
  "an error with a key __proto__": () => protoField(new Error("m")),
  "an error whose name is a function": () => Object.assign(new Error("m"), { name: () => 1 }),
};
test.each(Object.entries(MORE_THAN_ITS_KIND))("comes back as it was, or is refused: %s", (_name, make) => {
  expect(lossOf(make())).toBeUndefined();
});

/** What was lost in silence. */
function lossOf(value: unknown): string | undefined {
  let text: string;
  try {
    text = encodeValue(value);
  } catch (error) {
    return error instanceof UnstorableValueError ? undefined : `it was not refused: ${String(error)}`;
  }
  const back = decodeValue(text);
  if (!(value instanceof Error)) return strictDifference(value, back);
  return back instanceof Error ? undefined : "it is no error"; // X2: what of a foreign error cannot be stored is left out
}

async function runWith(make: () => unknown, options: { readonly maxPayload?: number } = {}) {
  const clock = new ManualClock();
  const store = new MemoryStore();
  const app = virtualApp(store, clock, options);
  const seen: unknown[] = [];
  let calls = 0;
  const pay = app.createFunction({ name: "Pay out" }, { event: "pay" }, async ({ step }) => {
    await step.run("First", () => 1);
    await step.run("Outer", async (inner) => {
      await inner.run("Quote", () => 1);
      try {
        await inner.run("Make", () => {
          calls++;
          return make();
        });
      } catch (error) {
        seen.push(error);
      }
    });
    return "went on";
  });
  await app.start();
  const run = app.run(pay, { data: null });
  expect(await passUntilSettled(clock, run)).toEqual({ value: "went on" });
  const details = await app.runs.get(run.id);
  await passUntilSettled(clock, app.stop());
  return { runId: run.id, calls, error: seen[0] as UnexpectedError, step: details!.steps[1]!.steps[1]! };
}

test.each(UNSTORABLE)("a step that gives %s fails once, and says where", async (_name, make) => {
  const value = { charge: { parts: [make()] } };
  const { path } = refusalOf(value); // before anything waits for a run that could not end
  const { runId, calls, error, step } = await runWith(() => value);
  expect(calls).toBe(1);
  expect(error).toBeInstanceOf(UnexpectedError);
  const refusal = error.cause as UnstorableValueError;
  expect(refusal).toBeInstanceOf(UnstorableValueError);
  expect(refusal.path).toBe(path);
  for (const part of ["2.2", '"Make"', "Pay out", runId, path]) expect(error.message).toContain(part);
  expect(step).toMatchObject({ number: "2.2", name: "Make", status: "failed", attempts: 1 });
  expect(strictDifference(step.error, error)).toBeUndefined();
});

test("a value beyond maxPayload fails once, and says where and how much", async () => {
  const fits = await runWith(() => "é".repeat(400), { maxPayload: 1_000 });
  expect([fits.calls, fits.error, fits.step.status]).toEqual([1, undefined, "completed"]);
  const { runId, calls, error } = await runWith(() => ["é".repeat(600)], { maxPayload: 1_000 });
  expect(calls).toBe(1);
  expect(error).toBeInstanceOf(UnexpectedError);
  expect(error.cause).toBeInstanceOf(PayloadTooLargeError);
  expect(error.cause).toMatchObject({ mostBytes: 1_000 });
  expect((error.cause as PayloadTooLargeError).bytes).toBeGreaterThan(1_200);
  for (const part of ["2.2", '"Make"', "Pay out", runId, "1000"]) expect(error.message).toContain(part);
});

test("what a function gives, what recovers a step, and what a branch gives are refused like what a body gives", async () => {
  class Declined extends TaggedError("DeclinedHere") {}
  const clock = new ManualClock();
  const app = virtualApp(new MemoryStore(), clock);
  const counts = { body: 0, data: 0, branch: 0, handler: 0 };
  const seen: unknown[] = [];
  const pay = app.createFunction({ name: "Pay out" }, { event: "pay" }, async ({ step }) => {
    counts.handler++;
    const recovered = step
      .run({ name: "Charge", retries: 0 }, () => {
        counts.body++;
        throw new Declined();
      })
      .possibleError(Declined)
      .next(() => {
        counts.data++;
        return { later: () => 1 };
      });
    seen.push(await recovered.then(undefined, (error: unknown) => error));
    const all = step.all({
      good: () => 1,
      bad: () => {
        counts.branch++;
        return { list: [Symbol("s")] };
      },
    });
    seen.push(await all.then(undefined, (error: unknown) => error));
    return { when: /x/ };
  });
  await app.start();
  const { error } = await passUntilSettled(clock, app.run(pay, { data: null }));
  expect(counts).toEqual({ body: 1, data: 1, branch: 1, handler: 1 });
  const paths = [...seen, error].map((each) => ((each as Error).cause as UnstorableValueError).path);
  expect(paths).toEqual([".later", ".list[0]", ".when"]);
  for (const [place, part] of ['step 1 "Charge"', '2.2 "bad"', 'the function "Pay out"'].entries())
    expect(([...seen, error][place] as Error).message).toContain(part);
  await passUntilSettled(clock, app.stop());
});
