// Whether parts of foreign errors can be stored, asked for one after the other.
//
// Owns: what was found out about the objects in them. Does not own: what becomes of a part that cannot be stored.
// Called by: value-survey.
//   S1. However many parts share an object, it is looked through once. An object is known to be storable once all that it leads
//       to has been looked through, or leads back to objects of which the same becomes known with it (Tarjan's components).
//   S2. A foreign error can always be stored: what of it cannot is left out. A tagged one can if all of it can.
import { encodeError, isTagged } from "./error-codec.ts";
import { storableKind } from "./storable-kind.ts";
import { isAtom, refusedAtom, refusedIn, refusedInError, type UnstorablePart } from "./storable-parts.ts";

const REFUSED: UnstorablePart = { path: "", what: "" };

export class Storability {
  readonly #deepest: number;
  readonly #storable = new Set<object>();
  readonly #unstorable = new Set<object>();
  /** Being looked through, or done and leading to one that is. With its place. */
  readonly #open: object[] = [];
  readonly #places = new Map<object, number>();
  /** The first open object that the one being looked through leads to. */
  #first = 0;
  #depth = 0;
  #isTooDeep = false;

  constructor(deepest: number) {
    this.#deepest = deepest;
  }

  /** Whether a part can be stored, with all that is in it. */
  isStorable(part: unknown): boolean {
    if (isAtom(part)) return true;
    this.#first = 0;
    this.#depth = 0;
    this.#isTooDeep = false;
    const refused = this.#visit(part);
    // All that is open leads to what was refused. How deep a thing lies is another matter from elsewhere: that teaches nothing.
    if (refused !== undefined && !this.#isTooDeep) for (const open of this.#open) this.#unstorable.add(open);
    this.#open.length = 0;
    this.#places.clear();
    return refused === undefined;
  }

  readonly #visit = (part: unknown): UnstorablePart | undefined => {
    if (typeof part !== "object" || part === null) return refusedAtom(part);
    if (this.#storable.has(part)) return undefined;
    if (this.#unstorable.has(part)) return REFUSED;
    const place = this.#places.get(part);
    if (place === undefined) return this.#lookThrough(part);
    this.#first = Math.min(this.#first, place);
    return undefined;
  };

  #lookThrough(part: object): UnstorablePart | undefined {
    if (this.#depth > this.#deepest) {
      this.#isTooDeep = true;
      return REFUSED;
    }
    const own = this.#open.push(part) - 1;
    this.#places.set(part, own);
    const around = this.#first;
    this.#first = own;
    this.#depth++;
    const refused = this.#refusedIn(part);
    if (refused !== undefined) return refused;
    this.#depth--;
    if (this.#first === own) for (const known of this.#open.splice(own)) this.#storable.add(known);
    this.#first = Math.min(this.#first, around);
    return undefined;
  }

  #refusedIn(part: object): UnstorablePart | undefined {
    try {
      const kind = storableKind(part);
      if (kind === undefined) return REFUSED;
      if (kind !== "error") return refusedIn(part, kind, this.#visit);
      const error = part as Error;
      return isTagged(error)
        ? refusedInError(
            encodeError(error, () => true),
            this.#visit,
          )
        : undefined; // S2
    } catch {
      return REFUSED; // it throws when it is read
    }
  }
}
