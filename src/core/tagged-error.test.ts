import { describe, expect, it } from "vitest";
import { UnexpectedError } from "./errors.ts";
import {
  AbstractError,
  DuplicateTagError,
  TaggedError,
  TaggedErrorMisuse,
  prototypeOfTag,
  statusOf,
  taggedOptionsOf,
} from "./tagged-error.ts";

class TaggedTestCard extends TaggedError("TaggedTestCard", { retry: false, status: 402, message: "declined" })<{
  readonly code: string;
}> {}
class TaggedTestBare extends TaggedError("TaggedTestBare") {}
class TaggedTestWhole extends AbstractError("TaggedTestWhole", { status: 502 }) {}

describe("an error", () => {
  it("is an Error with its tag as name, its fields, a message, a cause and a stack", () => {
    const cause = new Error("bank");
    const error = new TaggedTestCard({ code: "05", message: "the bank said no", cause });
    expect(error).toBeInstanceOf(Error);
    expect([error._tag, error.name, error.code, error.message]).toEqual([
      "TaggedTestCard",
      "TaggedTestCard",
      "05",
      "the bank said no",
    ]);
    expect(error.cause).toBe(cause);
    expect(error.stack).toContain("tagged-error.test.ts");
    expect(Object.keys(error)).toEqual(["code"]);
    expect(`${error as Error}`).toBe("TaggedTestCard: the bank said no");
  });

  it("has the class's message where it is given none, and no cause of its own", () => {
    expect(new TaggedTestCard({ code: "05" }).message).toBe("declined");
    expect(new TaggedTestBare().message).toBe("");
    expect("cause" in new TaggedTestBare()).toBe(false);
    expect("cause" in new TaggedTestBare({ cause: undefined })).toBe(true);
  });

  it.each(["_tag", "name", "stack"])("cannot be given a field %s", (field) => {
    expect(() => new TaggedTestBare({ [field]: "mine" })).toThrow(TaggedErrorMisuse);
    expect(() => new TaggedTestBare({ [field]: "mine" })).toThrow(new RegExp(`TaggedTestBare.*"${field}"`));
  });

  it("carries what its class was told", () => {
    const error = new TaggedTestCard({ code: "05" });
    expect(taggedOptionsOf(error)).toMatchObject({ retry: false, status: 402 });
    expect([statusOf(error), statusOf(new TaggedTestBare()), statusOf(new Error("no")), statusOf(undefined)]).toEqual([
      402,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("hands itself to whoever drives a body, once: code that iterates it comes to an end", () => {
    const error = new TaggedTestBare();
    let turns = 0;
    for (const marker of error as unknown as Iterable<{ readonly error: unknown }>) {
      expect(marker.error === error).toBe(true);
      if (++turns === 10) break;
    }
    // What compares objects, a test's `toEqual` for one, iterates them: it would never end.
    expect(turns).toBe(1);
  });

  it("is what whoever goes on all the same is left with", () => {
    const error = new TaggedTestBare();
    const body = (function* () {
      throw yield* error;
    })();
    body.next();
    expect(() => body.next()).toThrow(error);
  });
});

describe("an abstract error", () => {
  it("stands for its cause, and takes its message from it", () => {
    const cause = new Error("bank");
    const error = new TaggedTestWhole(cause);
    expect([error._tag, error.name, error.message]).toEqual(["TaggedTestWhole", "TaggedTestWhole", "bank"]);
    expect(error.cause).toBe(cause);
    expect(new TaggedTestWhole("text")).toMatchObject({ cause: "text", message: "" });
    expect(statusOf(error)).toBe(502);
    expect(TaggedTestWhole["~abstract"]).toBe(true);
  });
});

describe("I1: one tag has one place", () => {
  const define = () => class extends TaggedError("TaggedTestReloaded")<{ readonly code: string }> {};

  it("the same place may define it again, which replaces it", () => {
    const First = define();
    const old = new First({ code: "old" });
    const Second = define();
    expect(new Second({ code: "new" }) instanceof Second).toBe(true);
    expect(old instanceof Second).toBe(true);
    expect(prototypeOfTag("TaggedTestReloaded")).toBe(Second.prototype);
  });

  it("another place is refused, with both places named", () => {
    let refused: unknown;
    TaggedError("TaggedTestTwice");
    try {
      TaggedError("TaggedTestTwice");
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(DuplicateTagError);
    const places = [...(refused as Error).message.matchAll(/[^ ]*tagged-error\.test\.ts:\d+:\d+/g)].map(String);
    expect(places).toHaveLength(2);
    expect(new Set(places).size).toBe(2);
  });

  it("an abstract error and a tagged one share the tags", () => {
    expect(() => AbstractError("TaggedTestCard")).toThrow(DuplicateTagError);
  });

  it("the library's own tags are taken", () => {
    expect(new UnexpectedError()._tag).toBe("UnexpectedError");
    expect(() => TaggedError("UnexpectedError")).toThrow(DuplicateTagError);
  });
});

describe("I2: a tagged class is never subclassed", () => {
  it("an error of a subclass cannot be made", () => {
    class Sub extends TaggedTestBare {}
    expect(() => new Sub()).toThrow(TaggedErrorMisuse);
    expect(() => new Sub()).toThrow(/"Sub" extends a class that already has the tag "TaggedTestBare"/);
    class SubOfWhole extends TaggedTestWhole {}
    expect(() => new SubOfWhole("cause")).toThrow(TaggedErrorMisuse);
  });

  it("the base itself may be used without a class of one's own", () => {
    const Base = TaggedError("TaggedTestBase");
    expect(new Base() instanceof Base).toBe(true);
  });
});

describe("I3: instanceof compares tags, and adopts", () => {
  /** As a store, or another copy of the package, gives it. */
  function foreign(tag: unknown): Error & { code?: string } {
    return Object.assign(new Error("from elsewhere"), { _tag: tag, code: "05" });
  }

  it("an error with the tag becomes one of the class at first contact", () => {
    const error = foreign("TaggedTestCard");
    expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
    expect(error instanceof TaggedTestCard).toBe(true);
    expect(Object.getPrototypeOf(error)).toBe(TaggedTestCard.prototype);
    expect(taggedOptionsOf(error)).toMatchObject({ status: 402 });
    expect([error.message, error.code]).toEqual(["from elsewhere", "05"]);
  });

  it.each<[string, unknown]>([
    ["an error with another tag", foreign("TaggedTestBare")],
    ["an error without a tag", new Error("no")],
    ["an object that is no error", { _tag: "TaggedTestCard" }],
    ["a tag that is no text", foreign(["TaggedTestCard"])],
    ["nothing", undefined],
    ["null", null],
    ["a text", "TaggedTestCard"],
  ])("%s is not", (_what, value) => {
    expect(value instanceof TaggedTestCard).toBe(false);
  });

  it("an error of another realm is an error, too", () => {
    const other = Object.create(null) as Error;
    Object.defineProperty(other, Symbol.toStringTag, { value: "Error" });
    Object.assign(other, { _tag: "TaggedTestCard", message: "from elsewhere" });
    expect(other instanceof TaggedTestCard).toBe(true);
  });

  it("is revived as the class that was defined, before and after its first error", () => {
    class TaggedTestLate extends TaggedError("TaggedTestLate") {
      describe() {
        return "mine";
      }
    }
    expect(foreign("TaggedTestLate") instanceof TaggedTestLate).toBe(true);
    expect(prototypeOfTag("TaggedTestLate")).toBe(TaggedTestLate.prototype);
    expect(new TaggedTestLate().describe()).toBe("mine");
    expect(prototypeOfTag("NoSuchTag")).toBeUndefined();
  });
});
