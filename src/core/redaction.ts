// What leaves a run for people and their tools goes through here: no secret of its event does, in values or in texts. Pure.
//
// Owns: what was found so far in an event. Does not own: what is a secret (secret-keys, secret-texts). Called by: observers, through
// the run that they are told of.
//   R1. By name, at any depth: what stands under `password` is a secret.
//   R2. By place, as the app and the event's type say.
//   R3. By value: what was found so is a secret in every text of the run, in messages, stacks, names and addresses.
//   R4. By look: what looks like a secret in a text is one.
import type { AnyEventType, ReceivedEvent } from "./event.ts";
import {
  NO_PATHS,
  joinedPaths,
  pathTree,
  pathsBelow,
  secretKeys,
  type IsSecretKey,
  type PathTree,
  type RedactOptions,
} from "./secret-keys.ts";
import { REDACTED, isSuspicious, redactedText, secretPattern } from "./secret-texts.ts";
import { isThrownOf, partOfThrown, textOfThrown } from "../internal/thrown.ts";

/** An error as it may be shown. */
export interface RedactedError {
  /** Its tag or name; of an unexpected one, the original's. */
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** From the nearest down. */
  readonly causes: readonly { readonly type: string; readonly message: string }[];
}

/** Takes the secrets of one run out of what is to be shown. */
export interface Redact {
  text(text: string): string;
  /** A copy, with `"[redacted]"` for each secret. */
  value(value: unknown): unknown;
  error(error: unknown): RedactedError;
}

const MOST_DEPTH = 20;
/** Of values that are shown, and of those that secrets are looked for in: a value may refer to itself. */
const MOST_SHOWN = 10_000;
const MOST_READ = 200_000;
const MOST_CAUSES = 8;
const MOST_KNOWN_TEXTS = 500;
const LONGEST_KNOWN_TEXT = 200;

type RedactedEvent = Pick<ReceivedEvent, "name" | "data" | "user" | "context">;

/** What an app redacts. */
export class Redactor {
  readonly #isSecretKey: IsSecretKey;
  readonly #paths: PathTree;
  /** With the app's own. */
  readonly #pathsByEvent = new Map<string, PathTree>();

  constructor(options: RedactOptions = {}) {
    this.#isSecretKey = secretKeys(options);
    this.#paths = pathTree(options.paths ?? []);
  }

  /** The places in the data of an event that its type names. */
  learn({ name, redact }: AnyEventType): void {
    if (redact === undefined) return;
    const known = this.#pathsByEvent.get(name) ?? this.#paths;
    this.#pathsByEvent.set(name, joinedPaths(known, pathTree(redact.map((path) => `data.${path}`))));
  }

  /** For the runs of one event. */
  of(event: RedactedEvent): RunRedaction {
    const paths = this.#pathsByEvent.get(event.name) ?? this.#paths;
    return new RunRedaction(event, this.#isSecretKey, paths);
  }
}

export class RunRedaction implements Redact {
  readonly isSecretKey: IsSecretKey;
  readonly #event: RedactedEvent;
  readonly #paths: PathTree;
  #texts: Map<string, string> | undefined;
  #context: ReceivedEvent["context"] | undefined;
  /** What finds the secrets of the event in a text, once somebody has asked. */
  #known: { readonly pattern: RegExp | undefined } | undefined;

  constructor(event: RedactedEvent, isSecretKey: IsSecretKey, paths: PathTree) {
    this.#event = event;
    this.isSecretKey = isSecretKey;
    this.#paths = paths;
  }

  /** The business context, as it may be shown. */
  get context(): ReceivedEvent["context"] {
    this.#context ??= Object.freeze(
      new Copy(this).of(this.#event.context, pathsBelow(this.#paths, "context")),
    ) as ReceivedEvent["context"];
    return this.#context;
  }

  text(text: string): string {
    const pattern = this.#pattern();
    if (pattern === undefined && !isSuspicious(text)) return text;
    this.#texts ??= new Map();
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const redacted = redactedText(text, pattern);
    if (text.length <= LONGEST_KNOWN_TEXT && this.#texts.size < MOST_KNOWN_TEXTS) this.#texts.set(text, redacted);
    return redacted;
  }

  value(value: unknown): unknown {
    return new Copy(this).of(value, NO_PATHS);
  }

  error(error: unknown): RedactedError {
    const shown = originalOf(error);
    const causes: { type: string; message: string }[] = [];
    let cause = partOfThrown(shown, "cause");
    while (cause !== undefined && cause !== null && causes.length < MOST_CAUSES) {
      causes.push({ type: this.text(typeOfError(cause)), message: this.text(messageOf(cause)) });
      cause = partOfThrown(cause, "cause");
    }
    const stack = partOfThrown(error, "stack");
    return {
      type: this.text(typeOfError(shown)),
      message: this.text(messageOf(shown)),
      stack: typeof stack === "string" ? this.text(stack) : undefined,
      causes,
    };
  }

  /** R1, R2: the event is read through when something is first to be shown. */
  #pattern(): RegExp | undefined {
    if (this.#known !== undefined) return this.#known.pattern;
    const secrets = new Set<string>();
    const { data, user, context } = this.#event;
    const reading = new Copy(this, secrets);
    for (const [name, value] of Object.entries({ data, user, context }))
      reading.of(value, pathsBelow(this.#paths, name));
    const pattern = secretPattern(secrets);
    this.#known = { pattern };
    return pattern;
  }
}

/** One copy of a value. */
class Copy {
  readonly #redaction: RunRedaction;
  /** R3: where the secrets are put that it meets. Without it, texts in the value are redacted, too. */
  readonly #secrets: Set<string> | undefined;
  #left: number;

  constructor(redaction: RunRedaction, secrets?: Set<string>) {
    this.#redaction = redaction;
    this.#secrets = secrets;
    this.#left = secrets === undefined ? MOST_SHOWN : MOST_READ;
  }

  of(value: unknown, paths: PathTree, depth = 0): unknown {
    if (paths.isEnd) return this.#hidden(value);
    if (typeof value === "string") return this.#secrets === undefined ? this.#redaction.text(value) : value;
    if (typeof value !== "object" || value === null) return value;
    if (depth >= MOST_DEPTH || --this.#left < 0) return "[more]";
    try {
      return this.#ofObject(value, paths, depth);
    } catch {
      return "[unreadable]"; // a getter that throws, a proxy that is revoked: no run fails of what is shown of it
    }
  }

  #ofObject(value: object, paths: PathTree, depth: number): unknown {
    if (isThrownOf(value, Error)) return this.#secrets === undefined ? this.#redaction.error(value) : undefined;
    if (value instanceof Date || ArrayBuffer.isView(value)) return value;
    if (value instanceof Map) return this.#parts(fromMap(value), paths, depth);
    if (value instanceof Set || Array.isArray(value))
      return [...value].map((item, place) => this.of(item, pathsBelow(paths, String(place)), depth + 1));
    return this.#parts(value as Readonly<Record<string, unknown>>, paths, depth);
  }

  #parts(value: Readonly<Record<string, unknown>>, paths: PathTree, depth: number): unknown {
    const isPair = isSecretName(value["name"], this.#redaction) || isSecretName(value["key"], this.#redaction);
    const copies = Object.entries(value).map(([key, part]) => [
      this.#secrets === undefined ? this.#redaction.text(key) : key,
      this.#redaction.isSecretKey(key) || (isPair && key === "value")
        ? this.#hidden(part)
        : this.of(part, pathsBelow(paths, key), depth + 1),
    ]);
    return Object.fromEntries(copies) as unknown;
  }

  #hidden(value: unknown): unknown {
    if (value === undefined || value === null || value === "" || typeof value === "boolean") return value;
    if (this.#secrets !== undefined) for (const text of textsIn(value, 0)) this.#secrets.add(text);
    return REDACTED;
  }
}

/** As in `{ name: "Authorization", value: "…" }`: lists of headers and of form fields have it so. */
function isSecretName(name: unknown, redaction: RunRedaction): boolean {
  return typeof name === "string" && redaction.isSecretKey(name);
}

function fromMap(map: ReadonlyMap<unknown, unknown>): Record<string, unknown> {
  return Object.fromEntries([...map].map(([key, value]) => [typeof key === "string" ? key : textOfThrown(key), value]));
}

/** What may be found in a text: a secret that is an object is each of its parts. */
function* textsIn(value: unknown, depth: number): Generator<string> {
  if (typeof value === "string") {
    yield value;
    const afterScheme = /^(?:Bearer|Basic|Digest)\s+(\S+)$/iu.exec(value)?.[1];
    if (afterScheme !== undefined) yield afterScheme;
  } else if (typeof value === "number" || typeof value === "bigint") yield String(value);
  else if (typeof value === "object" && value !== null && depth < MOST_DEPTH)
    for (const part of value instanceof Map || value instanceof Set ? [...value].flat() : Object.values(value))
      yield* textsIn(part, depth + 1);
}

/** What an unexpected error wraps is what people look for. */
function originalOf(error: unknown): unknown {
  const cause = partOfThrown(error, "_tag") === "UnexpectedError" ? partOfThrown(error, "cause") : undefined;
  return cause === undefined ? error : cause;
}

/** The tag of an error, its name, or what else was thrown. */
function typeOfError(error: unknown): string {
  const tag = partOfThrown(error, "_tag");
  if (typeof tag === "string") return tag;
  const name = isThrownOf(error, Error) ? partOfThrown(error, "name") : undefined;
  return typeof name === "string" && name !== "" ? name : typeof error;
}

function messageOf(error: unknown): string {
  const message = isThrownOf(error, Error) ? partOfThrown(error, "message") : undefined;
  return typeof message === "string" ? message : textOfThrown(error);
}
