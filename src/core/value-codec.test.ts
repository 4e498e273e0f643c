import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UnstorableValueError } from "./errors.ts";
import { TaggedError } from "./tagged-error.ts";
import { decodeValue, encodeValue } from "./value-codec.ts";

class ValueCodecTestError extends TaggedError("ValueCodecTestError")<{ readonly field?: unknown }> {}

const there = <Value>(value: Value): Value => decodeValue(encodeValue(value)) as Value;
const bare = <Made extends Error>(error: Made): Made => Object.defineProperty(error, "stack", { value: undefined });

describe("the text", () => {
  it.each<[unknown, string]>([
    ["charged", '["charged"]'],
    [42, "[42]"],
    [null, "[null]"],
    [undefined, "-1"],
    [-0, "-6"],
    [{ a: [1] }, '{"a":[1]}'],
    [[{ a: "b" }], ' [{"a":"b"}]'],
    [{ a: undefined }, '[{"a":-1}]'],
    [
      bare(new TypeError("no")),
      '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"name":6,"message":7},"TypeError","no"]',
    ],
  ])("case %#", (value, text) => {
    expect(encodeValue(value)).toBe(text);
  });
});

describe("errors", () => {
  it("come back wherever they are: in lists, objects, maps and sets, as keys and as parts of errors", () => {
    const [first, second, third] = [new TypeError("1"), new ValueCodecTestError({ message: "2" }), new Error("3")];
    Object.assign(first, { field: [second] });
    const back = there({ list: [first], map: new Map([[first, second]]), set: new Set([second, third]) });
    const [one] = back.list as [TypeError & { readonly field: readonly [ValueCodecTestError] }];
    expect(one).toBeInstanceOf(TypeError);
    expect([...back.map]).toEqual([[one, one.field[0]]]);
    expect(back.map.get(one) === one.field[0]).toBe(true);
    expect(back.set.has(one.field[0])).toBe(true);
    expect([...back.set][1]!.message).toBe("3");
  });

  it("share with the value what they shared with it", () => {
    const shared = { a: 1 };
    const error = Object.assign(new Error("no", { cause: shared }), { shared });
    const back = there({ shared, error });
    expect(back.error.shared === back.shared).toBe(true);
    expect(back.error.cause === back.shared).toBe(true);
  });

  it("of a view's bytes keep what the view says, and nothing beside it", () => {
    const error = Object.assign(new Error("no"), { bytes: new Uint8Array([1, 2, 3, 4]).subarray(1, 3) });
    expect(there(error).bytes).toEqual(new Uint8Array([2, 3]));
    expect(there([error])[0]!.bytes.buffer.byteLength).toBe(2);
  });

  it("left out of a foreign error take what they hold with them", () => {
    const inner = Object.assign(new Error("inner"), { secret: "s" });
    const outer = Object.assign(new Error("outer"), { context: { inner, send: () => {} } });
    expect(encodeValue(outer)).not.toContain("inner");
    expect(Object.keys(there(outer))).toEqual([]);
  });
});

describe("many errors", () => {
  const chain = (length: number, make: (cause: unknown, place: number) => Error): Error => {
    let error: unknown;
    for (let place = 0; place < length; place++) error = make(error, place);
    return error as Error;
  };
  const lengthOf = (error: unknown): number => {
    let length = 0;
    for (let each = error; each instanceof Error; each = each.cause) length++;
    return length;
  };
  // A walk for each error through all that it holds would take longer than a test may.
  const big = Array.from({ length: 100_000 }, (_, place) => ({ place }));

  it.each<[string, (cause: unknown, place: number) => Error]>([
    ["foreign", (cause) => bare(new Error("m", { cause }))],
    ["tagged", (cause) => bare(new ValueCodecTestError({ cause }))],
    ["by turns", (cause, at) => bare(at % 2 === 0 ? new ValueCodecTestError({ cause }) : new Error("m", { cause }))],
    ["with a big field in common", (cause) => Object.assign(bare(new Error("m", { cause })), { big })],
    [
      "and what is left out",
      (cause) => Object.assign(bare(new Error("m", { cause })), { at: { big, send: () => {} } }),
    ],
  ])("5,000 causes, %s, are written down at once", (_what, make) => {
    expect(lengthOf(there(chain(5_000, make)))).toBe(5_000);
  });

  it("the path to what is refused leads through all of them, as far as a message goes", () => {
    const refusal = refusalOf(
      chain(5_000, (cause, place) => new ValueCodecTestError({ field: big, cause: place === 0 ? () => {} : cause })),
    );
    expect(refusal.path.startsWith(".cause.cause.cause")).toBe(true);
    expect(refusal.path.length).toBeLessThan(3_000);
    const near = chain(3, (cause, place) => new ValueCodecTestError({ field: [place === 0 ? () => {} : cause] }));
    expect(refusalOf({ list: [near] }).path).toBe(".list[0].field[0].field[0].field[0]");
  });
});

describe("nothing but a refusal is thrown", () => {
  const getting = (get: () => unknown) => Object.defineProperty({}, "part", { get, enumerable: true });
  let reads = 0;
  it.each<[string, unknown, string]>([
    ["a part that throws", { list: [getting(fails)] }, ".list[0].part"],
    [
      "a part that throws what is no error",
      getting(() => {
        throw undefined;
      }),
      ".part",
    ],
    ["a part that changes", getting(() => (reads++ < 2 ? undefined : fails)), ""],
    ["a proxy that is all traps", [new Proxy({}, { getPrototypeOf: fails })], "[0]"],
    ["a list that throws", { list: new Proxy([1], { get: fails }) }, ".list"],
    [
      "a tagged error with a part that throws",
      [
        Object.assign(
          new ValueCodecTestError(),
          getting(() => 1),
          { cause: getting(fails) },
        ),
      ],
      "[0].cause.part",
    ],
    [
      "a tagged error that throws",
      { error: Object.defineProperty(new ValueCodecTestError(), "field", { get: fails, enumerable: true }) },
      ".error",
    ],
    ["a tagged error with a symbol", Object.assign(new ValueCodecTestError(), { [Symbol("s")]: 1 }), "[Symbol(s)]"],
    ["a tagged error with another name", Object.assign(new ValueCodecTestError(), { name: () => 1 }), ".name"],
    ["a very long key", { ["k".repeat(100_000)]: fails }, `.${"k".repeat(200)}…`],
    ["a map whose key says nothing", new Map([[Object.create(null), fails]]), ".values()[0]"],
    ["memory that was handed over", [handedOver()], ""],
  ])("%s", (_what, value, path) => {
    expect(refusalOf(value).path).toBe(path);
  });
});

describe("a foreign error", () => {
  it("is never refused, whatever it holds", () => {
    const node = fc.record({
      make: fc.constantFrom("list", "foreign", "tagged"),
      to: fc.array(fc.nat(9)),
      isFaulty: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 10 }), (specs) => {
        const made = specs.map(({ make }): object =>
          make === "list" ? [] : make === "foreign" ? new Error("node") : new ValueCodecTestError(),
        );
        specs.forEach(({ to, isFaulty }, place) => {
          const parts = to.map((target) => made[target % made.length]);
          Object.assign(made[place]!, isFaulty ? [...parts, fails] : parts);
        });
        expect(there(new Error("root", { cause: made[0] })).message).toBe("root");
      }),
      { numRuns: 1_000 },
    );
  });

  it("is stored without what throws", () => {
    const error = Object.assign(new Error("no"), { code: "E" });
    const back = there(Object.defineProperty(error, "part", { get: fails, enumerable: true }));
    expect([back.message, Object.keys(back)]).toEqual(["no", ["code"]]);
    const trapped = there(
      new Proxy(error, { ownKeys: fails, getOwnPropertyDescriptor: fails, getPrototypeOf: () => Error.prototype }),
    );
    expect([trapped.message, Object.keys(trapped)]).toEqual(["no", []]);
  });
});

describe("V2: a text with a table of errors is data only", () => {
  it.each([
    '[["errors",1]]',
    '[["errors",1],5]',
    '[["errors",0]]',
    '[["errors",1],[2,3],["error",4],[],1]',
    '[["errors",1],[2,3],["error",3],[5],1,{}]',
    '[["errors",1],[2,3],["error",4],{"0":5},2,{}]',
    '[["errors",1],[2,3],["error",4],[5],1,{"fields":6},{"__proto__":4}]',
  ])("refused: %s", (text) => {
    expect(() => decodeValue(text)).toThrow(Error);
  });

  it.each([
    ['"__proto__"', "__proto__"],
    ['"constructor"', "constructor"],
    ['"Function"', "Function"],
    ['"Object"', "Object"],
  ])("an error that says it is a %s is an Error", (name, expected) => {
    const text = `[["errors",1],[2,4],["error",3],1,[5],{"type":6,"tag":6,"name":6,"message":6,"stack":6,"cause":2,"errors":4},${name}]`;
    const back = decodeValue(text) as Error & { readonly _tag: unknown };
    expect(Object.getPrototypeOf(back)).toBe(Error.prototype);
    expect([back.name, back._tag, back.message, back.stack]).toEqual(Array.from({ length: 4 }, () => expected));
    expect(back.cause === back).toBe(true);
  });

  it("a getter of a class is not called", () => {
    let calls = 0;
    class Armed extends Error {
      override get name() {
        calls++;
        return "Armed";
      }
    }
    const text = '[["errors",1],[2,4],["error",3],1,[5],{"type":6,"name":7},"Armed","N"]';
    expect(decodeValue(text, [Armed])).toBeInstanceOf(Armed);
    expect(calls).toBe(0);
  });
});

function handedOver(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}
function refusalOf(value: unknown): UnstorableValueError {
  try {
    encodeValue(value);
  } catch (error) {
    if (error instanceof UnstorableValueError) return error;
    throw error;
  }
  throw new TypeError("it was stored");
}
function fails(): never {
  throw new RangeError("it resists");
}
