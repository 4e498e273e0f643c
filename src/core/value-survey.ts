// What is to be known of a value before it is written down: the first part that cannot be stored, and the errors that are in it.
//
// Owns: which objects were looked through. Does not own: what an object's parts are (storable-parts), what of an error is
// stored (error-codec), how it is written down (value-codec).
// Called by: storable, value-codec.
//   Y1. Objects are looked through in the order in which they are written down, so that what is written down nests no deeper
//       than what was looked through. Whoever goes deeper than that is refused, before a stack overflows.
//   Y2. Errors are looked through behind the value, one after the other: a chain of causes may be as long as it likes. Each is
//       looked through once, so that all of it takes time by the size of what is there.
import { encodeError, type EncodedError } from "./error-codec.ts";
import { Storability } from "./storability.ts";
import { nameOfInstance, storableKind } from "./storable-kind.ts";
import {
  isAtom,
  refusedAtom,
  refusedIn,
  refusedInError,
  unreadable,
  type UnstorablePart,
  type Visit,
} from "./storable-parts.ts";

const DEEPEST = 1_000;
const TOO_DEEP: UnstorablePart = { path: "", what: `nested deeper than ${DEEPEST} levels` };
const LONGEST_DEEP_PATH = 60;
const LONGEST_PATH = 2_000;

export class ValueSurvey {
  /** The first part that a store refuses; undefined if the value can be kept as it is. */
  readonly refused: UnstorablePart | undefined;
  /** Each error that is kept, from 1, in the order of {@link errors}. */
  readonly numbers = new Map<unknown, number>();
  readonly errors: EncodedError[] = [];
  hasViews = false;

  readonly #value: unknown;
  readonly #seen = new Set<object>();
  readonly #found: { readonly error: Error; readonly within: number }[] = [];
  #storability: Storability | undefined;
  #depth = 0;

  constructor(value: unknown) {
    this.#value = value;
    try {
      this.refused = this.#refusedInAll();
    } catch (thrown) {
      this.refused = unreadable("", thrown);
    }
  }

  #refusedInAll(): UnstorablePart | undefined {
    const refused = isAtom(this.#value) ? undefined : this.#visit(this.#value);
    if (refused !== undefined) return shortened(refused);
    for (let place = 0; place < this.#found.length; place++) {
      const inError = this.#refusedInError(this.#found[place]!.error);
      if (inError !== undefined) return shortened({ ...inError, path: this.#pathTo(place) + inError.path });
    }
    return undefined;
  }

  #refusedInError(error: Error): UnstorablePart | undefined {
    this.#depth = 0;
    try {
      const encoded = encodeError(error, (part) => this.#isStorable(part));
      this.errors.push(encoded);
      return refusedInError(encoded, this.#visit);
    } catch (thrown) {
      return unreadable("", thrown);
    }
  }

  #isStorable(part: unknown): boolean {
    this.#storability ??= new Storability(DEEPEST);
    return this.#storability.isStorable(part);
  }

  readonly #visit: Visit = (part) => {
    if (typeof part !== "object" || part === null) return refusedAtom(part);
    if (this.#seen.has(part)) return undefined;
    this.#seen.add(part);
    if (this.#depth > DEEPEST) return TOO_DEEP;
    this.#depth++;
    try {
      return this.#refusedIn(part);
    } catch (thrown) {
      return unreadable("", thrown);
    } finally {
      this.#depth--;
    }
  };

  #refusedIn(part: object): UnstorablePart | undefined {
    const kind = storableKind(part);
    if (kind === undefined) return { path: "", what: nameOfInstance(part) };
    if (kind !== "error") {
      if (kind === "view") this.hasViews = true;
      return refusedIn(part, kind, this.#visit);
    }
    // Found while the error with the number `errors.length` is looked through; 0 is the value.
    this.numbers.set(part, this.#found.push({ error: part as Error, within: this.errors.length }));
    return undefined;
  }

  /** The path to an error, sought only where something in it is refused. */
  #pathTo(place: number): string {
    const way: number[] = [];
    for (let at = place; at >= 0; at = this.#found[at]!.within - 1) way.push(at);
    const seen = new Set<object>();
    let path = "";
    for (const at of way.toReversed()) {
      const { error, within } = this.#found[at]!;
      const visit = pathFinder(error, seen);
      const found = within === 0 ? visit(this.#value) : refusedInError(this.errors[within - 1]!, visit);
      path += found?.path ?? "";
    }
    return path;
  }
}

/** Refuses nothing but `sought`, so that its path is found. What was seen on the way to an error around it does not lead to it. */
function pathFinder(sought: object, seen: Set<object>): Visit {
  const visit: Visit = (part) => {
    if (part === sought) return { path: "", what: "" };
    if (typeof part !== "object" || part === null || seen.has(part)) return undefined;
    seen.add(part);
    const kind = storableKind(part);
    return kind === undefined || kind === "error" ? undefined : refusedIn(part, kind, visit);
  };
  return visit;
}

function shortened({ path, what }: UnstorablePart): UnstorablePart {
  const longest = what === TOO_DEEP.what ? LONGEST_DEEP_PATH : LONGEST_PATH;
  return path.length > longest ? { path: `${path.slice(0, longest)}…`, what } : { path, what };
}
