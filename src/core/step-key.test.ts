import { describe, expect, it } from "vitest";
import { HANDLER_SEGMENT, ancestorKeys, childKey, escapeName, handlerKey, nameInKey, parentKey } from "./step-key.ts";

const keyOf = (parent: string, name: string, occurrence: number) => childKey(parent, escapeName(name), occurrence);

describe("childKey, of an escaped name", () => {
  it("is the path of names, with the occurrence of a name that repeats", () => {
    expect(keyOf("", "Charge", 1)).toBe("Charge");
    expect(keyOf("", "Charge", 2)).toBe("Charge#2");
    expect(keyOf("Outer", "Inner", 1)).toBe("Outer/Inner");
    expect(keyOf("Outer#3", "Inner", 12)).toBe("Outer#3/Inner#12");
  });

  it("keeps names apart that would look the same", () => {
    const keys = ["a/b", "a~1b", "a", "a#2", "a~22", "~onError", "~0onError", "~cancel", "", " "].map((name) =>
      keyOf("", name, 1),
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf("", "a", 2)).not.toBe(keyOf("", "a#2", 1));
    expect(keyOf("a", "b", 1)).not.toBe(keyOf("", "a/b", 1));
  });

  it("cannot be taken for a handler's segment, or a note of the run", () => {
    expect(keyOf("", HANDLER_SEGMENT, 1)).not.toBe(HANDLER_SEGMENT);
    for (const name of ["~cancel", "~takeover", "~takeover/1"]) expect(keyOf("", name, 1)).not.toMatch(/^~[^0]/);
  });

  it.each([
    ["a\u0000b", "a~u0000b"],
    ["line\nbreak\ttab", "line~u000abreak~u0009tab"],
    ["\u007f", "~u007f"],
    ["\ud800", "~ud800"],
    ["a\udc00b", "a~udc00b"],
    ["\udc00\ud800", "~udc00~ud800"],
    ["🦶 Füße 足", "🦶 Füße 足"],
    ["100%", "100%"],
  ])("escapes what a store might not keep: %j", (name, key) => {
    expect(keyOf("", name, 1)).toBe(key);
  });
});

describe("nameInKey", () => {
  it.each(["Charge", "a/b", "a~1b", "a#2", "~onError", "~~", "line\nbreak", "\ud800", "~u0041", "🦶"])(
    "gives back the name: %j",
    (name) => {
      for (const parent of ["", "Outer#2"]) {
        for (const occurrence of [1, 12]) expect(nameInKey(keyOf(parent, name, occurrence))).toBe(name);
      }
    },
  );
});

describe("the way up", () => {
  it("handlers have a segment of their own below their step", () => {
    expect(handlerKey("")).toBe(HANDLER_SEGMENT);
    expect(handlerKey("Charge")).toBe(`Charge/${HANDLER_SEGMENT}`);
  });

  it("parentKey takes the last segment off", () => {
    expect(parentKey("a/b/c")).toBe("a/b");
    expect(parentKey("a")).toBe("");
    expect(parentKey("")).toBe("");
    expect(parentKey(keyOf("", "a/b", 1))).toBe("");
  });

  it("ancestorKeys are nearest first, without the function's own", () => {
    expect(ancestorKeys("a/b/c")).toEqual(["a/b", "a"]);
    expect(ancestorKeys("a")).toEqual([]);
    expect(ancestorKeys("")).toEqual([]);
    expect(ancestorKeys(keyOf("a", "b/c", 1))).toEqual(["a"]);
  });

  it("leads from a child to its parent and its ancestors", () => {
    const parent = keyOf(keyOf("", "Outer", 2), "Inner/1", 1);
    const child = keyOf(parent, "Leaf", 3);
    expect(parentKey(child)).toBe(parent);
    expect(ancestorKeys(child)).toEqual([parent, "Outer#2"]);
  });
});
