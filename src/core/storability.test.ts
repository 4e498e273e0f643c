import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Storability } from "./storability.ts";
import { unstorablePart } from "./storable.ts";
import { TaggedError } from "./tagged-error.ts";

class StorabilityTestError extends TaggedError("StorabilityTestError")<{ readonly field?: unknown }> {}

const storability = () => new Storability(1_000);

describe("what can be stored", () => {
  it.each<[string, unknown, boolean]>([
    ["nothing", undefined, true],
    ["plain data", { a: [1, new Map([[new Date(0), new Set([1n])]])] }, true],
    ["a function", () => {}, false],
    ["a function inside", { a: [() => {}] }, false],
    ["a symbol inside", [Symbol("s")], false],
    ["an instance", new WeakMap(), false],
    ["what throws when it is read", Object.defineProperty({}, "a", { get: fails, enumerable: true }), false],
    ["what is all traps", [new Proxy({}, { getPrototypeOf: fails })], false],
    ["a foreign error, with whatever (S2)", Object.assign(new Error("no"), { send: () => {} }), true],
    ["a tagged error", new StorabilityTestError({ field: 1 }), true],
    ["a tagged error with what cannot be (S2)", { error: new StorabilityTestError({ field: () => {} }) }, false],
    ["a tagged error with such a cause", new StorabilityTestError({ cause: [Symbol("s")] }), false],
  ])("%s", (_what, part, expected) => {
    expect(storability().isStorable(part)).toBe(expected);
  });

  it("nests to a depth, wherever one comes from", () => {
    const bottom = nested(900, 1);
    const asked = storability();
    expect(asked.isStorable(nested(900, bottom))).toBe(false);
    expect(asked.isStorable(bottom)).toBe(true);
  });
});

/** Objects that refer to one another as chance has it; some refer to a function. */
const graph = fc
  .array(
    fc.record({ to: fc.array(fc.nat(11), { maxLength: 3 }), isFaulty: fc.constantFrom(false, false, false, true) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((nodes) => {
    const made = nodes.map((): unknown[] => []);
    nodes.forEach(({ to, isFaulty }, place) => {
      made[place]!.push(...to.map((target) => made[target % made.length]));
      if (isFaulty) made[place]!.push(() => {});
    });
    return made;
  });

it("S1: what was asked before changes no answer", () => {
  const answers = new Set<boolean>();
  fc.assert(
    fc.property(graph, (nodes) => {
      const asked = storability();
      for (const node of [...nodes, ...nodes]) {
        const isStorable = unstorablePart(node) === undefined;
        expect(asked.isStorable(node)).toBe(isStorable);
        answers.add(isStorable);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(answers.size).toBe(2);
});

it("S1: an object is looked through once, however many parts share it", () => {
  let reads = 0;
  const counted = (more: object) => Object.defineProperties(more, { 0: { get: () => ++reads, enumerable: true } });
  const storable = counted({});
  const unstorable = counted({ send: () => {} });
  const cyclic: unknown[] = [storable];
  cyclic.push(cyclic);
  const asked = storability();
  for (let round = 0; round < 10; round++) {
    expect(asked.isStorable([storable, () => {}])).toBe(false);
    expect(asked.isStorable({ cyclic, send: () => {} })).toBe(false);
    expect(asked.isStorable([cyclic, unstorable])).toBe(false);
  }
  expect(asked.isStorable(cyclic)).toBe(true);
  expect(reads).toBe(2);
});

function nested(levels: number, innermost: unknown): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
function fails(): never {
  throw new RangeError("it resists");
}
