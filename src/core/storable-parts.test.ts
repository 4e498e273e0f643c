import { describe, expect, it } from "vitest";
import { encodeError } from "./error-codec.ts";
import { storableKind } from "./storable-kind.ts";
import { isAtom, reasonOf, refusedAtom, refusedIn, refusedInError, type UnstorablePart } from "./storable-parts.ts";

/** The parts that are visited, up to the first that is `refused`, and what is said of it. */
function walk(
  value: object,
  refused?: unknown,
): { readonly visited: unknown[]; readonly part: UnstorablePart | undefined } {
  const visited: unknown[] = [];
  const part = refusedIn(value, storableKind(value) as "object", (each) => {
    visited.push(each);
    return each === refused ? { path: "!", what: "refused" } : undefined;
  });
  return { visited, part };
}
const [first, second, third] = [{ a: 1 }, [2], new Date(3)];

describe("the parts of an object", () => {
  it.each<[string, object, unknown[]]>([
    ["an object", { first, text: "", second }, [first, second]],
    ["a list", [1, first, null, second], [first, second]],
    ["a list with holes", Object.assign(Array.from({ length: 1 }), { 4_000_000_000: first }), [first]],
    [
      "a map, a key before its value",
      new Map<unknown, unknown>([
        [first, second],
        ["b", third],
      ]),
      [first, second, third],
    ],
    ["a set", new Set([second, first]), [second, first]],
    ["a date", third, []],
    ["a view", new Uint8Array(3), []],
  ])("%s: in the order in which they are written down, and no atom", (_what, value, parts) => {
    expect(walk(value)).toEqual({ visited: parts, part: undefined });
  });

  it.each<[object, string]>([
    [{ second, first }, ".first!"],
    [[second, first], "[1]!"],
    [
      new Map<unknown, unknown>([
        ["x", second],
        ["y", first],
      ]),
      ".get(y)!",
    ],
    [
      new Map<unknown, unknown>([
        [second, 1],
        [third, first],
      ]),
      ".values()[1]!",
    ],
    [
      new Map<unknown, unknown>([
        [second, 1],
        [first, 1],
      ]),
      ".keys()[1]!",
    ],
    [new Set([second, first]), ".values()[1]!"],
  ])("case %#: the path leads through it", (value, path) => {
    expect(walk(value, first).part).toEqual({ path, what: "refused" });
  });
});

describe("an object with more than its kind holds", () => {
  it.each<[object, string, string]>([
    [JSON.parse('{"__proto__":1}') as object, ".__proto__", 'a key "__proto__"'],
    [{ [Symbol("s")]: first }, "[Symbol(s)]", "a key that is a symbol"],
    [Object.assign([first], { total: 1 }), ".total", "a property beside what a built-in object holds"],
    [
      Object.assign(new Map([[first, first]]), { total: 1 }),
      ".total",
      "a property beside what a built-in object holds",
    ],
  ])("case %#: is refused, with nothing visited", (value, path, what) => {
    expect(walk(value)).toEqual({ visited: [], part: { path, what } });
  });
});

it("an error's fields are its own; its cause and the errors of an aggregate are beside them", () => {
  const error = Object.assign(new AggregateError([second], "m", { cause: first }), { third });
  const encoded = encodeError(error, () => true);
  const pathOf = (refused: unknown) =>
    refusedInError(encoded, (part) => (part === refused ? { path: "!", what: "" } : undefined))?.path;
  expect([pathOf(third), pathOf(first), pathOf(error.errors), pathOf(error)]).toEqual([
    ".third!",
    ".cause!",
    ".errors!",
    undefined,
  ]);
});

it("what is no object is an atom, or is refused by its name", () => {
  for (const atom of ["", 0, 1n, true, null, undefined])
    expect([isAtom(atom), refusedAtom(atom)]).toEqual([true, undefined]);
  expect([refusedAtom(Symbol("s")), refusedAtom(() => {}), refusedAtom(walk)].map((part) => part?.what)).toEqual([
    "a symbol",
    "a function",
    "the function walk",
  ]);
  for (const part of [{}, walk, Symbol("s")]) expect(isAtom(part)).toBe(false);
});

it("says why something was thrown, whatever it was", () => {
  expect(reasonOf(new Error("no"))).toBe("no");
  expect(reasonOf("text")).toBe("text");
  expect(reasonOf(undefined)).toBe("it throws");
  expect(reasonOf({ message: Object.create(null) as object })).toBe("it throws");
  expect(reasonOf(new Error("x".repeat(1_000)))).toHaveLength(200);
});
