// From what a sender gave to an event that can be kept: checked against its type and the app's context, with every issue named.
import type { Backend, PreparedEvent } from "../core/backend.ts";
import type { Clock } from "../core/clock.ts";
import { EventRefusedError } from "../core/errors.ts";
import type { AnyEventType } from "../core/event.ts";
import type { Randomness } from "../core/ids.ts";
import { issuePath, type SchemaResult, type StandardSchema } from "../core/standard-schema.ts";
import { SIGNAL_EVENT } from "../core/step-plan.ts";
import { isThenable } from "../internal/thenable.ts";

export interface EventDoor {
  readonly eventTypes: ReadonlyMap<string, AnyEventType>;
  readonly contextSchema: StandardSchema<any, any> | undefined;
  readonly clock: Clock;
  readonly random: Randomness;
  /** What the app stands on: what it cannot keep is refused here. */
  readonly backend: Pick<Backend, "unkeepablePart">;
}

interface Issue {
  readonly path: string;
  readonly message: string;
}

const LONGEST_ID = 256;
const UNKEEPABLE = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;
/** Of the library's own events. */
const RESERVED = "~";

/** What every store can keep as text, and every console can print. */
function isIdentifier(text: string): boolean {
  return text !== "" && text.length <= LONGEST_ID && !UNKEEPABLE.test(text);
}

const EVENT_FIELDS: ReadonlySet<string> = new Set(["name", "data", "id", "user", "ts", "v", "context"]);

/** Rejects with an {@link EventRefusedError} that lists all that is wrong. Nothing is kept then. */
export async function prepareEvent(door: EventDoor, given: unknown): Promise<PreparedEvent> {
  const work = preparing(door, given);
  for (let turn = work.next(); ; turn = work.next(await turn.value)) if (turn.done === true) return turn.value;
}

/** The same before it returns: a schema that answers later is refused. */
export function prepareEventAtOnce(door: EventDoor, given: unknown): PreparedEvent {
  const work = preparing(door, given);
  for (let turn = work.next(); ; turn = work.next(turn.value)) {
    if (turn.done === true) return turn.value;
    if (!isThenable(turn.value)) continue;
    turn.value.then(undefined, () => {});
    const message = "a schema that answers later cannot check what is sent in a transaction";
    throw EventRefusedError.for((given as { readonly name: string }).name, [{ path: "", message }]);
  }
}

/** Yields what a schema answers, now or later, and goes on with the answer. */
function* preparing(door: EventDoor, given: unknown): Generator<unknown, PreparedEvent, any> {
  if (typeof given !== "object" || given === null)
    throw EventRefusedError.for("?", [{ path: "", message: "an event is an object with a name" }]);
  const { name, data, id, user, ts, v, context } = given as Record<string, unknown>;
  if (typeof name !== "string" || !isIdentifier(name))
    throw EventRefusedError.for("?", [{ path: "name", message: "an event needs a name, without control characters" }]);
  if (name.startsWith(RESERVED))
    throw EventRefusedError.for(name, [
      { path: "name", message: `names that begin with "${RESERVED}" are the library's own` },
    ]);
  const issues: Issue[] = [...shapeIssues(given, { id, ts, v, context })];
  const checkedData = yield* checked(door.eventTypes.get(name)?.schema, data, "", issues);
  const checkedContext = yield* checked(
    door.contextSchema,
    context ?? (door.contextSchema === undefined ? undefined : {}),
    "context",
    issues,
  );
  refuseUnkeepable(door, "data", checkedData, issues);
  refuseUnkeepable(door, "user", user, issues);
  refuseUnkeepable(door, "context", checkedContext, issues);
  if (issues.length > 0) throw EventRefusedError.for(name, issues);
  return {
    ...eventId(door, id),
    name,
    data: checkedData,
    user,
    context: checkedContext as object | undefined,
    ts: typeof ts === "number" ? ts : undefined,
    version: typeof v === "string" ? v : undefined,
  };
}

/** What answers a `step.waitForSignal`. */
export function signalEvent(door: EventDoor, token: string, data: unknown): PreparedEvent {
  const unkeepable = door.backend.unkeepablePart(data);
  if (unkeepable !== undefined) {
    const message = `cannot be stored: it is ${unkeepable.what}`;
    throw EventRefusedError.for(SIGNAL_EVENT, [{ path: `data${unkeepable.path}`, message }]);
  }
  return {
    ...eventId(door, undefined),
    name: SIGNAL_EVENT,
    data: { token, data },
    user: undefined,
    context: undefined,
    ts: undefined,
    version: undefined,
  };
}

/** The id that a sender gave, or a new one. */
export function eventId(
  { random, clock }: Pick<EventDoor, "random" | "clock">,
  given: unknown,
): Pick<PreparedEvent, "id" | "isNamed"> {
  return typeof given === "string"
    ? { id: given, isNamed: true }
    : { id: random.id("evt", clock.now()), isNamed: false };
}

function* shapeIssues(given: object, { id, ts, v, context }: Record<string, unknown>): Iterable<Issue> {
  for (const field of Object.keys(given)) {
    if (!EVENT_FIELDS.has(field))
      yield { path: field, message: `an event has no "${field}"; what it carries goes into data` };
  }
  if (id !== undefined && !(typeof id === "string" && isIdentifier(id))) {
    yield { path: "id", message: `an id is a text of 1 to ${LONGEST_ID} characters, without control characters` };
  }
  if (ts !== undefined && !(typeof ts === "number" && Number.isFinite(ts)))
    yield { path: "ts", message: "ts is milliseconds since 1970" };
  if (v !== undefined && typeof v !== "string") yield { path: "v", message: "v is a text" };
  if (context !== undefined && (typeof context !== "object" || context === null))
    yield { path: "context", message: "a context is an object" };
}

function* checked(
  schema: StandardSchema<any, any> | undefined,
  value: unknown,
  under: string,
  issues: Issue[],
): Generator<unknown, unknown, any> {
  if (schema === undefined) return value;
  const result: SchemaResult<unknown> = yield schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  for (const issue of result.issues) {
    const path = issuePath(issue);
    issues.push({ path: under === "" || path === "" ? under + path : `${under}.${path}`, message: issue.message });
  }
  return undefined;
}

function refuseUnkeepable({ backend }: EventDoor, name: string, value: unknown, issues: Issue[]): void {
  const part = backend.unkeepablePart(value);
  if (part !== undefined) issues.push({ path: `${name}${part.path}`, message: `cannot be stored: it is ${part.what}` });
}
