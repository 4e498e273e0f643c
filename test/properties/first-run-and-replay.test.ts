// P2: what code sees on the first run is what it sees on every replay, and what was handed out: on a real SQLite file.
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TaggedError, UnexpectedError, UnstorableValueError, type StepTools } from "../../src/index.ts";
import { HandedOutError, handingOut, item, type Item } from "./handed-out.ts";
import { CardDeclined, DECLARED, TAGGED, revivedPrototype } from "./random-errors.ts";
import { strictDifference } from "./strict-difference.ts";
import { temporaryFiles } from "./temporary-folder.ts";
import { twoPasses, type Pass, type Seen } from "./two-passes.ts";
import { Census } from "./value-census.ts";

const newFile = temporaryFiles("replay");
const census = new Census();
// Once a class was declared somewhere, its errors are revived everywhere.
beforeAll(async () => {
  await twoPasses(newFile(), handingOut([{ way: "declared", error: new CardDeclined(), retries: 0 }], false));
});
afterAll(() => census.print("first run and replay"));

const rules = { revivedPrototype };
const placed = { ...rules, mayGainPlace: true };

/** Which of what is thrown may leave the step typed: what it declares, or what was raised. */
type Typed = "nothing" | "tagged" | "declared" | "everything";

/** How what was seen differs from what the step was made to hand out, by the rules of the language. */
function differenceFromItem(given: Item, seen: Seen): string | undefined {
  const value = "value" in seen ? seen.value : undefined;
  switch (given.way) {
    case "returned":
      return strictDifference({ value: given.value }, seen, rules);
    case "in a branch":
      return strictDifference({ value: { first: given.value, second: "second" } }, seen, rules);
    case "of a map":
      return strictDifference({ value: [given.value] }, seen, rules);
    case "thrown as it is":
      return differenceFromThrown(given.value, seen, "nothing");
    case "undeclared":
      return differenceFromThrown(given.error, seen, "nothing");
    case "declared":
      return differenceFromThrown(given.error, seen, "declared");
    case "raised":
      return differenceFromThrown(given.error, seen, "everything");
    case "abstracted": {
      if (!("error" in seen && seen.error instanceof HandedOutError)) return "it is not the abstract error";
      return differenceFromThrown(given.error, { error: seen.error.cause }, "nothing");
    }
    case "as a result": {
      const { ok, error, ...rest } = value as { readonly ok: boolean; readonly error: unknown };
      if (ok || Object.keys(rest).length > 0) return "it is no failed result";
      return differenceFromThrown(given.error, { error }, "tagged");
    }
    case "recovered":
      return (
        strictDifference({ value: given.value }, { value }, rules) ??
        differenceFromThrown(given.error, { error: seen.handled }, "tagged")
      );
  }
}

function differenceFromThrown(wanted: unknown, seen: Seen, typed: Typed): string | undefined {
  if (!("error" in seen)) return "it did not fail";
  const { error } = seen;
  const bareStack = restoredStack(wanted);
  if (isTyped(wanted, typed)) return strictDifference(wanted, error, placed);
  if (!(error instanceof UnexpectedError)) return "it is no UnexpectedError";
  if (error._tag !== "UnexpectedError" || error.name !== "UnexpectedError") return "it has another tag or name";
  if (wanted instanceof Error && error.message !== wanted.message) return "it has another message";
  if (wanted instanceof Error && error.stack?.startsWith(bareStack ?? "") !== true) return "it has another stack";
  return strictDifference(wanted, error.cause, rules);
}

function isTyped(wanted: unknown, typed: Typed): boolean {
  if (typed === "nothing" || typed === "everything") return typed === "everything";
  const classes = typed === "tagged" ? TAGGED : [...TAGGED, ...DECLARED];
  return classes.some((errorClass) => wanted instanceof errorClass);
}

const bareStacks = new WeakMap<Error, string | undefined>();
/** The stack that an error was made with. What a run has written at its end is taken off. */
function restoredStack(value: unknown): string | undefined {
  if (!(value instanceof Error)) return undefined;
  if (!bareStacks.has(value)) bareStacks.set(value, value.stack);
  Object.defineProperty(value, "stack", { value: bareStacks.get(value), writable: true, configurable: true });
  return value.stack;
}

/** That each item was seen as it is, and again the same on the replay, without its body. */
function expectHandedOut(
  items: readonly Item[],
  { first, replay }: { readonly first: Pass; readonly replay: Pass },
): void {
  expect([first.seen.length, replay.seen.length, replay.hasEnded]).toEqual([items.length, items.length, true]);
  for (const [place, given] of items.entries()) {
    const { handled, ...recorded } = first.seen[place]!;
    expect([given.way, differenceFromItem(given, first.seen[place]!)]).toEqual([given.way, undefined]);
    expect([given.way, strictDifference(recorded, replay.seen[place])]).toEqual([given.way, undefined]);
    expect(handled !== undefined).toBe(given.way === "recovered");
    expect(first.calls(place)).toBe(hasRetry(given) ? 2 : 1);
    census.note(given.way);
  }
  expect(replay.bodies).toBe(0);
  census.note("replays checked");
}

/** What is raised, and what a branch throws, is not tried again. */
function hasRetry({ way, retries }: Item): boolean {
  return retries === 1 && !["raised", "returned", "in a branch", "of a map"].includes(way);
}

test("random values and errors are the same on the first run, on the replay, and as they were handed out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 8 }), fc.boolean(), async (items, isGenerator) => {
      for (const given of items) restoredStack("error" in given ? given.error : given.value);
      const passes = await twoPasses(newFile(), handingOut(items, isGenerator));
      expectHandedOut(items, passes);
      for (const [place, { output, error }] of passes.details.steps.slice(0, items.length).entries()) {
        const seen = passes.first.seen[place]!;
        const difference =
          "value" in seen ? strictDifference(seen.value, output) : strictDifference(error, seen.error, placed);
        expect(difference).toBeUndefined();
      }
    }),
    { numRuns: 120 },
  );
  const throwing = ["thrown as it is", "declared", "undeclared", "raised", "as a result", "abstracted", "recovered"];
  expect(census.missing(["returned", "in a branch", "of a map", ...throwing, "replays checked"])).toEqual([]);
});

test("text of 3 MB, NUL and lone surrogates come through the file as they were", async () => {
  const long = "\0\ud800é𝒳x".repeat(500_000);
  const items: Item[] = [
    { way: "returned", value: long, retries: 0 },
    { way: "returned", value: new Map([[long, { [long]: [long] }]]), retries: 0 },
    { way: "declared", error: new CardDeclined({ long, message: long }), retries: 0 },
  ];
  for (const given of items) restoredStack("error" in given ? given.error : undefined);
  const passes = await twoPasses(newFile(), handingOut(items, false));
  expectHandedOut(items, passes);
  expect((passes.replay.seen[0] as { readonly value: unknown }).value === long).toBe(true);
});

class Known extends TaggedError("KnownOnReplay")<{ readonly code: string }> {}
class Plain extends Error {
  readonly status = 404;
}

test("a raised error is of its class on both passes; where nobody declared it on its way, it is the cause of an UnexpectedError", async () => {
  const raise = (step: StepTools) =>
    step.run("Raise", function* () {
      throw yield* new Known({ code: "E1", message: "no", cause: new RangeError("deep") });
    });
  const { first, replay } = await twoPasses(newFile(), {
    async async(step, pass) {
      await pass.see(raise(step));
      await pass.see(
        step.run("Through yield*", function* (inner) {
          return yield* raise(inner);
        }),
      );
      await pass.see(step.run("Through await", async (inner) => await raise(inner)));
      await pass.see(step.run("Through await, declared", async (inner) => await raise(inner)).possibleError(Known));
      await pass.see(
        step.run({ name: "Plain", retries: 0 }, () => Promise.reject(new Plain("p"))).possibleError(Plain),
      );
      await pass.see(step.run({ name: "Fail" }, (inner) => inner.fail(new Plain("f"))));
    },
  });
  for (const { seen } of [first, replay]) {
    const errors = seen.map((one) => ("error" in one ? one.error : undefined));
    const causes = errors.map((error) => (error as Error).cause);
    for (const error of [errors[0], errors[1], errors[3], causes[2]]) {
      expect(error).toBeInstanceOf(Known);
      expect(error).not.toBeInstanceOf(UnexpectedError);
      expect(error).toMatchObject({ _tag: "KnownOnReplay", name: "KnownOnReplay", code: "E1", message: "no" });
      expect((error as Known).cause).toBeInstanceOf(RangeError);
    }
    expect(errors[2]).toBeInstanceOf(UnexpectedError);
    expect(errors[2]).not.toBeInstanceOf(Known);
    expect(errors[2]).toMatchObject({ _tag: "UnexpectedError", message: "no" });
    for (const error of [errors[4], errors[5]]) expect(error).toBeInstanceOf(Plain);
    expect(errors.slice(4)).toMatchObject([
      { message: "p", status: 404 },
      { message: "f", status: 404 },
    ]);
  }
  expect(strictDifference(first.seen, replay.seen)).toBeUndefined();
  expect(replay.hasEnded).toBe(true);
});

test("an undeclared class stays what it was, though a later step declares it", async () => {
  class Late extends Error {}
  const { first, replay } = await twoPasses(newFile(), {
    async async(step, pass) {
      const throws = () => Promise.reject(new Late("late"));
      await pass.see(step.run({ name: "Undeclared", retries: 0 }, throws));
      await pass.see(step.run({ name: "Declared", retries: 0 }, throws).possibleError(Late));
    },
  });
  const isLate = ({ seen }: Pass) =>
    seen.map((one) => [
      (one as { error: Error }).error instanceof Late,
      (one as { error: Error }).error.cause instanceof Late,
    ]);
  expect(isLate(replay)).toEqual(isLate(first));
  expect(strictDifference(first.seen, replay.seen)).toBeUndefined();
});

test("of a foreign error, what cannot be stored is left out; a tagged one is refused, and says where", async () => {
  const code = { code: "E", port: 25, list: [1] };
  const foreign = Object.assign(new Plain("foreign"), code, {
    socket: new WeakMap(),
    retry: () => 1,
    deep: { of: [Symbol("s")] },
  });
  foreign.cause = new Known({ code: "inner" });
  const tagged = new Known(Object.assign({ code: "outer" }, { retry: { with: () => 1 } }));
  const { first, replay, details } = await twoPasses(newFile(), {
    async async(step, pass) {
      await pass.see(step.run({ name: "Foreign", retries: 0 }, () => Promise.reject(foreign)).possibleError(Plain));
      await pass.see(step.run({ name: "Tagged", retries: 0 }, () => Promise.reject(tagged)).possibleError(Known));
      await pass.see(step.run("Value", () => ({ list: [foreign] })));
    },
  });
  const [seenForeign, seenTagged, seenValue] = first.seen as [
    { error: Plain },
    { error: UnexpectedError },
    { value: unknown },
  ];
  const bare = (error: object) => Object.keys(error).toSorted();
  expect(seenForeign.error).toMatchObject({ message: "foreign", status: 404, ...code });
  expect(bare(seenForeign.error)).toEqual(["code", "list", "port", "status"]);
  expect(seenForeign.error.cause).toBeInstanceOf(Known);
  expect(bare((seenValue.value as { list: [Error] }).list[0])).toEqual(["code", "list", "port", "status"]);
  expect(seenTagged.error).toBeInstanceOf(UnexpectedError);
  const refusal = seenTagged.error.cause as UnstorableValueError;
  expect(refusal).toBeInstanceOf(UnstorableValueError);
  expect(refusal.path).toBe(".retry.with");
  for (const part of ['step 2 "Tagged"', "Hand out", details.id, ".retry.with"])
    expect(refusal.message).toContain(part);
  expect(strictDifference(first.seen, replay.seen)).toBeUndefined();
  expect(replay.hasEnded).toBe(true);
});

test("the place in an error's stack names steps that there are", async () => {
  const { first, details } = await twoPasses(newFile(), {
    async async(step, pass) {
      await pass.see(step.run("Raise", (inner) => inner.fail(new Known({ code: "E" }))));
    },
  });
  const { stack } = (first.seen[0] as { readonly error: Error }).error;
  expect(stack?.endsWith(`\n    at step 1 Raise (Hand out, ${details.id})`)).toBe(true);
  expect(stack).not.toContain("at step 1.0");
});
