// Errors to plain data and back, as the same class with the same fields, message, stack and cause.
//
//   X1. Stored data never becomes code or a prototype of its choosing: a class is looked up by tag or name among those that
//       this process has defined, and fields are defined as own properties.
//   X2. A tagged error keeps all its fields or is refused; of a foreign one, what cannot be stored is left out.
import { stackless } from "../internal/stackless.ts";
import { NonRetriableError, RetryAfterError } from "./errors.ts";
import type { ErrorClass } from "./step-algebra.ts";
import { prototypeOfTag } from "./tagged-error.ts";

/** An error as plain data. Values inside are encoded by whoever stores it. */
export interface EncodedError {
  readonly tag?: string;
  /** The name of its class, which need not be its `name`. */
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

const BUILT_IN: readonly ErrorClass[] = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  AggregateError,
  NonRetriableError,
  RetryAfterError,
];
const builtInByName = new Map(BUILT_IN.map((errorClass) => [errorClass.name, errorClass]));
const declaredByName = new Map<string, ErrorClass>();
const NOT_FIELDS: ReadonlySet<string> = new Set(["_tag", "name", "message", "stack", "cause", "errors"]);

/** Remembers classes that were declared, so that their errors can be revived. Tagged ones are known by their tag already. */
export function rememberErrorClasses(classes: readonly ErrorClass[]): void {
  for (const errorClass of classes) if (errorClass !== Error) declaredByName.set(errorClass.name, errorClass);
}

/** X2. `isStorable` says whether a field of a foreign error can be kept. */
export function encodeError(error: Error, isStorable: (value: unknown) => boolean): EncodedError {
  const tag = (error as { _tag?: unknown })._tag;
  const isTagged = typeof tag === "string";
  const fields: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(error)) {
    if (!NOT_FIELDS.has(field) && (isTagged || isStorable(value))) defineField(fields, field, value);
  }
  const errors = (error as { errors?: unknown }).errors;
  return {
    ...(isTagged ? { tag } : {}),
    type: typeof error.constructor === "function" ? error.constructor.name : "Error",
    name: error.name,
    message: error.message,
    ...(typeof error.stack === "string" ? { stack: error.stack } : {}),
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    ...(Object.hasOwn(error, "cause") && (isTagged || isStorable(error.cause)) ? { cause: error.cause } : {}),
    ...(Array.isArray(errors) && (isTagged || isStorable(errors)) ? { errors } : {}),
  };
}

/** X1. `declared` are the classes that the step itself names: they win where two classes have one name. */
export function decodeError(encoded: EncodedError, declared: readonly ErrorClass[]): Error {
  const error = stackless(() => new Error(encoded.message));
  const prototype = prototypeFor(encoded, declared);
  if (prototype === undefined && encoded.tag === undefined) ofUnknownClass.add(error);
  if (prototype !== undefined && prototype !== Error.prototype) Object.setPrototypeOf(error, prototype);
  if (error.name !== encoded.name) defineHidden(error, "name", encoded.name);
  if (encoded.tag !== undefined && (error as { _tag?: unknown })._tag !== encoded.tag)
    defineHidden(error, "_tag", encoded.tag);
  defineHidden(error, "stack", encoded.stack);
  for (const [field, value] of Object.entries(encoded.fields ?? {})) defineField(error, field, value);
  if (Object.hasOwn(encoded, "cause")) defineHidden(error, "cause", encoded.cause);
  if (encoded.errors !== undefined) defineHidden(error, "errors", encoded.errors);
  return error;
}

const ofUnknownClass = new WeakSet<object>();

/** Whether a revived error has an untagged class that nobody has named in this process yet. */
export function isOfUnknownClass(error: unknown): error is Error {
  return typeof error === "object" && error !== null && ofUnknownClass.has(error);
}

function prototypeFor({ tag, type }: EncodedError, declared: readonly ErrorClass[]): object | undefined {
  if (tag !== undefined) {
    const known = prototypeOfTag(tag);
    if (known !== undefined) return known;
  }
  const errorClass = declared.find(({ name }) => name === type) ?? builtInByName.get(type) ?? declaredByName.get(type);
  return errorClass?.prototype;
}

function defineField(holder: object, field: string, value: unknown): void {
  Object.defineProperty(holder, field, { value, enumerable: true, configurable: true, writable: true });
}
function defineHidden(holder: object, field: string, value: unknown): void {
  Object.defineProperty(holder, field, { value, enumerable: false, configurable: true, writable: true });
}
