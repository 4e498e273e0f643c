// Error classes that are known by their tag: typed, yieldable, and the same class after a crash.
//
// Owns: the registry of tags in this copy of the package. Does not own: how an error is written down (error-codec).
// Called by: users' class definitions, errors.ts, error-codec.
//   I1. One tag has one place in the source. The same place may define it again (a reload), another place may not.
//   I2. A tagged class is never subclassed: a tag stands for exactly one class.
//   I3. A native error with the tag is adopted by the class at first contact, so `instanceof` holds for every copy of it.
import { callSiteOf } from "../internal/call-site.ts";
import { isNativeError } from "../internal/native-error.ts";
import { partOfThrown } from "../internal/thrown.ts";
import { raiseMarker } from "./raise.ts";
import type { ErrorClass, Raises } from "./step-algebra.ts";

/** What a tagged class is told about all its errors. */
export interface TaggedErrorOptions {
  /** `false`: a body that throws it is not run again, whatever the retry policy. */
  readonly retry?: boolean;
  /** The HTTP status to answer with where this error leaves an endpoint. */
  readonly status?: number;
  /** The message of an error that is given none. */
  readonly message?: string;
}

/** An error that a generator body can raise with `throw yield* new CardDeclined()`, so that it is inferred into the step's type. */
export interface YieldableError<Tag extends string> extends Error {
  readonly _tag: Tag;
  readonly name: Tag;
  [Symbol.iterator](): Iterator<Raises<this>, never, any>;
}

type Reserved = { readonly _tag?: never; readonly name?: never; readonly stack?: never };
type Extra = { readonly message?: string; readonly cause?: unknown };

/** What {@link TaggedError} returns: extend it, with the type of the fields. */
export interface TaggedErrorClass<Tag extends string> {
  new <Fields extends object & Reserved = {}>(
    ...fields: {} extends Fields ? [fields?: Fields & Extra] : [fields: Fields & Extra]
  ): YieldableError<Tag> & Readonly<Fields>;
}

/** What {@link AbstractError} returns: extend it, and name it in `abstractError`. */
export interface AbstractErrorBase<Tag extends string> {
  new (cause: unknown): YieldableError<Tag>;
  readonly "~abstract": true;
}

/** A tag was defined in two places of the source. Rename one of them. */
export class DuplicateTagError extends Error {
  override readonly name = "DuplicateTagError" as const;
  readonly _tag = "DuplicateTagError" as const;
}

/** A tagged class was subclassed, or an error was given a field that every error has. */
export class TaggedErrorMisuse extends Error {
  override readonly name = "TaggedErrorMisuse" as const;
  readonly _tag = "TaggedErrorMisuse" as const;
}

interface TagEntry {
  readonly place: string | undefined;
  readonly base: Function & { prototype: object };
  concrete: Function & { prototype: object };
}

const entriesByTag = new Map<string, TagEntry>();
// Shared by every copy of the package, so that a class defined with one copy keeps its options in another.
const optionsKey = Symbol.for("surefoot.tagged-error");

/**
 * Makes a base class for errors with a tag: `class CardDeclined extends TaggedError("CardDeclined")<{ code: string }> {}`.
 *
 * Use it for every failure that a caller may want to tell apart. Its errors are typed through `yield*`, matched by tag with
 * `instanceof`, and come back from a store as the same class with the same fields, message and cause.
 * Defining a tag again from the same line replaces it; from another place it throws {@link DuplicateTagError}.
 *
 * @example
 * class CardDeclined extends TaggedError("CardDeclined", { retry: false, status: 402 })<{ code: string }> {}
 * const error = new CardDeclined({ code: "insufficient_funds", message: "the bank said no" });
 */
export function TaggedError<const Tag extends string>(
  tag: Tag,
  options: TaggedErrorOptions = {},
): TaggedErrorClass<Tag> {
  const place = callSiteOf(TaggedError);
  class Base extends Error {
    constructor(fields: (Record<string, unknown> & Extra) | undefined) {
      super(
        fields?.message ?? options.message,
        fields !== undefined && "cause" in fields ? { cause: fields.cause } : undefined,
      );
      refuseSubclass(tag, Base, new.target);
      if (fields !== undefined) takeFields(tag, this, fields);
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return adopts(this, tag, value);
    }
  }
  define(tag, Base, options, place);
  return Base as never;
}

/**
 * Makes a base class for an error that stands for whatever went wrong below it: `class Step1Error extends AbstractError("Step1Error") {}`.
 *
 * Use it with `.abstractError(Step1Error)`; the error that it stands for is its `cause`. On replay it comes back from a store as
 * the same class, with its cause.
 *
 * @example
 * class PaymentFailed extends AbstractError("PaymentFailed", { status: 502 }) {}
 */
export function AbstractError<const Tag extends string>(
  tag: Tag,
  options: TaggedErrorOptions = {},
): AbstractErrorBase<Tag> {
  const place = callSiteOf(AbstractError);
  class Base extends Error {
    static readonly "~abstract" = true;
    constructor(cause: unknown) {
      super(options.message ?? (isNativeError(cause) ? cause.message : undefined), { cause });
      refuseSubclass(tag, Base, new.target);
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return adopts(this, tag, value);
    }
  }
  define(tag, Base, options, place);
  return Base as never;
}

/**
 * The HTTP status that an error's class was given, as `TaggedError("CardDeclined", { status: 402 })` does; `undefined` for any other value.
 *
 * Use it where failures leave an endpoint. An error that came back from a store answers the same.
 *
 * @example
 * const status = statusOf(error) ?? 500;
 */
export function statusOf(error: unknown): number | undefined {
  return taggedOptionsOf(error)?.status;
}

/** The options of a tagged error's class; undefined for any other value. */
export function taggedOptionsOf(error: unknown): TaggedErrorOptions | undefined {
  return typeof error === "object" && error !== null
    ? (partOfThrown(error, optionsKey) as TaggedErrorOptions | undefined)
    : undefined;
}

/** The prototype that a stored error with this tag is revived with, if the tag is defined in this process. */
export function prototypeOfTag(tag: string): object | undefined {
  return entriesByTag.get(tag)?.concrete.prototype;
}

/** Takes a class as the one that its tag stands for, before the first of its errors is made. */
export function rememberTaggedClass(errorClass: ErrorClass): void {
  const entry = entriesByTag.get(tagOfClass(errorClass) ?? "");
  if (entry !== undefined && Object.getPrototypeOf(errorClass) === entry.base) entry.concrete = errorClass;
}

/** The tag of all errors of a class; undefined where each has its own, or none. */
export function tagOfClass(errorClass: ErrorClass): string | undefined {
  const tag = (errorClass.prototype as { readonly _tag?: unknown } | undefined)?._tag;
  return typeof tag === "string" ? tag : undefined;
}

function define(tag: string, base: TagEntry["base"], options: TaggedErrorOptions, place: string | undefined): void {
  const known = entriesByTag.get(tag);
  if (known !== undefined && known.place !== place && known.place !== undefined && place !== undefined) {
    throw new DuplicateTagError(
      `the error tag "${tag}" is defined twice: at ${known.place} and at ${place}. A stored error is revived by its tag, so each tag needs one class: rename one of them.`,
    );
  }
  Object.defineProperties(base.prototype, {
    _tag: { value: tag },
    name: { value: tag, writable: true, configurable: true },
    [optionsKey]: { value: options },
    [Symbol.iterator]: { value: raiseThis },
  });
  Object.defineProperty(base, "name", { value: tag });
  entriesByTag.set(tag, { place, base, concrete: base });
}

function raiseThis(this: Error): Iterator<unknown, never, unknown> {
  return raiseMarker(this);
}

function refuseSubclass(tag: string, base: Function, made: Function): void {
  if (made !== base && Object.getPrototypeOf(made) !== base) {
    throw new TaggedErrorMisuse(
      `"${made.name}" extends a class that already has the tag "${tag}". A tag stands for one class: extend TaggedError("${made.name}") instead, or add a field.`,
    );
  }
  const entry = entriesByTag.get(tag);
  if (entry?.base === base) entry.concrete = made;
}

function takeFields(tag: string, error: object, fields: object): void {
  for (const [field, value] of Object.entries(fields)) {
    if (field === "message" || field === "cause") continue;
    if (field === "_tag" || field === "name" || field === "stack") {
      throw new TaggedErrorMisuse(
        `"${tag}" was given a field "${field}", which every error has already: choose another name for it.`,
      );
    }
    Object.defineProperty(error, field, { value, enumerable: true, configurable: true, writable: true });
  }
}

/** I3: whether `value` has the tag; the first contact makes it one of `asked`. */
function adopts(asked: Function & { prototype: object }, tag: string, value: unknown): boolean {
  if (typeof value !== "object" || value === null || partOfThrown(value, "_tag") !== tag || !isNativeError(value)) {
    return false;
  }
  const entry = entriesByTag.get(tag);
  if (entry !== undefined && Object.getPrototypeOf(asked) === entry.base) entry.concrete = asked;
  if (!Object.prototype.isPrototypeOf.call(asked.prototype, value)) Object.setPrototypeOf(value, asked.prototype);
  return true;
}
