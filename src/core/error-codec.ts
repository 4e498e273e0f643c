// Errors to plain data and back, as the same class with the same fields, message, stack and cause.
//
//   X1. Stored data never becomes code or a prototype of its choosing: a class is looked up by tag or name among those that
//       this process has defined, and what an error is given is defined as its own property.
//   X2. A tagged error keeps all its fields or is refused; of a foreign one, what cannot be stored is left out.
//   X3. An error is of the same class whenever it is read: one whose class nobody had named when it was written down is not
//       changed by a step that names it later.
import { stackless } from "../internal/stackless.ts";
import { NonRetriableError, RetryAfterError } from "./errors.ts";
import type { ErrorClass } from "./step-algebra.ts";
import { prototypeOfTag, rememberTaggedClass, tagOfClass } from "./tagged-error.ts";

/** An error as plain data. Values inside are encoded by whoever stores it. */
export interface EncodedError {
  readonly tag?: string;
  /** The name of its class, which need not be its `name`. */
  readonly type: string;
  /** X3: nobody had named its class. */
  readonly isUnnamed?: true;
  /** The names of the named classes that its class extends, the nearest first. Of these it is at least. */
  readonly bases?: readonly string[];
  readonly name?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  /** Its own properties that show, but for those that every error has. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /** Of an `AggregateError`. */
  readonly errors?: unknown;
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
const namedByName = new Map<string, ErrorClass>();
const MOST_BASES = 8;
const NOT_FIELDS: ReadonlySet<string> = new Set(["name", "message", "stack", "cause"]);

/** Remembers classes that were named, so that their errors can be revived. */
export function rememberErrorClasses(classes: readonly ErrorClass[]): void {
  for (const errorClass of classes) {
    if (errorClass === Error) continue;
    namedByName.set(errorClass.name, errorClass);
    rememberTaggedClass(errorClass);
  }
}

/** Whether an error is refused, rather than that something of it is left out (X2). */
export function isTagged(error: Error): boolean {
  return tagOf(error) !== undefined;
}

/** X2. `isStorable` says whether a part of a foreign error can be kept. */
export function encodeError(error: Error, isStorable: (value: unknown) => boolean): EncodedError {
  const tag = tagOf(error);
  const isForeign = tag === undefined;
  const [type = "Error", ...classesAbove] = typesOf(error);
  const encoded: Record<string, unknown> = isForeign ? { type } : { tag, type };
  if (!isNamed(type, tag)) encoded["isUnnamed"] = true;
  const bases = isForeign ? classesAbove.filter((name) => isNamed(name, undefined)) : [];
  if (bases.length > 0) encoded["bases"] = bases;
  const keep = (holder: Record<PropertyKey, unknown>, key: PropertyKey): void => {
    const part = partOf(error, key, isForeign);
    if (part !== LEFT_OUT && (!isForeign || isStorable(part))) putField(holder, key, part);
  };
  keep(encoded, "name");
  keep(encoded, "message");
  if (typeof partOf(error, "stack", true) === "string") keep(encoded, "stack");
  const { fields, hasCause, hasErrors } = shapeOf(error, isForeign);
  if (fields.length > 0) {
    const kept = {};
    for (const field of fields) keep(kept, field);
    encoded["fields"] = kept;
  }
  if (hasCause) keep(encoded, "cause");
  if (hasErrors) keep(encoded, "errors");
  return encoded as unknown as EncodedError;
}

/** An error that is nothing yet: what refers to it can be made before what it refers to is. */
export function blankError(): Error {
  return stackless(() => new Error());
}

/** X1. `declared` are the classes that the step itself names: they win where two classes have one name. */
export function decodeError(encoded: unknown, declared: readonly ErrorClass[], error: Error = blankError()): Error {
  const data = encoded as Partial<EncodedError>;
  const own = prototypeFor(data, declared);
  if (own === undefined && data.tag === undefined) ofUnknownClass.add(error);
  const prototype = own ?? basePrototype(data, declared);
  if (prototype !== undefined && prototype !== Error.prototype) Object.setPrototypeOf(error, prototype);
  if (Object.hasOwn(data, "message")) defineHidden(error, "message", data.message);
  if (Object.hasOwn(data, "name") && inherited(error, "name") !== data.name) defineHidden(error, "name", data.name);
  if (data.tag !== undefined && inherited(error, "_tag") !== data.tag) defineHidden(error, "_tag", data.tag);
  defineHidden(error, "stack", data.stack);
  for (const [field, value] of Object.entries(data.fields ?? {})) defineField(error, field, value);
  if (Object.hasOwn(data, "cause")) defineHidden(error, "cause", data.cause);
  if (Object.hasOwn(data, "errors")) defineHidden(error, "errors", data.errors);
  return error;
}

const ofUnknownClass = new WeakSet<object>();

/** Whether a revived error has an untagged class that nobody has named in this process yet. */
export function isOfUnknownClass(error: unknown): error is Error {
  return typeof error === "object" && error !== null && ofUnknownClass.has(error);
}

function isNamed(type: string, tag: string | undefined): boolean {
  return builtInByName.has(type) || namedByName.has(type) || (tag !== undefined && prototypeOfTag(tag) !== undefined);
}

function prototypeFor(
  { tag, type, isUnnamed }: Partial<EncodedError>,
  declared: readonly ErrorClass[],
): object | undefined {
  if (tag !== undefined) {
    const known = declared.find((errorClass) => tagOfClass(errorClass) === tag)?.prototype ?? prototypeOfTag(tag);
    if (known !== undefined) return known;
  }
  if (type === undefined) return undefined;
  return (declaredAs(type, declared) ?? (isUnnamed === true ? undefined : namedByName.get(type)))?.prototype;
}

/** Of the nearest class that its own one extends and that is known: `instanceof` holds for what a step declares. */
function basePrototype({ bases = [] }: Partial<EncodedError>, declared: readonly ErrorClass[]): object | undefined {
  for (const name of bases) {
    const errorClass = declaredAs(name, declared) ?? namedByName.get(name);
    if (errorClass !== undefined) return errorClass.prototype;
  }
  return undefined;
}

function declaredAs(type: string, declared: readonly ErrorClass[]): ErrorClass | undefined {
  return declared.find(({ name }) => name === type) ?? builtInByName.get(type);
}

const LEFT_OUT = Symbol("left out");

/** X2: what cannot be read cannot be stored either. */
function partOf(error: Error, key: PropertyKey, isForeign: boolean): unknown {
  try {
    return (error as unknown as Record<PropertyKey, unknown>)[key];
  } catch (thrown) {
    if (!isForeign) throw thrown;
    return LEFT_OUT;
  }
}

function tagOf(error: Error): string | undefined {
  const tag = partOf(error, "_tag", true);
  return typeof tag === "string" ? tag : undefined;
}

/** The names of its class and of those above, up to `Error`. Of its prototypes: a field may be called `constructor`, too. */
function typesOf(error: Error): string[] {
  const names: string[] = [];
  try {
    for (let holder = Object.getPrototypeOf(error) as object | null; holder !== null;) {
      const { name } = holder.constructor as { readonly name: unknown };
      if (name === "Error" || names.length === MOST_BASES) break;
      if (typeof name === "string") names.push(name);
      holder = Object.getPrototypeOf(holder) as object | null;
    }
  } catch {
    // a prototype that throws, or has no constructor: what was found so far is what is known
  }
  return names;
}

/** What an error has of its own. */
interface ErrorShape {
  readonly fields: readonly PropertyKey[];
  readonly hasCause: boolean;
  /** As an `AggregateError` has them. Where they show, they are a field. */
  readonly hasErrors: boolean;
}

function shapeOf(error: Error, isForeign: boolean): ErrorShape {
  try {
    return {
      fields: fieldsOf(error, isForeign),
      hasCause: Object.hasOwn(error, "cause"),
      hasErrors: Object.getOwnPropertyDescriptor(error, "errors")?.enumerable === false,
    };
  } catch (thrown) {
    if (!isForeign) throw thrown;
    return { fields: [], hasCause: false, hasErrors: false };
  }
}

function fieldsOf(error: Error, isForeign: boolean): readonly PropertyKey[] {
  const names = Object.keys(error).filter((name) => !NOT_FIELDS.has(name));
  if (isForeign) return names.filter((name) => name !== "__proto__");
  const symbols = Object.getOwnPropertySymbols(error).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(error, key),
  );
  return [...names.filter((name) => name !== "_tag"), ...symbols];
}

/** What an error has of its class, where that is plain data: a getter of the class is code, and is not called (X1). */
function inherited(error: Error, key: string): unknown {
  for (let holder = Object.getPrototypeOf(error) as object | null; holder !== null;) {
    const property = Object.getOwnPropertyDescriptor(holder, key);
    if (property !== undefined) return property.value;
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return undefined;
}

function putField(holder: Record<PropertyKey, unknown>, field: PropertyKey, value: unknown): void {
  if (field === "__proto__") defineField(holder, field, value);
  else holder[field] = value;
}
function defineField(holder: object, field: PropertyKey, value: unknown): void {
  Object.defineProperty(holder, field, { value, enumerable: true, configurable: true, writable: true });
}
function defineHidden(holder: object, field: string, value: unknown): void {
  Object.defineProperty(holder, field, { value, enumerable: false, configurable: true, writable: true });
}
