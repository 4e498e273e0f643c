import { describe, expect, it } from "vitest";
import { UnexpectedError } from "../core/errors.ts";
import type { ObservedStepEnd } from "../core/observer.ts";
import { TaggedError } from "../core/tagged-error.ts";
import {
  attemptsText,
  cleanText,
  durationText,
  errorMessage,
  errorName,
  outcomeText,
  paint,
  stepLabel,
} from "./story-text.ts";

class StoryTestDeclined extends TaggedError("StoryTestDeclined") {}

const plain = (text: string): string => text;
function end(fields: Partial<ObservedStepEnd>): ObservedStepEnd {
  return fields as ObservedStepEnd;
}

describe("durationText", () => {
  it.each([
    [0, "0 ms"],
    [0.4, "0 ms"],
    [311.6, "312 ms"],
    [999.4, "999 ms"],
    [999.5, "1.0 s"],
    [3_000, "3.0 s"],
    [59_949, "59.9 s"],
    [59_951, "1 min"],
    [59 * 60_000, "59 min"],
    [125 * 60_000, "2 h 5 min"],
    [24 * 3_600_000, "24 h 0 min"],
    [9 * 86_400_000, "9 days"],
  ])("%d is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe("outcomeText", () => {
  const error = new StoryTestDeclined({ message: "no" });

  it.each<[ObservedStepEnd["outcome"], string]>([
    ["completed", "✓ 312 ms"],
    ["recovered", "⟲ recovered from StoryTestDeclined, 312 ms"],
    ["failed", "✕ StoryTestDeclined, 312 ms"],
    ["cancelled", "⊘ cancelled, 312 ms"],
  ])("%s", (outcome, text) => {
    expect(outcomeText(outcome, errorName(error), 312, plain)).toBe(text);
  });

  it("paints the sign", () => {
    expect(outcomeText("completed", "", 1, paint)).toBe("\u001b[32m✓\u001b[0m 1 ms");
  });
});

describe("an error", () => {
  it("is called by its name, and an unexpected one by what it wraps", () => {
    expect(errorName(UnexpectedError.from(new TypeError("no")))).toBe("TypeError");
    expect(errorName(UnexpectedError.from("text"))).toBe("UnexpectedError");
    expect(errorName(new StoryTestDeclined())).toBe("StoryTestDeclined");
    expect([errorName("text"), errorName(undefined), errorName({ name: 1, toString: () => "odd" })]).toEqual([
      "text",
      "undefined",
      "odd",
    ]);
  });

  it("says its message, cleaned; anything else says nothing", () => {
    expect(errorMessage(new Error("two\nlines"))).toBe("two\\u000alines");
    expect([errorMessage("text"), errorMessage(undefined), errorMessage(new Error(""))]).toEqual(["", "", ""]);
  });

  it.each([[Object.create(null)], [{ toString: 1 }], [Symbol("s")]])(
    "of any odd kind has some name: case %#",
    (error) => {
      expect(typeof errorName(error)).toBe("string");
    },
  );
});

describe("attempts and labels", () => {
  it("attempts are told where there was more than one", () => {
    expect(attemptsText(end({ attempts: 1, attemptsAllowed: 4 }), undefined)).toBe("");
    expect(attemptsText(end({ attempts: 2, attemptsAllowed: 4 }), undefined)).toBe("attempt 2 of 4");
    expect(attemptsText(end({ attempts: 2, attemptsAllowed: 4 }), new TypeError("no"))).toBe(
      "attempt 2 of 4, after TypeError",
    );
  });

  it("an unnamed sleepUntil is called by its day, and any other step by its name", () => {
    const dueAt = new Date("2026-12-01T09:00:00Z");
    expect(stepLabel(end({ kind: "sleepUntil", name: "sleepUntil", dueAt }))).toBe("sleepUntil 2026-12-01");
    expect(stepLabel(end({ kind: "sleepUntil", name: "Due", dueAt }))).toBe("Due");
    expect(stepLabel(end({ kind: "sleepUntil", name: "sleepUntil", dueAt: undefined }))).toBe("sleepUntil");
    expect(stepLabel(end({ kind: "run", name: "sleepUntil", dueAt }))).toBe("sleepUntil");
  });
});

describe("cleanText", () => {
  it.each([
    ["a\nb\r\tc", "a\\u000ab\\u000d\\u0009c"],
    ["\u001b[2J\u0007", "\\u001b[2J\\u0007"],
    ["\u009b31m\u0085", "\\u009b31m\\u0085"],
    ["\u202eevil\u2066\u200f", "\\u202eevil\\u2066\\u200f"],
    ["line\u2028para\u2029", "line\\u2028para\\u2029"],
    ["Füße 足 🦶 é", "Füße 足 🦶 é"],
  ])("%j", (text, cleaned) => {
    expect(cleanText(text)).toBe(cleaned);
  });
});
