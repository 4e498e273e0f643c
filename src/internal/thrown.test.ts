import { describe, expect, it } from "vitest";
import { isThrownOf, partOfThrown, textOfThrown } from "./thrown.ts";

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const armed = (part: string): Error =>
  Object.defineProperty(new RangeError("odd"), part, {
    get() {
      throw new TypeError("cannot be read");
    },
  });

describe("what was thrown", () => {
  it("is an instance or not, whatever it is", () => {
    expect(isThrownOf(new RangeError("no"), Error)).toBe(true);
    for (const thrown of [undefined, null, "text", Symbol("s"), {}, Object.create(null), revoked()])
      expect(isThrownOf(thrown, Error)).toBe(false);
  });

  it("has its parts, and none where they cannot be read", () => {
    expect(partOfThrown(new RangeError("no"), "message")).toBe("no");
    expect(partOfThrown("text", "length")).toBe(4);
    for (const thrown of [undefined, null, armed("message"), revoked()])
      expect(partOfThrown(thrown, "message")).toBeUndefined();
  });

  it("has some text", () => {
    expect([textOfThrown(new RangeError("no")), textOfThrown(null), textOfThrown(Symbol("s"))]).toEqual([
      "RangeError: no",
      "null",
      "Symbol(s)",
    ]);
    for (const thrown of [Object.create(null), revoked(), armed("message")])
      expect(textOfThrown(thrown)).toBe("something that has no text: object");
  });
});
