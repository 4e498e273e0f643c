import { describe, expect, it } from "vitest";
import { InvalidStepError } from "./errors.ts";
import {
  NO_LINKS,
  abstractClassesIn,
  abstractErrorLink,
  classesIn,
  declaredIn,
  handlerFor,
  onErrorLink,
  possibleErrorLinks,
  type Chain,
} from "./step-chain.ts";
import { AbstractError, TaggedError } from "./tagged-error.ts";

class ChainTestA extends TaggedError("ChainTestA") {}
class ChainTestB extends TaggedError("ChainTestB") {}
class ChainTestWhole extends AbstractError("ChainTestWhole") {}
class Plain extends Error {}

const handler = () => {};

describe("possibleErrorLinks", () => {
  it("reads any number of classes, tagged or not", () => {
    expect(possibleErrorLinks([ChainTestA, Plain, Error])).toEqual([
      { kind: "possibleError", errorClass: ChainTestA },
      { kind: "possibleError", errorClass: Plain },
      { kind: "possibleError", errorClass: Error },
    ]);
    expect(possibleErrorLinks([])).toEqual([]);
  });

  it("reads a class with its translator, and two classes as two classes", () => {
    const translate = () => undefined;
    expect(possibleErrorLinks([ChainTestA, translate])).toEqual([
      { kind: "possibleError", errorClass: ChainTestA, translate },
    ]);
    expect(possibleErrorLinks([ChainTestA, ChainTestB])).toHaveLength(2);
  });

  it.each<[string, unknown[]]>([
    ["a value", [1]],
    ["an error instead of its class", [new Plain()]],
    ["a class that is no error", [Map]],
    ["a translator first", [() => undefined, ChainTestA]],
    ["a translator after two classes", [ChainTestA, ChainTestB, () => undefined]],
  ])("refuses %s", (_what, args) => {
    expect(() => possibleErrorLinks(args)).toThrow(InvalidStepError);
  });
});

describe("onErrorLink", () => {
  it("reads a handler, a class and a handler, or a table", () => {
    expect(onErrorLink([handler])).toEqual({ kind: "onError", errorClass: undefined, handler });
    expect(onErrorLink([Plain, handler])).toEqual({ kind: "onError", errorClass: Plain, handler });
    expect(onErrorLink([{ ChainTestA: handler }])).toEqual({ kind: "onTags", handlers: { ChainTestA: handler } });
  });

  it.each<[string, unknown[]]>([
    ["nothing", []],
    ["a value", [1]],
    ["null", [null]],
    ["something that is no class before a handler", ["ChainTestA", handler]],
  ])("refuses %s", (_what, args) => {
    expect(() => onErrorLink(args)).toThrow(InvalidStepError);
  });
});

describe("abstractErrorLink", () => {
  it("makes the class with its cause, or calls the function", () => {
    const cause = new Plain("no");
    const byClass = abstractErrorLink([ChainTestWhole]) as { readonly wrap: (cause: unknown) => unknown };
    expect(byClass.wrap(cause)).toBeInstanceOf(ChainTestWhole);
    expect(byClass.wrap(cause)).toMatchObject({ cause });
    const byFunction = abstractErrorLink([(error: Error) => new Plain(`wrapped ${error.message}`)]) as typeof byClass;
    expect(byFunction.wrap(cause)).toMatchObject({ message: "wrapped no" });
  });

  it("refuses anything else", () => {
    for (const args of [[], [1], [{}]]) expect(() => abstractErrorLink(args)).toThrow(InvalidStepError);
  });

  it("its untagged class is found by asking it", () => {
    const chain: Chain = [abstractErrorLink([(error: Error) => new Plain(error.message)])];
    expect(abstractClassesIn(chain, new Error("no"))).toEqual([Plain]);
    const failing: Chain = [
      abstractErrorLink([
        () => {
          throw new Error("not mine");
        },
      ]),
    ];
    expect(abstractClassesIn(failing, new Error("no"))).toEqual([]);
    expect(abstractClassesIn(NO_LINKS, new Error("no"))).toEqual([]);
  });
});

describe("the classes of a chain", () => {
  const chain: Chain = [...possibleErrorLinks([ChainTestA]), onErrorLink([Plain, handler]), onErrorLink([handler])];

  it("declared are those of the options and of possibleError; named are those of onError, too", () => {
    expect(declaredIn(chain, [ChainTestB])).toEqual([ChainTestB, ChainTestA]);
    expect(declaredIn(chain, undefined)).toEqual([ChainTestA]);
    expect(classesIn(chain, undefined)).toEqual([ChainTestA, Plain]);
  });
});

describe("handlerFor", () => {
  it("is any link's without a class, and else by class", () => {
    expect(handlerFor(onErrorLink([handler]) as never, "anything")).toBe(handler);
    const byClass = onErrorLink([Plain, handler]) as Parameters<typeof handlerFor>[0];
    expect(handlerFor(byClass, new Plain())).toBe(handler);
    expect(handlerFor(byClass, new Error("no"))).toBeUndefined();
    expect(handlerFor(byClass, undefined)).toBeUndefined();
  });

  it("is by tag in a table, and never by what every object has", () => {
    const table = onErrorLink([{ ChainTestA: handler }]) as Parameters<typeof handlerFor>[0];
    expect(handlerFor(table, new ChainTestA())).toBe(handler);
    expect(handlerFor(table, new ChainTestB())).toBeUndefined();
    expect(handlerFor(table, Object.assign(new Error("no"), { _tag: "toString" }))).toBeUndefined();
    expect(handlerFor(table, null)).toBeUndefined();
  });
});
