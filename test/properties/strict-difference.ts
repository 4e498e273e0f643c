// Where two values differ, told apart as strictly as code could: kind, prototype, own properties and their order, holes, -0,
// the bytes of views, the identity of what is shared or cyclic, and of errors their class, message, stack, name, cause and errors.

/** What may differ all the same. Without rules, nothing may. */
export interface ComparisonRules {
  /** The prototype that an error is to come back with. Default: its own. */
  readonly revivedPrototype?: (error: Error) => object;
  /** The place lines (`at step 2 Charge …`) that the outermost error's stack may have gained. */
  readonly mayGainPlace?: boolean;
}

/** What every error has; whether these are enumerable says nothing about the error. */
const PARTS_OF_ERRORS = ["name", "_tag", "message", "stack", "cause", "errors"] as const;
const PLACE_LINES = /^(\n {4}at (step [\d.]+ |the function )[^\n]*)*$/;

/** `undefined` if the values are the same; else the path and what differs there. `given` is what `wanted` was meant to come back as. */
export function strictDifference(wanted: unknown, given: unknown, rules: ComparisonRules = {}): string | undefined {
  return new Comparison(rules).differenceAt("value", wanted, given);
}

class Comparison {
  readonly #rules: ComparisonRules;
  readonly #givenByWanted = new Map<object, object>();
  readonly #wantedByGiven = new Map<object, object>();

  constructor(rules: ComparisonRules) {
    this.#rules = rules;
  }

  differenceAt(path: string, wanted: unknown, given: unknown): string | undefined {
    if (!isObject(wanted) || !isObject(given))
      return Object.is(wanted, given) ? undefined : `${path}: ${show(wanted)} became ${show(given)}`;
    const partner = this.#givenByWanted.get(wanted);
    if (partner !== undefined || this.#wantedByGiven.has(given)) {
      return partner === given ? undefined : `${path}: what was shared or cyclic is so no more, or the other way round`;
    }
    this.#givenByWanted.set(wanted, given);
    this.#wantedByGiven.set(given, wanted);
    return (
      this.#kindDifference(path, wanted, given) ??
      this.#contentDifference(path, wanted, given) ??
      this.#propertyDifference(path, wanted, given)
    );
  }

  #kindDifference(path: string, wanted: object, given: object): string | undefined {
    if (kindOf(wanted) !== kindOf(given)) return `${path}: a ${kindOf(wanted)} became a ${kindOf(given)}`;
    const { revivedPrototype = Object.getPrototypeOf as (error: Error) => object } = this.#rules;
    const expected =
      wanted instanceof Error
        ? revivedPrototype(wanted)
        : Buffer.isBuffer(wanted)
          ? Uint8Array.prototype
          : (Object.getPrototypeOf(wanted) as object | null);
    return Object.getPrototypeOf(given) === expected ? undefined : `${path}: its prototype is another one`;
  }

  #contentDifference(path: string, wanted: object, given: object): string | undefined {
    if (wanted instanceof Error) return this.#errorDifference(path, wanted, given as Error);
    if (wanted instanceof Date)
      return this.differenceAt(`${path}.getTime()`, wanted.getTime(), (given as Date).getTime());
    if (wanted instanceof Map)
      return this.#listDifference(
        `${path}.entries()`,
        [...wanted].flat(),
        [...(given as Map<unknown, unknown>)].flat(),
      );
    if (wanted instanceof Set)
      return this.#listDifference(`${path}.values()`, [...wanted], [...(given as Set<unknown>)]);
    if (wanted instanceof ArrayBuffer || ArrayBuffer.isView(wanted)) {
      const isSame = Buffer.compare(bytesOf(wanted), bytesOf(given as ArrayBuffer | ArrayBufferView)) === 0;
      return isSame ? undefined : `${path}: other bytes`;
    }
    return undefined;
  }

  #errorDifference(path: string, wanted: Error, given: Error): string | undefined {
    const stack = this.#rules.mayGainPlace === true && path === "value" ? withoutGain(wanted, given) : given.stack;
    return (
      this.differenceAt(`${path}.stack`, wanted.stack, stack) ??
      firstOf(["name", "_tag", "message", "cause", "errors"], (part) =>
        this.differenceAt(`${path}.${part}`, partOf(wanted, part), partOf(given, part)),
      ) ??
      this.differenceAt(`${path} has a cause`, Object.hasOwn(wanted, "cause"), Object.hasOwn(given, "cause"))
    );
  }

  #listDifference(path: string, wanted: readonly unknown[], given: readonly unknown[]): string | undefined {
    if (wanted.length !== given.length) return `${path}: ${wanted.length} became ${given.length}`;
    for (const [place, part] of wanted.entries()) {
      const difference = this.differenceAt(`${path}[${place}]`, part, given[place]);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  #propertyDifference(path: string, wanted: object, given: object): string | undefined {
    const keys = ownKeysOf(wanted);
    const givenKeys = ownKeysOf(given);
    if (keys.length !== givenKeys.length || keys.some((key, place) => key !== givenKeys[place]))
      return `${path}: its own keys ${show(keys.map(String))} became ${show(givenKeys.map(String))}`;
    return firstOf(keys, (key) => {
      const before = Object.getOwnPropertyDescriptor(wanted, key)!;
      const after = Object.getOwnPropertyDescriptor(given, key)!;
      const at = `${path}[${JSON.stringify(String(key))}]`;
      if (!("value" in after)) return `${at}: it became an accessor`;
      if (before.enumerable !== after.enumerable)
        return `${at}: enumerable ${before.enumerable} became ${after.enumerable}`;
      return this.differenceAt(at, (wanted as Record<PropertyKey, unknown>)[key], after.value);
    });
  }
}

/** Own keys, in their order: the indices of an array (holes have none) and its length, no bytes of a view, no standard parts of an error. */
function ownKeysOf(holder: object): PropertyKey[] {
  const keys = Reflect.ownKeys(holder);
  if (ArrayBuffer.isView(holder)) return keys.filter((key) => typeof key !== "string" || !/^\d+$/.test(key));
  return holder instanceof Error
    ? keys.filter((key) => !(PARTS_OF_ERRORS as readonly PropertyKey[]).includes(key))
    : keys;
}

function firstOf<Item>(items: readonly Item[], differenceOf: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const difference = differenceOf(item);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function withoutGain(wanted: Error, given: Error): string | undefined {
  const before = wanted.stack ?? "";
  const gained = given.stack?.startsWith(before) === true ? given.stack.slice(before.length) : undefined;
  return gained !== undefined && PLACE_LINES.test(gained) ? wanted.stack : given.stack;
}

function partOf(error: Error, part: string): unknown {
  return (error as unknown as Record<string, unknown>)[part];
}
function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
function show(value: unknown): string {
  if (isObject(value)) return Array.isArray(value) ? `[${value.map(show).join(", ")}]` : kindOf(value);
  const text =
    typeof value === "string"
      ? JSON.stringify(value)
      : Object.is(value, -0)
        ? "-0"
        : `${typeof value} ${String(value)}`;
  return text.length > 400 ? `${text.slice(0, 200)} … ${text.slice(-200)} (${text.length} characters)` : text;
}
