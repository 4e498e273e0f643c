import { describe, expect, it } from "vitest";
import { decodeError, encodeError, isOfUnknownClass, rememberErrorClasses, type EncodedError } from "./error-codec.ts";
import { NonRetriableError, RetryAfterError } from "./errors.ts";
import { unstorablePart } from "./storable.ts";
import { TaggedError } from "./tagged-error.ts";

class CodecTestCard extends TaggedError("CodecTestCard")<{ readonly code: string; readonly _tag2?: string }> {}
class Declared extends Error {
  readonly code = "05";
  describe() {
    return `${this.name} ${this.code}`;
  }
}

const isStorable = (value: unknown): boolean => unstorablePart(value) === undefined;

function encode(error: Error): EncodedError {
  return encodeError(error, isStorable);
}
/** There and back, as text as a store keeps it. */
function revived(error: Error, declared: Parameters<typeof decodeError>[1] = []): Error {
  return decodeError(JSON.parse(JSON.stringify(encode(error))) as EncodedError, declared);
}

describe("a tagged error", () => {
  it("comes back as its class, with fields, message, stack and cause", () => {
    const error = new CodecTestCard({ code: "05", message: "the bank said no", cause: { status: 402 } });
    const back = revived(error) as CodecTestCard;
    expect(back).toBeInstanceOf(CodecTestCard);
    expect([back._tag, back.name, back.code, back.message, back.stack]).toEqual([
      "CodecTestCard",
      "CodecTestCard",
      "05",
      "the bank said no",
      error.stack,
    ]);
    expect(back.cause).toEqual({ status: 402 });
    expect(Object.keys(back)).toEqual(["code"]);
  });

  it("of a tag that this process does not know keeps everything but the class", () => {
    const back = decodeError(
      { tag: "NoSuchTag", type: "NoSuchTag", name: "NoSuchTag", message: "no", fields: { a: 1 } },
      [],
    );
    expect(back).toBeInstanceOf(Error);
    expect(back).toMatchObject({ _tag: "NoSuchTag", name: "NoSuchTag", message: "no", a: 1 });
    expect(Object.keys(back)).toEqual(["a"]);
    expect(isOfUnknownClass(back)).toBe(false);
  });

  it("has the methods of its class before the first of its errors was made: where it was declared, or remembered", () => {
    class CodecTestNew extends TaggedError("CodecTestNew") {
      describe() {
        return `mine: ${this.message}`;
      }
    }
    const written = { tag: "CodecTestNew", type: "CodecTestNew", name: "CodecTestNew", message: "no" };
    expect((decodeError(written, [CodecTestNew]) as CodecTestNew).describe()).toBe("mine: no");
    expect("describe" in decodeError(written, [])).toBe(false);
    rememberErrorClasses([CodecTestNew]);
    expect((decodeError(written, []) as CodecTestNew).describe()).toBe("mine: no");
  });

  it("X2: keeps all its fields, also what cannot be stored: whoever stores it refuses it then", () => {
    const error = Object.assign(new CodecTestCard({ code: "05" }), { send: () => {}, [Symbol.for("s")]: 1 });
    expect(Reflect.ownKeys(encode(error).fields!)).toEqual(["code", "send", Symbol.for("s")]);
  });
});

describe("a foreign error", () => {
  it.each([TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError])(
    "%o comes back as itself",
    (Class) => {
      const back = revived(new Class("no"));
      expect(Object.getPrototypeOf(back)).toBe(Class.prototype);
      expect([back.name, back.message]).toEqual([Class.name, "no"]);
    },
  );

  it("of a declared class comes back as that class, with its fields", () => {
    const back = revived(new Declared("no"), [Declared]) as Declared;
    expect(back).toBeInstanceOf(Declared);
    expect(back.describe()).toBe("Error 05");
  });

  it("of a class that was remembered, too; of any other it is a plain Error that is known to be one", () => {
    class Remembered extends Error {}
    const unknown = revived(new Remembered("no"));
    expect(Object.getPrototypeOf(unknown)).toBe(Error.prototype);
    expect(isOfUnknownClass(unknown)).toBe(true);
    rememberErrorClasses([Remembered, Error]);
    const known = revived(new Remembered("no"));
    expect(known).toBeInstanceOf(Remembered);
    expect(isOfUnknownClass(known)).toBe(false);
    expect(isOfUnknownClass(revived(new Error("no")))).toBe(false);
    for (const value of [undefined, null, "text", {}]) expect(isOfUnknownClass(value)).toBe(false);
  });
});

describe("the class of a foreign error", () => {
  it("X3: of a class that was remembered after it was written down, it stays a plain Error", () => {
    class Late extends Error {}
    const written = encode(new Late("no"));
    rememberErrorClasses([Late]);
    const back = decodeError(written, []);
    expect(Object.getPrototypeOf(back)).toBe(Error.prototype);
    expect(isOfUnknownClass(back)).toBe(true);
    expect(decodeError(written, [Late])).toBeInstanceOf(Late);
    expect(decodeError(encode(new Late("no")), [])).toBeInstanceOf(Late);
  });

  it("of a class that extends a declared one is at least that one, and a subclass that nobody named is known to be one", () => {
    class Sub extends Declared {
      readonly detail = "sub";
    }
    rememberErrorClasses([Declared]);
    const back = revived(new Sub("no"), [Declared]) as Sub;
    expect(Object.getPrototypeOf(back)).toBe(Declared.prototype);
    expect([back.describe(), back.detail, isOfUnknownClass(back)]).toEqual(["Error 05", "sub", true]);
    class Narrow extends RangeError {}
    expect(Object.getPrototypeOf(revived(new Narrow("no")))).toBe(RangeError.prototype);
    class Final extends NonRetriableError {}
    expect(revived(new Final("no"))).toBeInstanceOf(NonRetriableError);
  });

  it("declared on the step wins over remembered where two classes have one name", () => {
    const makeTwin = () => class Twin extends Error {};
    const [first, second] = [makeTwin(), makeTwin()];
    rememberErrorClasses([first]);
    expect(revived(new second("no"), [second])).toBeInstanceOf(second);
    expect(revived(new second("no"))).toBeInstanceOf(first);
  });
});

describe("what a foreign error keeps", () => {
  it("X2: loses what cannot be stored, and keeps the rest", () => {
    const error = Object.assign(new Error("no", { cause: () => {} }), { code: "ECONNREFUSED", socket: new WeakMap() });
    expect(encode(error)).toMatchObject({ fields: { code: "ECONNREFUSED" } });
    expect("cause" in encode(error)).toBe(false);
    expect("cause" in revived(error)).toBe(false);
  });

  it("keeps a name of its own, its causes, and the errors of an AggregateError", () => {
    const named = Object.assign(new Error("no"), { name: "AbortError" });
    expect(revived(named).name).toBe("AbortError");
    const aggregate = new AggregateError(["first", "second"], "both", { cause: "why" });
    const back = revived(aggregate) as AggregateError;
    expect(Object.getPrototypeOf(back)).toBe(AggregateError.prototype);
    expect([back.errors, back.cause, Object.keys(back)]).toEqual([["first", "second"], "why", []]);
  });

  it("NonRetriableError and RetryAfterError come back as what they are", () => {
    expect(revived(new NonRetriableError("final"))).toBeInstanceOf(NonRetriableError);
    const back = revived(new RetryAfterError("busy", "45s")) as RetryAfterError;
    expect(back).toBeInstanceOf(RetryAfterError);
    expect(back.retryAfter).toBe("45s");
  });

  it("keeps what is called like what other errors have: errors that show, a tag that is no text, a constructor", () => {
    const fields = { errors: 5, _tag: 7, constructor: "mine", type: "t", tag: "t", fields: [1] };
    const back = revived(Object.assign(new TypeError("no"), fields));
    expect(back).toBeInstanceOf(TypeError);
    expect(Object.entries(back)).toEqual(Object.entries(fields));
  });

  it("keeps a name and a message that are no texts, where they can be stored", () => {
    const back = revived(Object.assign(new Error("no"), { name: 5, message: { code: 1 } }));
    expect([back.name, back.message]).toEqual([5, { code: 1 }]);
    const named = revived(Object.assign(new TypeError("no"), { name: () => 1, message: Symbol("m") }));
    expect([named.name, named.message]).toEqual(["TypeError", ""]);
  });

  it("of a key __proto__ keeps nothing", () => {
    const error = Object.defineProperty(new Error("no"), "__proto__", { value: { polluted: 1 }, enumerable: true });
    expect(Object.keys(revived(error))).toEqual([]);
    expect((revived(error) as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("without a stack has none afterwards", () => {
    const error = new Error("no");
    delete (error as { stack?: string }).stack;
    expect(revived(error).stack).toBeUndefined();
  });
});

describe("X1: stored data never becomes code or a prototype of its choosing", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "Object", "Function"])(
    "as type and tag: %s",
    (name) => {
      const back = decodeError({ tag: name, type: name, name: "Error", message: "no" }, []);
      expect(Object.getPrototypeOf(back)).toBe(Error.prototype);
    },
  );

  it("fields are own properties, whatever they are called", () => {
    const fields = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1}') as Record<string, unknown>;
    const back = decodeError({ type: "Error", name: "Error", message: "no", fields }, []) as Error & {
      polluted?: unknown;
    };
    expect(back.polluted).toBeUndefined();
    expect(Object.getPrototypeOf(back)).toBe(Error.prototype);
    expect(Object.keys(back).toSorted()).toEqual(["__proto__", "constructor"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
