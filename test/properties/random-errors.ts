// Random errors: tagged, plain, built-in, of the platform, with fields, causes and errors of their own.
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { TaggedError } from "../../src/index.ts";
import { fieldValue, key, text } from "./random-values.ts";

type Fields = Readonly<Record<string, unknown>>;

export class CardDeclined extends TaggedError("CardDeclined")<Fields> {}
export class ServiceDown extends TaggedError("ServiceDown", { message: "the service is down" })<Fields> {}
export const TAGGED = [CardDeclined, ServiceDown] as const;

/** Plain classes that the steps of these tests declare. */
export class DeclaredPlain extends Error {
  override name = "DeclaredPlain";
}
export class DeclaredNameless extends Error {}
export const DECLARED = [DeclaredPlain, DeclaredNameless] as const;

/** Plain classes that nothing ever declares: they come back as what they extend, with all that they have of their own. */
class UndeclaredPlain extends Error {
  override name = "UndeclaredPlain";
}
class UndeclaredTypeError extends TypeError {}
const UNDECLARED = [UndeclaredPlain, UndeclaredTypeError] as const;

const BUILT_IN = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError] as const;

/** What the platform throws. */
const PLATFORM_CALLS: readonly (() => unknown)[] = [
  () => readFileSync("/no/such/file"),
  () => new URL("no address"),
  () => Buffer.alloc("many" as never),
  () => JSON.parse("{"),
  () => decodeURIComponent("%"),
  () => (undefined as unknown as { a: unknown }).a,
  () => 1n / 0n,
  () => Object.assign([], { length: -1 }),
];

export type ErrorSort = "tagged" | "declared" | "undeclared" | "built-in" | "aggregate" | "platform";
export interface RandomError {
  readonly sort: ErrorSort;
  readonly error: Error;
}

/** What an error comes back as: its class where that is known, what it extends where it was never declared, the built-in one behind the platform's own. */
export function revivedPrototype(error: Error): object {
  const prototype = Object.getPrototypeOf(error) as object;
  if (UNDECLARED.some((errorClass) => errorClass.prototype === prototype))
    return Object.getPrototypeOf(prototype) as object;
  const builtIn = BUILT_IN.find(({ name }) => name === prototype.constructor.name);
  return builtIn?.prototype ?? prototype;
}

const TAKEN: ReadonlySet<string> = new Set(["_tag", "name", "stack", "message", "cause"]);
const fields: fc.Arbitrary<Fields> = fc.dictionary(
  fc.oneof(
    { weight: 8, arbitrary: key.filter((name) => !TAKEN.has(name)) },
    fc.constantFrom("code", "errors", "type", "tag", "fields"),
  ),
  fieldValue,
  { maxKeys: 4 },
);

/** Errors of all sorts, whose causes, fields and errors may be errors again, to a depth. */
export function randomErrorOf(depth: number): fc.Arbitrary<RandomError> {
  const inner: fc.Arbitrary<unknown> =
    depth === 0
      ? fieldValue
      : fc.oneof(
          fieldValue,
          randomErrorOf(depth - 1).map(({ error }) => error),
        );
  const options: fc.Arbitrary<ErrorOptions> = fc.oneof(
    fc.constant({}),
    inner.map((cause) => ({ cause })),
    fc.constant({ cause: undefined }),
  );
  const more = fc.oneof(
    fields,
    fc.record({ inner }).map((given): Fields => given),
  );
  return fc.oneof(
    tagged(options, more),
    plain("declared", DECLARED, options, more),
    plain("undeclared", UNDECLARED, options, more),
    plain("built-in", BUILT_IN, options, more),
    fc
      .tuple(fc.array(inner, { maxLength: 3 }), text, options, more)
      .map(([errors, message, given, extra]): RandomError => ({
        sort: "aggregate",
        error: Object.assign(new AggregateError(errors, message, given), { ...extra, errors }),
      })),
    fc.constantFrom(...PLATFORM_CALLS).map((call): RandomError => ({ sort: "platform", error: thrownBy(call) })),
  );
}

export const randomError: fc.Arbitrary<RandomError> = randomErrorOf(2);

function tagged(options: fc.Arbitrary<ErrorOptions>, more: fc.Arbitrary<Fields>): fc.Arbitrary<RandomError> {
  const message = fc.option(text, { nil: undefined });
  return fc.tuple(fc.constantFrom(...TAGGED), message, options, more).map(([errorClass, given, cause, extra]) => ({
    sort: "tagged" as const,
    error: new errorClass({ ...extra, ...cause, ...(given === undefined ? {} : { message: given }) }),
  }));
}

function plain(
  sort: ErrorSort,
  classes: readonly (new (message?: string, options?: ErrorOptions) => Error)[],
  options: fc.Arbitrary<ErrorOptions>,
  more: fc.Arbitrary<Fields>,
): fc.Arbitrary<RandomError> {
  return fc.tuple(fc.constantFrom(...classes), text, options, more).map(([errorClass, message, given, extra]) => ({
    sort,
    error: Object.assign(new errorClass(message, given), extra),
  }));
}

export function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  throw new TypeError("the call threw no error");
}
