// postgres-text.ts: texts that Postgres has no place for, lists, and names.
import { describe, expect, it } from "vitest";
import { arrayText, fromText, quotedName, toText } from "./postgres-text.ts";

const HOSTILE = [
  "\u0000",
  "a\u0000b\u0000",
  "\u0001",
  "\u00010000",
  "\ud800",
  "a\udc00\ud800b",
  "\u0001\u0000\udfff",
  "🦶\ud83e",
];

describe("a text", () => {
  it.each(["", "plain", "🦶 Füße", "\\u0000", "\n\t'\"$1"])("is left as it is where it may be: %j", (text) => {
    expect([toText(text), fromText(text)]).toEqual([text, text]);
  });

  it.each(HOSTILE)("that Postgres does not take becomes one that it takes, and comes back: %j", (text) => {
    const taken = toText(text);
    expect(/\u0000|\p{Surrogate}/u.test(taken)).toBe(false);
    expect(fromText(taken)).toBe(text);
  });

  it("is equal to another after as before", () => {
    expect(new Set(HOSTILE.map(toText)).size).toBe(HOSTILE.length);
  });

  it("begins as it began, where what is changed comes later", () => {
    expect(toText("~cancelOn.\u0000").startsWith("~cancelOn.")).toBe(true);
  });
});

it("a list is read by Postgres as it was given: quotes, backslashes, nothing, numbers and truths", () => {
  expect(arrayText([])).toBe("{}");
  expect(arrayText(["a", 'b"c', "d\\e", "", "NULL", null, 1.5, true])).toBe(
    String.raw`{"a","b\"c","d\\e","","NULL",NULL,1.5,true}`,
  );
});

it("the name of a schema is quoted", () => {
  expect([quotedName("surefoot"), quotedName('a"b')]).toEqual(['"surefoot"', '"a""b"']);
});
